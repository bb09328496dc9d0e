#define _GNU_SOURCE
#include "sandbox.h"

#include "frames.h"
#include "limits.h"

#include <errno.h>
#include <grp.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

extern char **environ;

void sandbox_close(unsigned first, unsigned last) {
  if (first > last) return;
  if (syscall(SYS_close_range, first, last, 0) == 0) return;
  // Kernels before 5.9, and containers that forbid what they do not know.
  struct rlimit files;
  unsigned end = getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < 65536 ? (unsigned)files.rlim_cur : 65536;
  for (unsigned fd = first; fd <= last && fd < end; fd++) close((int)fd);
}

// The copy that this process has of them; tokens of the caller must not be in it.
static void wipe_environment(void) {
  if (!environ) return;
  for (char **entry = environ; *entry; entry++) memset(*entry, 0, strlen(*entry));
  environ[0] = NULL;
}

// A directory without entries that nobody can fill.
static void enter_empty_root(void) {
  struct stat status;
  bool usable = stat("/var/empty", &status) == 0 && S_ISDIR(status.st_mode) && status.st_uid == 0 && !(status.st_mode & 022);
  if (usable && chroot("/var/empty") == 0) {
    // done
  } else if (chroot("/proc/self/fdinfo") != 0) {
    return;
  }
  if (chdir("/") != 0) _exit(1);
}

static void drop_capabilities(void) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct none[2] = {0};
  syscall(SYS_capset, &header, none);
}

void sandbox_prepare(int kept) {
  sandbox_close(0, (unsigned)kept - 1);
  sandbox_close((unsigned)kept + 1, ~0U);
  wipe_environment();
  setsid();
  umask(077);
  // This early nobody has set a handler; what may have been inherited is that a signal is ignored.
  static const int wanted[] = {SIGPIPE, SIGXCPU, SIGSYS, SIGSEGV, SIGTERM, SIGHUP};
  for (unsigned i = 0; i < sizeof wanted / sizeof *wanted; i++) signal(wanted[i], SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  // Ctrl-C is for the core to understand; it closes the socket.
  signal(SIGINT, SIG_IGN);

  if (geteuid() == 0) {
    enter_empty_root();
    if (setgroups(0, NULL) != 0) errno = 0;
    if (setresgid(65534, 65534, 65534) != 0) errno = 0;
    if (setresuid(65534, 65534, 65534) != 0) errno = 0;
  } else if (unshare(CLONE_NEWUSER) == 0) {
    enter_empty_root();
  }
  drop_capabilities();
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

static void limit(int resource, rlim_t value) {
  struct rlimit both = {value, value};
  setrlimit(resource, &both);
}

#if defined(__x86_64__)
#define SCRIPT_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define SCRIPT_ARCH AUDIT_ARCH_AARCH64
#else
#error "the filter of system calls is not written for this processor"
#endif

#define FIELD(name) (offsetof(struct seccomp_data, name))
#define LOAD(offset) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (offset))
#define KILL BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS)
#define ALLOW BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
// Each block leaves the call's number loaded when it does not apply.
#define ALLOW_CALL(number) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (number), 0, 1), ALLOW
#define ALLOW_ON_SOCKET(number) \
  BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (number), 0, 4), LOAD(FIELD(args[0])), \
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SCRIPT_SOCKET, 0, 1), ALLOW, KILL
#define ALLOW_NOT_EXECUTABLE(number) \
  BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (number), 0, 4), LOAD(FIELD(args[2])), \
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 1, 0), ALLOW, KILL

static bool filter_system_calls(void) {
  struct sock_filter program[] = {
      LOAD(FIELD(arch)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SCRIPT_ARCH, 1, 0),
      KILL,
      LOAD(FIELD(nr)),
#if defined(__x86_64__)
      // The x32 calls have numbers of their own.
      BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1),
      KILL,
#endif
      ALLOW_ON_SOCKET(SYS_read),
      ALLOW_ON_SOCKET(SYS_write),
      ALLOW_NOT_EXECUTABLE(SYS_mmap),
      ALLOW_CALL(SYS_brk),
      ALLOW_CALL(SYS_munmap),
      ALLOW_CALL(SYS_mremap),
      ALLOW_CALL(SYS_madvise),
      ALLOW_CALL(SYS_futex),
      ALLOW_CALL(SYS_rt_sigreturn),
      ALLOW_CALL(SYS_exit),
      ALLOW_CALL(SYS_exit_group),
      KILL,
  };
  struct sock_fprog filter = {sizeof program / sizeof *program, program};
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) == 0;
}

const char *sandbox_lock(int cpu) {
  limit_start_clock();
  rlim_t seconds = script_limits.cpu_milliseconds / 1000 + 2;
  limit(RLIMIT_CPU, seconds);
  // Above the allocator's own limit: that one can say what happened.
  limit(RLIMIT_DATA, (rlim_t)script_limits.memory + (128 << 20));
  limit(RLIMIT_AS, (rlim_t)script_limits.memory + ((rlim_t)1 << 30));
  limit(RLIMIT_NOFILE, 0);
  limit(RLIMIT_FSIZE, 0);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_NPROC, 0);
  limit(RLIMIT_MEMLOCK, 0);
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return "PR_SET_NO_NEW_PRIVS is refused";
  if (cpu >= 0 && cpu < CPU_SETSIZE) {
    // As late as can be: until here it works beside the core, not in its way.
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET((unsigned)cpu, &set);
    sched_setaffinity(0, sizeof set, &set);
  }
  if (!filter_system_calls()) return "the kernel takes no filter of system calls (seccomp)";
  return NULL;
}
