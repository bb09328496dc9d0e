#define _GNU_SOURCE
#include "CProbe.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pty.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define IF_EQUAL(value, then, otherwise) \
  BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), (then), (otherwise))
#define RETURN(what) BPF_STMT(BPF_RET | BPF_K, (what))

static int install(struct sock_filter *program, unsigned short length) {
  struct sock_fprog filter = {length, program};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -errno;
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) == 0 ? 0 : -errno;
}

int probe_forbid_filters(void) {
  struct sock_filter program[] = {
      LOAD(nr),
      IF_EQUAL(SYS_seccomp, 3, 0),
      IF_EQUAL(SYS_prctl, 0, 3),
      LOAD(args[0]),
      IF_EQUAL(PR_SET_SECCOMP, 0, 1),
      RETURN(SECCOMP_RET_ERRNO | EINVAL),
      RETURN(SECCOMP_RET_ALLOW),
  };
  return install(program, sizeof program / sizeof *program);
}

int probe_forbid_namespaces(void) {
  struct sock_filter program[] = {
      LOAD(nr),
      IF_EQUAL(SYS_unshare, 0, 1),
      RETURN(SECCOMP_RET_ERRNO | EPERM),
      RETURN(SECCOMP_RET_ALLOW),
  };
  return install(program, sizeof program / sizeof *program);
}

int probe_own_mounts(void) {
  if (unshare(CLONE_NEWNS) != 0) return -errno;
  return mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 ? 0 : -errno;
}

int probe_mount(const char *type, const char *at, const char *options) {
  return mount("none", at, type, 0, options) == 0 ? 0 : -errno;
}

int probe_bind(const char *from, const char *at) {
  return mount(from, at, NULL, MS_BIND, NULL) == 0 ? 0 : -errno;
}

int probe_make_read_only(const char *at) {
  return mount("none", at, NULL, MS_REMOUNT | MS_RDONLY, NULL) == 0 ? 0 : -errno;
}

int probe_hide_proc(void) {
  int result = probe_own_mounts();
  return result == 0 ? probe_mount("tmpfs", "/proc", "") : result;
}

int probe_make_empty(uint32_t mode) {
  int result = probe_own_mounts();
  if (result == 0) result = probe_mount("tmpfs", "/var", "");
  if (result != 0) return result;
  return mkdir("/var/empty", 0555) == 0 && chmod("/var/empty", mode) == 0 ? 0 : -errno;
}

int probe_become(uint32_t id) {
  if (setgroups(0, NULL) != 0 || setresgid(id, id, id) != 0 || setresuid(id, id, id) != 0) {
    return -errno;
  }
  return 0;
}

int probe_limit_processes(uint64_t most) {
  struct rlimit limit = {most, most};
  return setrlimit(RLIMIT_NPROC, &limit) == 0 ? 0 : -errno;
}

int probe_limit_stack(uint64_t bytes) {
  struct rlimit limit = {bytes, RLIM_INFINITY};
  return setrlimit(RLIMIT_STACK, &limit) == 0 ? 0 : -errno;
}

int probe_count_processors(void) {
  cpu_set_t set;
  return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : -errno;
}

int probe_count_processors_of_child(void) {
  pid_t pid = fork();
  if (pid == 0) _exit(probe_count_processors());
  int status = 0;
  if (pid < 0 || waitpid(pid, &status, 0) < 0) return -errno;
  return WEXITSTATUS(status);
}

bool probe_contains(const void *all, size_t length, const void *wanted, size_t wanted_length) {
  return memmem(all, length, wanted, wanted_length) != NULL;
}

int probe_pipe(int *ends) {
  return pipe2(ends, O_CLOEXEC);
}

int probe_start_on_terminal(const char *program, char *const *arguments, char *const *environment,
                            const char *directory, int *terminal) {
  struct winsize size = {.ws_row = 50, .ws_col = 120};
  pid_t pid = forkpty(terminal, NULL, NULL, &size);
  if (pid < 0) return -errno;
  if (pid > 0) {
    fcntl(*terminal, F_SETFD, FD_CLOEXEC);
    return pid;
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  if (chdir(directory) == 0) execve(program, arguments, environment);
  _exit(127);
}

int probe_set_attribute(const char *path, const char *name, const void *value, size_t length) {
  return setxattr(path, name, value, length, 0) == 0 ? 0 : -errno;
}

int probe_attribute(const char *path, const char *name, void *value, size_t room) {
  ssize_t length = getxattr(path, name, value, room);
  return length < 0 ? -errno : (int)length;
}

int probe_attribute_names(const char *path, char *names, size_t room) {
  ssize_t length = llistxattr(path, names, room);
  return length < 0 ? -errno : (int)length;
}

int64_t probe_birth(const char *path) {
  struct statx status;
  if (statx(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, STATX_BTIME, &status) != 0) return 0;
  if (!(status.stx_mask & STATX_BTIME)) return 0;
  return status.stx_btime.tv_sec * 1000000000LL + status.stx_btime.tv_nsec;
}

void probe_wait_for_writers(const char *path) {
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return;
  // A lease for reading is given when nobody has the file open for writing: fcntl(2).
  while (fcntl(file, F_SETLEASE, F_RDLCK) != 0 && (errno == EAGAIN || errno == EINTR)) usleep(1000);
  close(file);
}
