-- The kill leaves blocks whose variables want to be closed.
-- ends: limit processor time
local guard <close> = setmetatable({}, { __close = function() after() end })
do
  local inner <close> = setmetatable({}, { __close = function() after() end })
  while true do end
end
