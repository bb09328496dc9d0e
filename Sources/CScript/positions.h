// Where in the text of a script something happens.
#pragma once

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>

/// A place in a script's text.
struct script_position {
  const char *file; ///< valid as long as the function that it was taken from
  size_t file_length;
  int line; ///< 0 when the place is not known
};

/// The coroutine that runs, and the ones that wait for it. Kept by whoever resumes a coroutine:
/// Lua itself does not tell, and a signal handler has to know.
struct script_thread {
  lua_State *thread;
  struct script_thread *outer;
};

extern struct script_thread *volatile script_running;

/// Whether a chunk belongs to the standard library, whose frames are passed over: what a plugin's
/// author can mend is the plugin.
bool script_is_library(const char *file, size_t length);

/// The innermost frame of the script's own files; without one, the innermost frame of all.
/// Safe in a signal handler as far as Lua's own structures are sound (see script_breach).
/// @param innermost receives the innermost frame of any file, when not NULL.
struct script_position script_position_of_plugin(struct script_position *innermost);
