// The order of a table's keys. Lua's own differs from run to run (its hash seed is random), and
// with it would the order of a plan: numbers come first, then texts by their bytes, then false and
// true, then objects in the order of their making.
#pragma once

#include <lua.h>

/// Puts `pairs` and `next` into the table on top of the stack.
void script_add_iterators(lua_State *L);
