-- Variables that are closed in every way that a block is left.
-- ends: value
local function guard(f) return setmetatable({}, { __close = f or function() end }) end
for i = 1, 50 do
  pcall(function() local a <close>, b = guard(), 1 local c <close> = guard(function() error("c") end) error("x") end)
  pcall(function() for k in next, {}, nil, guard() do end end)
  pcall(function() for i = 1, 2 do local a <close> = guard(function() coroutine.yield() end) break end end)
  pcall(function() local a <close> = guard(function(_, e) error(e) end) local b <close> = guard(function() error({}) end) return 1, 2, 3 end)
  local co = coroutine.wrap(function() local a <close> = guard(function() coroutine.yield(1) end) return 2 end)
  pcall(co) pcall(co) pcall(co)
  pcall(function() local a <close> = 1 end)
  pcall(function() goto out do local a <close> = guard() end ::out:: end)
end
