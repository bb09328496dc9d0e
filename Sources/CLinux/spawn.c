#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// Stays beside a program and holds the lock in its place: what that one leaves behind would keep it for ever, and somebody
// else's could give it up. Ends as it ends.
static void stay(int kept, pid_t program) {
  if (kept > 0) syscall(SYS_close_range, 0, kept - 1, 0);
  syscall(SYS_close_range, kept + 1, ~0U, 0);
  int status;
  while (waitpid(program, &status, 0) < 0 && errno == EINTR) {}
  if (WIFSIGNALED(status)) {
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    signal(WTERMSIG(status), SIG_DFL);
    kill(getpid(), WTERMSIG(status));
  }
  _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 127);
}

// Runs between fork and exec: only async-signal-safe calls, and every failure goes to the parent as a number.
static void become(const struct linux_child *child, int report) {
  // 0, 1 and 2 may be among the sources, so they are first moved out of the way.
  int sources[3] = {child->input, child->output, child->error};
  int kept = child->kept;
  for (int i = 0; i < 3; i++) {
    if (sources[i] < 0) continue;
    sources[i] = fcntl(sources[i], F_DUPFD_CLOEXEC, 10);
    if (sources[i] < 0) goto fail;
  }
  for (int i = 0; i < 3; i++) {
    if (sources[i] < 0) {
      close(i);
    } else if (dup2(sources[i], i) < 0) {
      goto fail;
    }
  }
  // What was open without close-on-exec before us (a shell's descriptor, say) is none of the child's business.
  syscall(SYS_close_range, 3, ~0U, 1U << 2 /* CLOSE_RANGE_CLOEXEC */);
  if (fcntl(report, F_SETFD, FD_CLOEXEC) < 0) goto fail;

  setsid();
  if (kept >= 0) {
    // What ends the program is for the program: it is sent to the whole group.
    struct sigaction ignored = {.sa_handler = SIG_IGN};
    for (int number = 1; number < NSIG; number++) {
      if (number != SIGCHLD) sigaction(number, &ignored, NULL);
    }
    // Not fork(3), whose handlers are for a process with threads of its own.
    pid_t program = (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
    if (program < 0) goto fail;
    if (program > 0) {
      // Named after the program before the parent hears that it has started: who looks from then on is told the right name.
      const char *slash = strrchr(child->executable, '/');
      prctl(PR_SET_NAME, slash != NULL ? slash + 1 : child->executable, 0, 0, 0);
      close(report);
      stay(kept, program);
    }
  }

  struct sigaction plain = {.sa_handler = SIG_DFL};
  for (int number = 1; number < NSIG; number++) sigaction(number, &plain, NULL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  umask(022);

  if (child->root >= 0 && (fchdir(child->root) != 0 || chroot(".") != 0)) goto fail;
  if (child->identity) {
    if (setgroups(child->group_count, child->groups) != 0) goto fail;
    if (setresgid(child->gid, child->gid, child->gid) != 0) goto fail;
    if (setresuid(child->uid, child->uid, child->uid) != 0) goto fail;
  }
  if (chdir(child->directory) != 0 && chdir("/") != 0) goto fail;
  execve(child->executable, (char *const *)child->argv, (char *const *)child->envp);
fail:;
  int number = errno;
  while (write(report, &number, sizeof number) < 0 && errno == EINTR) {}
  _exit(127);
}

int linux_capture(void) {
  // MFD_NOEXEC_SEAL is of Linux 6.3; before, a file in memory could not do without being executable.
  int fd = memfd_create("output", MFD_CLOEXEC | 8U);
  if (fd < 0 && errno == EINVAL) fd = memfd_create("output", MFD_CLOEXEC);
  if (fd < 0) return -errno;
  // Programs that open their output once more (/dev/stderr) go on at its end.
  if (fcntl(fd, F_SETFL, O_APPEND) == 0) return fd;
  int number = errno;
  close(fd);
  return -number;
}

void linux_forget(int fd, int64_t length) {
  fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, length);
}

int linux_process(pid_t pid) {
  long fd = syscall(SYS_pidfd_open, pid, 0);
  return fd >= 0 ? (int)fd : -errno;
}

pid_t linux_spawn(const struct linux_child *child) {
  int report[2];
  if (pipe2(report, O_CLOEXEC) != 0) return -errno;
  pid_t pid = fork();
  if (pid < 0) {
    int number = errno;
    close(report[0]);
    close(report[1]);
    return -number;
  }
  if (pid == 0) become(child, report[1]);
  close(report[1]);
  int number = 0;
  ssize_t got;
  while ((got = read(report[0], &number, sizeof number)) < 0 && errno == EINTR) {}
  close(report[0]);
  if (got == (ssize_t)sizeof number) {
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {}
    return -number;
  }
  return pid;
}
