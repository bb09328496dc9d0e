#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/xattr.h>
#include <unistd.h>

int linux_open(int directory, const char *path, int flags, mode_t mode, int resolve) {
  struct open_how how = {
      .flags = (uint64_t)(flags | O_CLOEXEC),
      .mode = (flags & (O_CREAT | O_TMPFILE)) ? mode : 0,
  };
  if (resolve & LINUX_RESOLVE_IN_ROOT) how.resolve |= RESOLVE_IN_ROOT;
  if (resolve & LINUX_RESOLVE_NO_LINKS) how.resolve |= RESOLVE_NO_SYMLINKS;
  for (;;) {
    int fd;
    if (resolve == LINUX_RESOLVE_FREE) {
      fd = openat(directory, path, flags | O_CLOEXEC, mode);
    } else {
      fd = (int)syscall(SYS_openat2, directory, path, &how, sizeof how);
    }
    if (fd >= 0) return fd;
    // The kernel answers EAGAIN when a rename raced with the resolution; it asks to be called again.
    if (errno == EINTR || (errno == EAGAIN && resolve != LINUX_RESOLVE_FREE)) continue;
    return -errno;
  }
}

// Between file systems that are reached over a network or through a process even these can be interrupted.
static int rename_with(int directory, const char *from, const char *to, unsigned flags) {
  long done;
  while ((done = syscall(SYS_renameat2, directory, from, directory, to, flags)) != 0 && errno == EINTR) {}
  return done == 0 ? 0 : -errno;
}

int linux_exchange(int directory, const char *one, const char *other) {
  return rename_with(directory, one, other, RENAME_EXCHANGE);
}

int linux_rename_new(int directory, const char *from, const char *to) {
  return rename_with(directory, from, to, RENAME_NOREPLACE);
}

int64_t linux_entries(int directory, void *buffer, size_t size) {
  long count = syscall(SYS_getdents64, directory, buffer, size);
  return count >= 0 ? count : -errno;
}

int64_t linux_filesystem_type(int fd) {
  struct statfs answer;
  return fstatfs(fd, &answer) == 0 ? (int64_t)(uint32_t)answer.f_type : -errno;
}

int64_t linux_room(int fd) {
  struct statfs answer;
  if (fstatfs(fd, &answer) != 0) return -errno;
  int64_t room;
  // One without a size of its own has no limit.
  if (answer.f_blocks == 0 || __builtin_mul_overflow(answer.f_bfree, answer.f_frsize, &room)) return INT64_MAX;
  return room;
}

int64_t linux_attribute_names(int fd, void *buffer, size_t room) {
  ssize_t size = flistxattr(fd, buffer, room);
  return size >= 0 ? size : -errno;
}

int64_t linux_attribute(int fd, const char *name, void *buffer, size_t room) {
  ssize_t size = fgetxattr(fd, name, buffer, room);
  return size >= 0 ? size : -errno;
}

int linux_set_attribute(int fd, const char *name, const void *value, size_t length) {
  return fsetxattr(fd, name, value, length, 0) == 0 ? 0 : -errno;
}

int linux_remove_attribute(int fd, const char *name) {
  return fremovexattr(fd, name) == 0 || errno == ENODATA ? 0 : -errno;
}

int linux_propagate(const char *path, enum linux_propagation kind, bool recursive) {
  static const unsigned long flags[] = {MS_SHARED, MS_SLAVE, MS_PRIVATE, MS_UNBINDABLE};
  return mount("none", path, NULL, flags[kind] | (recursive ? MS_REC : 0), NULL) == 0 ? 0 : -errno;
}

int linux_synchronize(int fd) {
  int done;
  while ((done = syncfs(fd)) != 0 && errno == EINTR) {}
  return done == 0 ? 0 : -errno;
}

int linux_has_capabilities(const char *path) {
  ssize_t size = getxattr(path, "security.capability", NULL, 0);
  if (size >= 0) return size > 0;
  switch (errno) {
  case ENODATA:
  case ENOTSUP:
  case ENOENT:
  case ENOTDIR: return 0;
  default: return -errno;
  }
}
