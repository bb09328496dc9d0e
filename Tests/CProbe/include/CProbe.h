// Conditions that programs are started under, for tests. Each returns 0, or -errno; most

// Conditions that tests, and programs that they start, run under. Each returns 0, or -errno, and most
// need root.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// How long tests wait, in seconds, for what comes in a moment: a machine may be very busy. Only what never comes takes as
/// long.
#define PROBE_PATIENCE 1800

/// From here on the kernel takes no filter of system calls from this process or its children.
int probe_forbid_filters(void);

/// Covers /proc with an empty directory, for this process and its children.
int probe_hide_proc(void);

/// Gives this process and its children a /var with nothing but the directory "empty" of a mode.
int probe_make_empty(uint32_t mode);

/// Becomes another user without groups.
int probe_become(uint32_t id);

/// Has the kernel refuse new user namespaces to this process and its children.
int probe_forbid_namespaces(void);

/// Limits of this process and its children.
int probe_limit_processes(uint64_t most);
int probe_limit_stack(uint64_t bytes);

/// How many processors the calling thread may run on, and a process that it forks.
int probe_count_processors(void);
int probe_count_processors_of_child(void);

/// Whether bytes stand somewhere in others.
bool probe_contains(const void *_Nonnull all, size_t length, const void *_Nonnull wanted,
                    size_t wanted_length);

/// Makes a pipe whose ends no other process inherits.
/// @return 0, or -1 and errno.
int probe_pipe(int *_Nonnull ends);

/// Starts a program on a new terminal of 120 columns, with no signal blocked.
/// @returns its process id, or -errno; `terminal` is the other end.
int probe_start_on_terminal(const char *_Nonnull program,
                            char *_Nullable const *_Nonnull arguments,
                            char *_Nullable const *_Nonnull environment,
                            const char *_Nonnull directory, int *_Nonnull terminal);

/// Gives the calling thread, and the programs it starts, mounts of their own.
int probe_own_mounts(void);
/// Mounts a new file system of a type with its options, as mount(8) takes them.
int probe_mount(const char *_Nonnull type, const char *_Nonnull at, const char *_Nonnull options);
/// Shows a directory at another place as well.
int probe_bind(const char *_Nonnull from, const char *_Nonnull at);
/// Has the kernel refuse to write to what is mounted at a path.
int probe_make_read_only(const char *_Nonnull at);

/// Gives a file an extended attribute.
int probe_set_attribute(const char *_Nonnull path, const char *_Nonnull name,
                        const void *_Nonnull value, size_t length);
/// The length of a file's extended attribute, which goes to `value`, or -errno.
int probe_attribute(const char *_Nonnull path, const char *_Nonnull name, void *_Nonnull value,
                    size_t room);
/// The names of a file's extended attributes, no link followed, each with its NUL; their bytes, or -errno.
int probe_attribute_names(const char *_Nonnull path, char *_Nonnull names, size_t room);
/// When what is at a path was made, no link followed, in nanoseconds; 0 where the file system does not know.
int64_t probe_birth(const char *_Nonnull path);

/// Waits until nobody has a program open for writing, as it cannot be started so long ("Text file busy"): what another thread
/// starts meanwhile has all files of this process open until it runs.
void probe_wait_for_writers(const char *_Nonnull path);
