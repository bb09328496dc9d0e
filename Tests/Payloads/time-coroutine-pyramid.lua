-- Coroutines that each do little, and begin others.
-- ends: limit processor time or limit memory or error
local function grow(depth)
  if depth == 0 then return end
  for i = 1, 40 do
    local ok = coroutine.resume(coroutine.create(function() grow(depth - 1) end))
    if not ok then return end
  end
end
for i = 1, math.maxinteger do grow(60) end
