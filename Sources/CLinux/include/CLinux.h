// The system calls that Swift's Glibc module lacks or cannot express.
// Every function returns a value >= 0 on success and -errno on failure, unless it says otherwise; none keeps a pointer.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// O_PATH of open(2), which Glibc's module hides behind _GNU_SOURCE.
enum { LINUX_O_PATH = 010000000 };

/// How linux_open resolves a path.
enum linux_resolve {
  LINUX_RESOLVE_FREE = 0,     ///< as open(2) does
  LINUX_RESOLVE_IN_ROOT = 1,  ///< the directory is the root: "..", absolute links and "/" stay inside it
  LINUX_RESOLVE_NO_LINKS = 2, ///< any symbolic link in the path is an error (ELOOP); may be combined
};

/// openat2(2). With LINUX_RESOLVE_FREE it falls back to openat(2) on kernels before 5.6; the others have no safe fallback.
/// The descriptor is always close-on-exec.
// Whether the file at a path has file capabilities: 1 or 0, or an errno below zero.
int linux_has_capabilities(const char *_Nonnull path);

int linux_open(int directory, const char *_Nonnull path, int flags, mode_t mode, int resolve);

/// renameat2(2) inside one directory with RENAME_EXCHANGE: the two names change places in one step.
int linux_exchange(int directory, const char *_Nonnull one, const char *_Nonnull other);
/// renameat2(2) inside one directory with RENAME_NOREPLACE: -EEXIST when `to` is there.
int linux_rename_new(int directory, const char *_Nonnull from, const char *_Nonnull to);

/// getdents64(2): fills `buffer` with entries of an open directory. The bytes it took; 0 at the end; -errno.
int64_t linux_entries(int directory, void *_Nullable buffer, size_t size);

/// statfs(2) f_type of an open file.
int64_t linux_filesystem_type(int fd);

/// Bytes that root may still write to the file system of an open file, by statfs(2).
int64_t linux_room(int fd);

/// The names of a file's extended attributes (xattr(7)), each with its NUL, which go to `buffer`: their bytes. With no room: how many there are.
int64_t linux_attribute_names(int fd, void *_Nullable buffer, size_t room);
/// An extended attribute's bytes, which go to `buffer`. With no room: how many there are.
int64_t linux_attribute(int fd, const char *_Nonnull name, void *_Nullable buffer, size_t room);
int linux_set_attribute(int fd, const char *_Nonnull name, const void *_Nonnull value, size_t length);
/// 0 also when there is none of the name.
int linux_remove_attribute(int fd, const char *_Nonnull name);

/// syncfs(2): everything written to the file system that `fd` lies on is on the disk.
int linux_synchronize(int fd);

enum linux_propagation { LINUX_SHARED, LINUX_SLAVE, LINUX_PRIVATE, LINUX_UNBINDABLE };

/// mount(2) with only propagation flags: MS_SHARED and its like, with MS_REC when `recursive`.
int linux_propagate(const char *_Nonnull path, enum linux_propagation kind, bool recursive);

/// Makes SIGINT, SIGTERM and SIGHUP set a flag (and wake a blocked call with EINTR) in place of ending the process.
void linux_watch_signals(void);
/// The signal that was last received since linux_watch_signals, or 0.
int linux_received_signal(void);
/// How often a signal was received since linux_watch_signals.
int linux_received_count(void);
/// Ignores the same signals.
void linux_ignore_signals(void);
/// Puts the default actions back, so that the next signal ends the process.
void linux_unwatch_signals(void);

/// SHA-256 of some bytes.
void linux_sha256(const void *_Nonnull bytes, size_t length, uint8_t *_Nonnull digest);

/// One line for the system's log, syslog(3) with LOG_AUTHPRIV; says nothing where no daemon listens.
void linux_log(const char *_Nonnull text);

/// A file in memory that grows as it is written to, for a program's output: unlike a pipe it takes what is written
/// when nobody reads any more.
int linux_capture(void);
/// Gives the memory of a capture's first bytes back; they read as zeros then.
void linux_forget(int fd, int64_t length);
/// A descriptor that poll(2) finds readable once a process has ended (pidfd_open(2), Linux 5.3).
int linux_process(pid_t pid);

/// What linux_spawn starts. Strings and arrays are read before it returns. `-1` as a descriptor stands for /dev/null-less "closed".
struct linux_child {
  const char *_Nonnull executable;              ///< path inside the root, no PATH search
  const char *_Nullable const *_Nonnull argv;   ///< NULL-terminated
  const char *_Nullable const *_Nonnull envp;   ///< NULL-terminated
  int root;                                     ///< directory descriptor to chroot into, or -1
  const char *_Nonnull directory;               ///< working directory inside the root; "/" when it cannot be entered
  int input, output, error;                     ///< descriptors to become 0, 1 and 2
  int kept;                                     ///< one more descriptor, or -1: a process beside the child, named after it, keeps it open for as long as the child lives
  bool identity;                                ///< whether to take on uid, gid and groups
  uid_t uid;
  gid_t gid;
  const gid_t *_Nullable groups;
  size_t group_count;
};

/// Starts a process in a session of its own, with default signal actions, umask 022 and no descriptor but the named ones.
/// Returns its pid, or -errno of whatever failed up to and including execve(2).
pid_t linux_spawn(const struct linux_child *_Nonnull child);
