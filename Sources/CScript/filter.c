#include "frames.h"
#include "sandbox.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#if defined(__x86_64__)
#define SCRIPT_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define SCRIPT_ARCH AUDIT_ARCH_AARCH64
#else
#error "the filter of system calls is not written for this processor"
#endif

// clang-format off
#define FIELD(name) (offsetof(struct seccomp_data, name))
#define LOAD(offset) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (offset))
#define UNLESS_EQUAL(value, skipped) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), 0, (skipped))
#define KILL BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS)
#define ALLOW BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
// Each block leaves the call's number loaded when it does not apply. The halves of an argument that
// are not looked at are not looked at by the kernel either (a descriptor, the bits of a protection).
#define ALLOW_CALL(number) UNLESS_EQUAL(number, 1), ALLOW
#define ALLOW_ON(descriptor, number) \
  UNLESS_EQUAL(number, 4), LOAD(FIELD(args[0])), UNLESS_EQUAL(descriptor, 1), ALLOW, KILL
#define ALLOW_NOT_EXECUTABLE(number) \
  UNLESS_EQUAL(number, 4), LOAD(FIELD(args[2])), \
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 1, 0), ALLOW, KILL
// clang-format on

// What is not in the list. A build that looks for faults of memory talks to the kernel on its own
// account, and is never what runs strangers' scripts.
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define OTHERS ALLOW
#else
#define OTHERS KILL
#endif

int script_filter_system_calls(void) {
  struct sock_filter program[] = {
      LOAD(FIELD(arch)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SCRIPT_ARCH, 1, 0),
      KILL,
      LOAD(FIELD(nr)),
#if defined(__x86_64__)
      // The calls of x32 have numbers of their own.
      BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1),
      KILL,
#endif
      ALLOW_ON(SCRIPT_INPUT, SYS_read),
      ALLOW_ON(SCRIPT_OUTPUT, SYS_write),
      ALLOW_NOT_EXECUTABLE(SYS_mmap),
      ALLOW_CALL(SYS_brk),
      ALLOW_CALL(SYS_munmap),
      ALLOW_CALL(SYS_mremap),
      ALLOW_CALL(SYS_madvise),
      ALLOW_CALL(SYS_futex),
      ALLOW_CALL(SYS_rt_sigreturn),
      ALLOW_CALL(SYS_exit),
      ALLOW_CALL(SYS_exit_group),
      OTHERS,
  };
  struct sock_fprog filter = {sizeof program / sizeof *program, program};
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0);
}
