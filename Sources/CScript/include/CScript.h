// Script processes: Lua, locked into a process of its own that can do nothing but answer on one socket.
//
// A zygote is forked by a constructor, before anything else is in memory. On request it makes a script process, which
// gives up every right it has before it reads a byte of Lua. Frames are described in frames.h.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// What a script may use up. A breach ends its process.
struct script_limits {
  uint64_t memory;           ///< bytes that Lua's values may take
  uint32_t cpu_milliseconds; ///< processor time
  uint32_t output;           ///< bytes printed
  uint32_t calls;            ///< calls of the host
  uint32_t frame;            ///< bytes of one frame, at most SCRIPT_FRAME_MAX
  uint32_t depth;            ///< tables within tables in one value
  uint32_t items;            ///< values in one frame
};

enum { SCRIPT_FRAME_MAX = 1 << 20 };

/// Makes a script process. The caller is its parent, waits for it, and owns the socket that is returned.
/// @param cpu the processor it is to stay on, or -1.
/// @param pid receives its process id.
/// @return the core's end of the socket (close-on-exec), or -errno: of making the zygote, of the socket, or of the fork.
int script_spawn(const struct script_limits *_Nonnull limits, int cpu, pid_t *_Nonnull pid);

/// Has a script process made that the next script_spawn with the same limits and processor takes over, without waiting for
/// it. At most one is kept; a second call before it is taken does nothing.
void script_prepare(const struct script_limits *_Nonnull limits, int cpu);

/// Keeps the calling thread on the processor that it runs on, from here on; cheap when it is kept there already.
/// @return the processor, or -1.
int script_pin(void);

/// The release of the Lua library that is linked, "5.4.6".
const char *_Nonnull script_lua_release(void);
