-- Everything that can be reached from anywhere is on a closed list.
-- ends: value
local allowed = {}
for word in ([[
  _G _VERSION assert error getmetatable ipairs load next pairs pcall print rawequal rawget rawlen rawset require select
  setmetatable tonumber tostring type xpcall
  coroutine coroutine.close coroutine.create coroutine.isyieldable coroutine.resume coroutine.running coroutine.status
  coroutine.wrap coroutine.yield
  math math.abs math.acos math.asin math.atan math.ceil math.cos math.deg math.exp math.floor math.fmod math.huge math.log
  math.max math.maxinteger math.min math.mininteger math.modf math.pi math.rad math.random math.randomseed math.sin
  math.sqrt math.tan math.tointeger math.type math.ult
  string string.byte string.char string.find string.format string.gmatch string.gsub string.len string.lower string.match
  string.pack string.packsize string.rep string.reverse string.sub string.unpack string.upper
  table table.concat table.insert table.move table.pack table.remove table.sort table.unpack
  utf8 utf8.char utf8.charpattern utf8.codepoint utf8.codes utf8.len utf8.offset
]]):gmatch("%S+") do allowed[word] = true end
local seen = {}
local function walk(value, path)
  if type(value) == "table" then
    if seen[value] then return end
    seen[value] = true
    for key, inner in next, value do
      local name = (path == "" and "" or path .. ".") .. tostring(key)
      if not allowed[name] then found(name) end
      walk(inner, name)
    end
  end
  local meta = getmetatable(value)
  if meta then found("a metatable of " .. path) end
end
walk(_G, "")
for _, value in ipairs{ 1, true, "", print, coroutine.create(print) } do
  if getmetatable(value) then found("a metatable of a " .. type(value)) end
end
if getmetatable(nil) then found("a metatable of nil") end
