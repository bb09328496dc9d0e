// What a script process does from its lock to its end.
#pragma once

#include <lua.h>

/// Makes the Lua state with its globals; done once in the zygote.
/// @return NULL when there is no memory for it.
lua_State *script_prepare_session(void);

/// Locks the process and serves the core until the socket is closed.
__attribute__((noreturn)) void script_run_session(lua_State *L);
