// How a process gives up its rights.
#pragma once

/// The zygote's share, once, as far as it goes: no environment, no other descriptors, nobody, an
/// empty root. None of it is relied on: script_lock_sandbox is what no script runs without.
/// @param kept the one descriptor that stays open.
/// @param argv, envp of this process; their texts are overwritten.
void script_enter_sandbox(int kept, char **argv, char **envp);

/// The script's share, before it reads a byte: limits of the kernel and the filter of system calls.
/// From here on only reading SCRIPT_INPUT, writing SCRIPT_OUTPUT, memory and the end are left.
/// @return NULL, or what went wrong: the process must not run a script then.
const char *script_lock_sandbox(void);

/// Closes every descriptor from `first` to `last`.
void script_close(unsigned first, unsigned last);

/// Has the kernel end this process with its parent.
/// @param parent its id; when it is gone already, the process ends here.
void script_die_with(int parent);

/// Installs the filter of system calls (filter.c).
/// @return 0, or -1 and errno.
int script_filter_system_calls(void);
