-- A table whose text says how large it is.
-- ends: value or error or limit memory
for i = 1, 5 do
  local f = load("return {" .. ("1,"):rep(200000) .. "}")
  if f then f() end
  local g = load("return {" .. ("{},"):rep(100000) .. "}")
  if g then g() end
end
