// The process that script processes are forked from.
#pragma once

#include "CScript.h"

/// What the core asks of the zygote; the script's end of a socket pair comes with it. The answer is
/// an int32_t: the id of the new process, which is a child of the core, or -errno.
struct script_request {
  struct script_limits limits;
  int32_t cpu;
  /// Whether the core goes on meanwhile: the process is then made wherever there is room, and goes
  /// to its processor only once it is ready.
  bool is_ahead;
};

/// The core's end of the socket to the zygote, or -errno of making it.
int script_zygote(void);

/// Goes to one processor, or with -1 back to all that there were at first.
void script_move_to(int cpu);
