// The proxies through which a script calls the core: `host.apk.add{…}` becomes one HOST frame.
// Nothing here knows which calls there are: any name goes to the core, which answers for those
// that do not exist.
#pragma once

#include <lua.h>
#include <stddef.h>
#include <stdint.h>

enum { SCRIPT_PROXY_NAME_MOST = 96 };

/// Prepares the metatable of proxies.
void script_prepare_host(lua_State *L);

/// Pushes a proxy with a name of at most SCRIPT_PROXY_NAME_MOST bytes, good until the next call of
/// script_end_phase.
void script_push_proxy(lua_State *L, const char *name, size_t length);

/// From here on proxies of before raise an error when they are used.
void script_end_phase(void);

/// The number of a proxy by the order of their making.
uint64_t script_proxy_serial(lua_State *L, int index);
