// The globals of a script: a closed list, with nothing that reaches outside.
#pragma once

#include <lua.h>

/// Opens the libraries and installs the globals.
void script_prepare_environment(lua_State *L);
