-- Bytes that steer a terminal, printed.
-- ends: value
print("\27]0;owned\7\27[2J\27[1;1H\r\nOK: installed\8\8\8\127\155\144\27c")
for byte = 0, 255 do print(string.char(byte), ("x" .. string.char(byte)):rep(3)) end
print("\u{9b}31m\u{202e}gnp.exe\u{2066}\u{200b}\u{feff}\u{85}\u{90}\u{9d}0;title\u{9c}")
