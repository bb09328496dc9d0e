#define _GNU_SOURCE
#include "zygote.h"

#include "frames.h"
#include "limits.h"
#include "sandbox.h"
#include "session.h"

#include <errno.h>
#include <fcntl.h>
#include <lua.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

// Why a process in between: a fork of the core would hold a copy of all that the core has in
// memory, and of a core with threads it could not safely do anything. The zygote is forked before
// there is either.

static int control = -EPIPE;

int script_zygote(void) {
  return control;
}

// MARK: In the zygote

// The script's ends of its pipes: what it reads, what it writes.
struct ends {
  int input, output;
};

static struct ends take_ends(struct msghdr *message) {
  struct ends ends = {-1, -1};
  struct cmsghdr *header = CMSG_FIRSTHDR(message);
  if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS &&
      header->cmsg_len == CMSG_LEN(sizeof ends)) {
    memcpy(&ends, CMSG_DATA(header), sizeof ends);
  }
  return ends;
}

static void close_ends(struct ends ends) {
  if (ends.input >= 0) close(ends.input);
  if (ends.output >= 0) close(ends.output);
}

// @return false when the core is gone.
static bool receive(int socket, struct script_request *request, struct ends *ends) {
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(sizeof(struct ends))];
  } rights;
  struct iovec vector = {request, sizeof *request};
  struct msghdr message = {
      .msg_iov = &vector, .msg_iovlen = 1,
      .msg_control = rights.space, .msg_controllen = sizeof rights.space,
  };
  ssize_t got;
  while ((got = recvmsg(socket, &message, MSG_CMSG_CLOEXEC)) < 0 && errno == EINTR) {}
  if (got != (ssize_t)sizeof *request) return false;
  *ends = take_ends(&message);
  return true;
}

// Where the core may run, and with it everybody here.
static cpu_set_t everywhere;
static bool is_everywhere_known;

// Everywhere but on one processor; nowhere when there is no other.
static cpu_set_t everywhere_but(int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (!is_everywhere_known || cpu < 0 || cpu >= CPU_SETSIZE) return set;
  set = everywhere;
  CPU_CLR((unsigned)cpu, &set);
  return set;
}

__attribute__((noreturn)) static void become_script(lua_State *L, int core, struct ends ends,
                                                    const struct script_request *request) {
  script_die_with(core);
  // So that the one's new place is not the other's old one.
  if (ends.output == SCRIPT_INPUT) ends.output = dup(ends.output);
  if (dup2(ends.input, SCRIPT_INPUT) < 0 || dup2(ends.output, SCRIPT_OUTPUT) < 0) {
    _exit(SCRIPT_EXIT_PIPE);
  }
  script_close(SCRIPT_OUTPUT + 1, ~0U);
  script_allowed = request->limits;
  script_run_session(L);
}

__attribute__((noreturn)) static void serve(int inherited, int core, char **argv, char **envp) {
  // Room for the pipes of a script, whatever number the core's end gave us.
  int socket = fcntl(inherited, F_DUPFD_CLOEXEC, 10);
  if (socket < 0) _exit(SCRIPT_EXIT_PIPE);
  script_enter_sandbox(socket, argv, envp);
  script_die_with(core);
  lua_State *L = script_prepare_session();
  struct script_request request;
  struct ends ends;
  while (receive(socket, &request, &ends)) {
    int32_t answer = ends.output < 0 ? -EMFILE : -ENOMEM;
    if (L && ends.output >= 0) {
      // The core is to be the parent, so that it waits for its scripts itself.
      long pid = syscall(SYS_clone, CLONE_PARENT | SIGCHLD, NULL, NULL, NULL, NULL);
      if (pid == 0) become_script(L, core, ends, &request);
      // It has not run yet, and goes there without being stopped.
      if (pid > 0 && request.cpu >= 0) script_settle((pid_t)pid, request.cpu);
      answer = pid < 0 ? -errno : (int32_t)pid;
    }
    close_ends(ends);
    while (send(socket, &answer, sizeof answer, MSG_NOSIGNAL) < 0 && errno == EINTR) {}
  }
  _exit(SCRIPT_EXIT_DONE);
}

// MARK: In the core

// A script is asleep then, or about to be: it goes on there when it is woken. The core waits there for
// the answer, and waking somebody on the same processor takes a fraction of the time.
void script_settle(pid_t pid, int cpu) {
  if (!is_everywhere_known || cpu >= CPU_SETSIZE) return;
  cpu_set_t set = everywhere;
  if (cpu >= 0) {
    CPU_ZERO(&set);
    CPU_SET((unsigned)cpu, &set);
  }
  sched_setaffinity(pid, sizeof set, &set);
}

// What goes wrong here is told when a script is wanted, and not before: most of what the program
// does needs none.
__attribute__((constructor(101))) static void start(int argc, char **argv, char **envp) {
  (void)argc;
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) {
    control = -errno;
    return;
  }
  // A caller that closed the standard descriptors must not find ours in their place.
  int moved = pair[0] > 2 ? pair[0] : fcntl(pair[0], F_DUPFD_CLOEXEC, 3);
  is_everywhere_known = sched_getaffinity(0, sizeof everywhere, &everywhere) == 0;
  pid_t core = getpid(), pid = moved < 0 ? -1 : fork();
  if (pid == 0) serve(pair[1], core, argv, envp);
  if (pid > 0) {
    // The kernel leaves a new process behind the one that made it until that waits for something,
    // while other processors have nothing to do.
    cpu_set_t others = everywhere_but(sched_getcpu());
    if (CPU_COUNT(&others) > 0) sched_setaffinity(pid, sizeof others, &others);
  }
  control = pid < 0 ? -errno : moved;
  if (moved != pair[0]) close(pair[0]);
  close(pair[1]);
  if (pid < 0 && moved >= 0) close(moved);
}
