// How a process gives up its rights.
#pragma once

#include <stdbool.h>

/// The zygote's share, once: no environment, no other descriptors, nobody, an empty root. As far as it goes.
/// @param kept the one descriptor that stays open.
void sandbox_prepare(int kept);

/// The script's share, before it reads a byte: resource limits and the filter of system calls. From here on only reading
/// and writing SCRIPT_SOCKET, memory and the end are left.
/// @param cpu the processor to stay on from here on, or -1.
/// @return NULL, or what went wrong: the process must not run a script then.
const char *sandbox_lock(int cpu);

/// Closes every descriptor from `first` to `last`.
void sandbox_close(unsigned first, unsigned last);
