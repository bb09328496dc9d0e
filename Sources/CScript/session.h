// What a script process does from its lock to its end.
#pragma once

#include <lua.h>

/// Makes the Lua state with its globals; done once in the zygote.
/// @return NULL when there is no memory for it.
lua_State *session_prepare(void);

/// Locks the process and serves the core until the socket is closed.
/// @param cpu the processor to stay on, or -1.
__attribute__((noreturn)) void session_run(lua_State *L, int cpu);
