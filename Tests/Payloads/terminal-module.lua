-- The same as the name of a module.
-- ends: error
require("\27[2J\7\r\nalpod: done")
