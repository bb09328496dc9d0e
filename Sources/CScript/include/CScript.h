// Script processes: Lua, locked into a process of its own that can do nothing but answer on a
// pair of pipes.
//
// A zygote is forked by a constructor, before anything else is in memory. On request it makes a
// script process, which gives up every right it has before it reads a byte of Lua. What both sides
// say to each other is described in frames.h.
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
  uint32_t frame;            ///< bytes of one frame, SCRIPT_FRAME_MIN to SCRIPT_FRAME_MAX
  uint32_t depth;            ///< tables within tables in one value
  uint32_t items;            ///< values in one frame
};

// The names that people see.
#define SCRIPT_LIMIT_MEMORY "memory"
#define SCRIPT_LIMIT_TIME "processor time"
#define SCRIPT_LIMIT_OUTPUT "output"
#define SCRIPT_LIMIT_CALLS "host calls"
#define SCRIPT_LIMIT_FRAME "frame size"
#define SCRIPT_LIMIT_ITEMS "values in a frame"
// What the core counts alone.
#define SCRIPT_LIMIT_CORE_TIME "alpod's processor time"
#define SCRIPT_LIMIT_CORE_MEMORY "alpod's memory"

enum {
  SCRIPT_FRAME_MIN = 16 << 10, ///< an error with its trace has to fit
  SCRIPT_FRAME_MAX = 1 << 20,
};

/// The core's ends of what it and a script say to each other: close-on-exec, never 0, 1 or 2. Two
/// pipes: a call takes two thirds of the time that it takes over a pair of sockets.
struct script_pipes {
  int from_script; ///< read; blocks
  int to_script;   ///< written; does not block
};

/// Makes a script process. The caller is its parent and has to end it with script_end, and to close
/// the pipes. May be called from any thread. From then on the program ignores SIGPIPE, unless it
/// handles it.
/// @return its process id, or -errno: of making the zygote, of the pipes, or of the fork.
int script_spawn(const struct script_limits *_Nonnull limits, struct script_pipes *_Nonnull pipes);

/// Has a script stay on one processor, or with -1 on all that there were at first. Until then it is
/// anywhere but where the core was when it began.
void script_settle(pid_t pid, int cpu);

enum { SCRIPT_AHEAD_MOST = 2 };

/// Has script processes made that the next calls of script_spawn with the same limits take over,
/// without waiting for them, so that there are `count`, or SCRIPT_AHEAD_MOST if that is less. While
/// there are some with other limits it does nothing, and what goes wrong is told by the script_spawn.
void script_prepare(const struct script_limits *_Nonnull limits, unsigned count);

/// A text of Lua that the zygote compiles before there is a script, so that none has to.
struct script_text {
  const char *_Nullable name; ///< as in the LOAD and MODULE frames; NULL after the last one
  const unsigned char *_Nullable text;
  size_t length;
};

/// What a program that has such texts defines. They are trusted: the zygote makes all scripts.
extern const struct script_text script_prepared[] __attribute__((weak));

/// Whether scripts have this text compiled.
bool script_is_prepared(const char *_Nonnull name, size_t name_length, const void *_Nonnull text,
                        size_t length);

/// How a script process ended.
struct script_end {
  int signal;                ///< the signal that it died of, or 0
  int status;                ///< its exit status, when it died of none
  uint64_t cpu_milliseconds; ///< the processor time that it took
};

/// Waits for a script process and frees its id. EINTR does not end the wait.
/// @param kills whether to end it first; without, it must be known to be on its way out.
/// @return 0, or -errno (ECHILD: somebody else has waited for it).
int script_end(pid_t pid, bool kills, struct script_end *_Nonnull end);

/// The processor time that a running process has taken so far.
/// @return nanoseconds, or -errno.
int64_t script_processor_time(pid_t pid);

/// What the calling thread has spent so far.
struct script_expense {
  int64_t processor_time; ///< nanoseconds
  int64_t memory;         ///< bytes that the program had in memory at most
};
struct script_expense script_expense(void);

/// The processor that the calling thread runs on, or -1.
int script_processor(void);

/// Keeps the calling thread on one processor until script_unpin; pairs may be nested, and the
/// outermost one counts. Processes that the thread forks meanwhile do not inherit it.
/// @return whether a script_unpin has to follow.
bool script_pin(int cpu);
void script_unpin(void);

/// The release of the Lua library that is linked, "5.4.6".
const char *_Nonnull script_lua_release(void);
