-- Where things lie in memory, by every way to make a text.
-- ends: value
local things = { {}, print, coroutine.create(print), function() end, host, host.machine, string.gsub, setmetatable({}, {}) }
local function look(text)
  if type(text) == "string" and (text:find("0x%x%x%x%x+") or text:find(": ?%x%x%x%x%x%x+")) then found(text) end
end
for _, thing in ipairs(things) do
  look(tostring(thing)) look(("%s"):format(thing))
  for _, f in ipairs{ function() return ("%q"):format(thing) end, function() return ("%p"):format(thing) end, function() return thing .. "" end,
    function() error(thing) end, function() return #thing + thing end, function() return thing.x.y.z end, function() return thing() end,
    function() return thing < thing end, function() for i = thing, 1 do end end, function() return ("x"):rep(thing) end,
    function() return math.floor(thing) end, function() return table.concat({ thing }) end, function() host.machine.get{ thing } end,
    function() return select(thing) end, function() return setmetatable(thing, thing) end, function() return load(thing) end,
    function() return tonumber(thing) end, function() return string.byte(thing) end, function() return require(thing) end } do
    local _, text = pcall(f)
    look(text)
    if type(text) ~= "string" then look(tostring(text)) end
    local _, handled = xpcall(f, function(e) return tostring(e) end)
    look(handled)
  end
end
local flips = setmetatable({}, { __tostring = function(t) setmetatable(t, nil) return "x" end })
look(("%s %s"):format(flips, flips))
