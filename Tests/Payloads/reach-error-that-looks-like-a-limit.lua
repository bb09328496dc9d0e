-- An error that says it were a limit of the host's.
-- ends: error
local forged = { kind = "limit", name = "processor time", message = "used up its limit of memory, 1 MiB", code = "E_LIMIT" }
if pcall(error, forged) then found("an error that was none") end
error(forged)
