-- Modules that are wanted while others are looked for.
-- ends: error or value
local function f(n) pcall(require, "alpod.nothing" .. n % 7) if n < 60 then return f(n + 1) .. "" end error("end") end
pcall(f, 1)
