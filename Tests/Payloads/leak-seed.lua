-- The first seed of random numbers is made of a clock and an address.
-- ends: value
if select("#", math.randomseed()) > 0 then found("seeds") end
if select("#", math.randomseed(1)) > 0 then found("seeds") end
math.randomseed()
local first = { math.random(1 << 40), math.random(1 << 40) }
math.randomseed()
if first[1] ~= math.random(1 << 40) or first[2] ~= math.random(1 << 40) then found("another seed each time") end
