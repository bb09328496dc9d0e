-- A part of the host that is kept where the next call finds it.
-- ends: value
local kept = _G.kept
_G.kept = host
if kept then
  local ok, got = pcall(kept.machine.get)
  if ok and got then found("a part that was kept") end
end
