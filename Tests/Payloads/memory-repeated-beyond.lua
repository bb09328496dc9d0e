-- Texts longer than numbers go.
-- ends: value or error or limit memory
for _, count in ipairs{ math.maxinteger, 1 << 62, (1 << 31) + 1 } do
  if pcall(string.rep, "xxxx", count, ("y"):rep(1000)) then found("a text of that length") end
end
