#define _GNU_SOURCE
#include "sandbox.h"

#include "frames.h"
#include "limits.h"
#include "zygote.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NOBODY = 65534 };

static void limit(int resource, rlim_t soft, rlim_t hard) {
  struct rlimit both = {soft, hard};
  setrlimit(resource, &both);
}

void script_close(unsigned first, unsigned last) {
  if (first > last) return;
  if (syscall(SYS_close_range, first, last, 0) == 0) return;
  // Kernels before 5.9, and containers that forbid what they do not know.
  struct rlimit files;
  unsigned end = 65536;
  if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < end) end = (unsigned)files.rlim_cur;
  for (unsigned fd = first; fd <= last && fd < end; fd++) close((int)fd);
}

void script_die_with(int parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(SCRIPT_EXIT_DONE);
}

// MARK: The zygote's share

// The copy that this process has of them, and all that are made from it: the caller's tokens must
// not be in it.
static void wipe(char **texts) {
  if (!texts) return;
  for (char **text = texts; *text; text++) memset(*text, 0, strlen(*text));
}

static void reset_signals(void) {
  struct sigaction plain = {.sa_handler = SIG_DFL};
  for (int number = 1; number < NSIG; number++) sigaction(number, &plain, NULL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

// A process's fdinfo has nothing in it once the process is gone: a child that shares our root goes
// there, and ends. Needs no directory of its own, and writes nothing.
static bool enter_remains_of_a_process(void) {
  long child = syscall(SYS_clone, CLONE_FS | SIGCHLD, NULL, NULL, NULL, NULL);
  if (child == 0) _exit(chroot("/proc/self/fdinfo") == 0 && chdir("/") == 0 ? 0 : 1);
  if (child < 0) return false;
  int status = -1;
  while (waitpid((pid_t)child, &status, 0) < 0 && errno == EINTR) {}
  return status == 0;
}

static void enter_empty_root(void) {
  struct stat status;
  bool is_usable = lstat("/var/empty", &status) == 0 && S_ISDIR(status.st_mode) &&
                   status.st_uid == 0 && !(status.st_mode & 022);
  if (is_usable && chroot("/var/empty") == 0 && chdir("/") == 0) return;
  enter_remains_of_a_process();
}

static void drop_capabilities(void) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct none[2] = {0};
  syscall(SYS_capset, &header, none);
}

static void become_nobody(void) {
  // Nobody's processes are counted against nobody's limit, which is not the caller's to set.
  limit(RLIMIT_NPROC, RLIM_INFINITY, RLIM_INFINITY);
  if (setgroups(0, NULL) != 0 || setresgid(NOBODY, NOBODY, NOBODY) != 0 ||
      setresuid(NOBODY, NOBODY, NOBODY) != 0) {
    errno = 0; // in a container that does not have these ids; the filter has to do
  }
}

void script_enter_sandbox(int kept, char **argv, char **envp) {
  script_close(0, (unsigned)kept - 1);
  script_close((unsigned)kept + 1, ~0U);
  wipe(argv);
  wipe(envp);
  if (envp) *envp = NULL;
  prctl(PR_SET_NAME, "alpod-zygote");
  setsid();
  umask(077);
  reset_signals();

  if (geteuid() == 0) {
    enter_empty_root();
    become_nobody();
  } else if (syscall(SYS_unshare, CLONE_NEWUSER) == 0) {
    enter_empty_root();
  }
  drop_capabilities();
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

// MARK: The script's share

// Above the allocator's own limit, which can say more.
static void limit_memory(void) {
  // The sanitizers reserve terabytes.
#if !defined(__SANITIZE_ADDRESS__) && !__has_feature(address_sanitizer) && \
    !__has_feature(thread_sanitizer)
  rlim_t data = (rlim_t)script_allowed.memory + (128 << 20);
  rlim_t all = data + (1 << 30); // with what the libraries map
  limit(RLIMIT_DATA, data, data);
  limit(RLIMIT_AS, all, all);
#endif
}

const char *script_lock_sandbox(void) {
  prctl(PR_SET_NAME, "alpod-script");
  // A script that is woken does not push the core or the zygote off its processor: it has its turn
  // when they wait for it.
  sched_setscheduler(0, SCHED_BATCH, &(struct sched_param){0});
  script_start_clock();
  // The signal of the soft limit says what happened, should the clock not get its turn.
  rlim_t seconds = script_allowed.cpu_milliseconds / 1000 + 1;
  limit(RLIMIT_CPU, seconds, seconds + 1);
  limit_memory();
  // Enough for Lua's 200 levels of C, whatever the caller's shell allows, and no more.
  struct rlimit stack;
  rlim_t wanted = 8 << 20;
  if (getrlimit(RLIMIT_STACK, &stack) == 0 && stack.rlim_max < wanted) wanted = stack.rlim_max;
  limit(RLIMIT_STACK, wanted, wanted);
  limit(RLIMIT_NOFILE, 0, 0);
  limit(RLIMIT_FSIZE, 0, 0);
  limit(RLIMIT_CORE, 0, 0);
  limit(RLIMIT_NPROC, 0, 0);
  limit(RLIMIT_MEMLOCK, 0, 0);
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    return "the kernel does not take away the right to gain rights (no_new_privs)";
  }
  if (script_filter_system_calls() != 0) {
    return "the kernel takes no filter of system calls (seccomp)";
  }
  return NULL;
}
