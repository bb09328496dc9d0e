-- An error whose text is asked for by running the script's own code again.
-- ends: error
error(setmetatable({}, {
  __tostring = function()
    local seen = host
    error(setmetatable({}, { __tostring = function() return seen end }))
  end,
  __name = ("x"):rep(100000), __index = function() error("index") end,
}))
