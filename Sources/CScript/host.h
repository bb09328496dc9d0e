// The proxies through which a script calls the core: `host.apk.add{…}` becomes one HOST frame.
#pragma once

#include <lua.h>

/// Prepares the metatable of proxies.
void host_prepare(lua_State *L);

/// Pushes a proxy with a name, good until the next call of host_end_phase.
void host_push(lua_State *L, const char *name, size_t length);

/// From here on proxies of before raise an error when they are used.
void host_end_phase(void);
