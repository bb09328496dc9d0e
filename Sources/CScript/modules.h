// Lua's text: loaded from the core, by `require`, or by the script itself with `load`.
#pragma once

#include <lua.h>
#include <stddef.h>

/// Loads a text that the core named: source text only. Pushes the function, or a message that
/// begins with "file:line: ".
/// @return LUA_OK, or what luaL_loadbufferx said.
int script_load(lua_State *L, const char *name, size_t name_length, const char *text, size_t length);

/// The same of a text that is not in use yet, so that no error is taken to come from it.
int script_compile(lua_State *L, const char *name, size_t name_length, const char *text,
                   size_t length);

/// Puts `load` and `require` into the table on top of the stack.
void script_add_loaders(lua_State *L);
