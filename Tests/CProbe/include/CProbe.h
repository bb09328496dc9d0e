// Conditions that programs are started under, for tests. Each returns 0, or -errno; all but the
// first need root.
#pragma once

#include <stdint.h>

/// From here on the kernel takes no filter of system calls from this process or its children.
int probe_forbid_filters(void);

/// Covers /proc with an empty directory, for this process and its children.
int probe_hide_proc(void);

/// Becomes another user without groups.
int probe_become(uint32_t id);

/// Has the kernel refuse new user namespaces to this process and its children.
int probe_forbid_namespaces(void);

/// Limits of this process and its children.
int probe_limit_processes(uint64_t most);
int probe_limit_stack(uint64_t bytes);
