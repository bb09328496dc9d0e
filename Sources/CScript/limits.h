// What a script may use up, and where it was when it used up more.
#pragma once

#include "CScript.h"
#include "frames.h"

#include <lua.h>

/// The limits of this process.
extern struct script_limits script_limits;

/// Ends the process, telling the core which limit was breached and where the script was.
__attribute__((noreturn)) void limit_breach(const char *name);

/// The allocator of the Lua state (lua_Alloc): counts, and ends the process beyond the limit.
void *limit_allocate(void *context, void *block, size_t old_size, size_t new_size);

/// Starts the clock of processor time. Must come before the process is locked.
void limit_start_clock(void);

/// Counts a call of the host, and bytes printed.
void limit_count_call(void);
void limit_count_output(size_t length);

/// Says which coroutine runs, so that a breach can tell the line.
/// @return the one that ran before.
lua_State *limit_set_running(lua_State *L);

/// The innermost frame of the plugin's own files; modules of the standard library are passed over.
/// @param innermost receives the innermost Lua frame of all, when not NULL.
struct position position_of_plugin(lua_State *L, struct position *innermost);
