// Values as text: without addresses, which differ from run to run and are nobody's business.
#pragma once

#include <lua.h>

/// Pushes a text for the value at `index`, as `tostring` gives it; may run the value's __tostring.
/// @param length receives its length, when not NULL.
const char *script_push_text(lua_State *L, int index, size_t *length);

/// Puts `tostring` and `print` into the table on top of the stack.
void script_add_text_functions(lua_State *L);

/// Puts `format` into the string library on top of the stack.
void script_replace_format(lua_State *L);
