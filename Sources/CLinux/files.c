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

int linux_exchange(int directory, const char *one, const char *other) {
  return syscall(SYS_renameat2, directory, one, directory, other, RENAME_EXCHANGE) == 0 ? 0 : -errno;
}

int linux_rename_new(int directory, const char *from, const char *to) {
  return syscall(SYS_renameat2, directory, from, directory, to, RENAME_NOREPLACE) == 0 ? 0 : -errno;
}

int64_t linux_entries(int directory, void *buffer, size_t size) {
  long count = syscall(SYS_getdents64, directory, buffer, size);
  return count >= 0 ? count : -errno;
}

int64_t linux_filesystem_type(int fd) {
  struct statfs answer;
  return fstatfs(fd, &answer) == 0 ? (int64_t)(uint32_t)answer.f_type : -errno;
}

int64_t linux_attribute_names_size(int fd) {
  ssize_t size = flistxattr(fd, NULL, 0);
  if (size >= 0) return size;
  return errno == ENOTSUP ? 0 : -errno;
}

int linux_copy_attributes(int from, int to) {
  ssize_t size = flistxattr(from, NULL, 0);
  if (size < 0) return errno == ENOTSUP ? 0 : -errno;
  if (size == 0) return 0;
  char *names = malloc((size_t)size);
  if (!names) return -ENOMEM;
  int result = 0;
  size = flistxattr(from, names, (size_t)size);
  if (size < 0) result = -errno;
  for (char *name = names; result == 0 && name < names + size; name += __builtin_strlen(name) + 1) {
    ssize_t length = fgetxattr(from, name, NULL, 0);
    char *value = length > 0 ? malloc((size_t)length) : NULL;
    if (length > 0 && !value) {
      result = -ENOMEM;
    } else if (length < 0 || (length > 0 && (length = fgetxattr(from, name, value, (size_t)length)) < 0)) {
      if (errno != ENODATA) result = -errno;
    } else if (fsetxattr(to, name, value ? value : "", (size_t)length, 0) != 0) {
      result = -errno;
    }
    free(value);
  }
  free(names);
  return result;
}

int linux_propagate(const char *path, bool shared, bool recursive) {
  unsigned long flags = (shared ? MS_SHARED : MS_PRIVATE) | (recursive ? MS_REC : 0);
  return mount("none", path, NULL, flags, NULL) == 0 ? 0 : -errno;
}

int linux_synchronize(int fd) {
  return syncfs(fd) == 0 ? 0 : -errno;
}
