-- A text full of constants, read while the collector runs.
-- ends: value or limit processor time or limit memory
local parts = {}
for i = 1, 3000 do parts[i] = ("local v%d = %q .. %q; "):format(i % 180, ("k" .. i):rep(10), "z" .. i) end
for round = 1, 30 do
  local text = "do " .. table.concat(parts, " end do ") .. " end"
  load(text)
  local trash = {}
  for i = 1, 2000 do trash[i % 10] = { round, i } end
end
