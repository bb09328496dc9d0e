// What a script may use up, and where it was when it used up more.
#pragma once

#include "CScript.h"

#include <lua.h>

/// The limits of this process.
extern struct script_limits script_allowed;

/// Ends the process, telling the core which limit was breached and where the script was. No pcall
/// catches it, because nothing is raised.
__attribute__((noreturn)) void script_breach(const char *name);

/// The allocator of the Lua state (lua_Alloc): counts, and ends the process beyond the limit.
void *script_allocate(void *context, void *block, size_t old_size, size_t new_size);

/// The number of an object (table, function or thread) by the order of their making, which is the
/// same on every run as long as the script is.
/// @param block what script_allocate gave for it.
uint64_t script_serial(const void *block);

/// Starts the clock of processor time. Must come before the process is locked.
void script_start_clock(void);

/// Counts a call of the host, and bytes printed.
void script_count_call(void);
void script_count_output(size_t length);
