// The process that script processes are forked from.
#pragma once

#include "CScript.h"

/// What the core asks of the zygote; the script's ends of two pipes come with it. The answer is
/// an int32_t: the id of the new process, which is a child of the core, or -errno.
struct script_request {
  struct script_limits limits;
  int32_t cpu; ///< where the script begins, or -1 for anywhere but where the core was at first
};

/// The processor that the calling thread is kept on, or -1.
int script_pinned_processor(void);

/// The core's end of the socket to the zygote, or -errno of making it.
int script_zygote(void);

