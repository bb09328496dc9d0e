// Coroutines that keep script_running true.
#pragma once

#include <lua.h>

/// Replaces `resume`, `wrap` and `close` in the coroutine library on top of the stack.
void script_replace_coroutine_functions(lua_State *L);
