// The globals of a script: a closed list, with nothing that reaches outside.
#pragma once

#include <lua.h>

/// Opens the libraries and installs the globals.
void environment_prepare(lua_State *L);

/// Pushes a text for the value at `index`, as `tostring` gives it: without addresses.
const char *environment_text(lua_State *L, int index, size_t *length);
