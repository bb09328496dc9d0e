# apk's way to write a SHA-1 (Q1 and base64) in hexadecimal.
function hexadecimal(q1,    text, value, i, digit) {
  text = ""
  for (i = 3; i <= length(q1); i += 4) {
    value = 0
    for (digit = 0; digit < 4; digit++)
      value = value * 64 + index("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", \
        substr(q1, i + digit, 1)) - (substr(q1, i + digit, 1) ~ /[^=]/)
    text = text sprintf("%06x", value)
  }
  return substr(text, 1, 40)
}
