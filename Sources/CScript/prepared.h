// Texts that the zygote compiles once, so that no script has to.
#pragma once

#include <lua.h>
#include <stddef.h>

/// Compiles what stands in script_prepared; done once, in the zygote.
void script_prepare_texts(lua_State *L);

/// Pushes the function of a text that is prepared, or ends the process: the core knows them all.
void script_push_prepared(lua_State *L, const char *name, size_t length);
