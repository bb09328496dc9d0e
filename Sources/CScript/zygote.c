#define _GNU_SOURCE
#include "CScript.h"

#include "sandbox.h"
#include "session.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "limits.h"

// Why a process in between: a fork of the core would hold a copy of all that the core has in memory, and of a core with
// threads it could not safely do anything. The zygote is forked before there is either.

struct request {
  struct script_limits limits;
  int cpu;
};

static int control = -1;
static int control_error;
static pthread_mutex_t control_lock = PTHREAD_MUTEX_INITIALIZER;

// MARK: The zygote

static int take_descriptor(struct msghdr *message) {
  struct cmsghdr *header = CMSG_FIRSTHDR(message);
  if (!header || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) return -1;
  int fd;
  memcpy(&fd, CMSG_DATA(header), sizeof fd);
  return fd;
}

__attribute__((noreturn)) static void become_script(lua_State *L, const struct request *request, int socket) {
  if (socket != SCRIPT_SOCKET && dup2(socket, SCRIPT_SOCKET) < 0) _exit(1);
  sandbox_close(SCRIPT_SOCKET + 1, ~0U);
  script_limits = request->limits;
  session_run(L, request->cpu);
}

__attribute__((noreturn)) static void serve_requests(int fd) {
  // Room for the socket of a script at SCRIPT_SOCKET, whatever the number that the parent gave us.
  int moved = fcntl(fd, F_DUPFD_CLOEXEC, 10);
  if (moved < 0) _exit(1);
  sandbox_prepare(moved);
  lua_State *L = session_prepare();
  for (;;) {
    struct request request;
    union {
      struct cmsghdr header;
      char space[CMSG_SPACE(sizeof(int))];
    } rights;
    struct iovec vector = {&request, sizeof request};
    struct msghdr message = {
        .msg_iov = &vector, .msg_iovlen = 1, .msg_control = rights.space, .msg_controllen = sizeof rights.space,
    };
    ssize_t got = recvmsg(moved, &message, MSG_CMSG_CLOEXEC);
    if (got < 0 && errno == EINTR) continue;
    if (got != (ssize_t)sizeof request) _exit(0);
    int socket = take_descriptor(&message);
    int32_t answer = -ENOMEM;
    if (L && socket >= 0) {
      // The core is to be the parent, so that it alone waits for its scripts.
      long pid = syscall(SYS_clone, CLONE_PARENT | SIGCHLD, NULL, NULL, NULL, NULL);
      if (pid == 0) become_script(L, &request, socket);
      answer = pid < 0 ? -errno : (int32_t)pid;
    }
    if (socket >= 0) close(socket);
    while (send(moved, &answer, sizeof answer, MSG_NOSIGNAL) < 0 && errno == EINTR) {}
  }
}

__attribute__((constructor)) static void start_zygote(void) {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) {
    control_error = errno;
    return;
  }
  pid_t pid = fork();
  if (pid == 0) serve_requests(pair[1]);
  if (pid < 0) control_error = errno;
  close(pair[1]);
  if (pid < 0) {
    close(pair[0]);
  } else {
    control = pair[0];
  }
}

// MARK: The core's side

// A process that was asked for and not yet taken: its socket, and what it was asked with.
static struct {
  int socket;
  struct request request;
} prepared = {.socket = -1};

static int send_request(const struct request *request, int socket) {
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(sizeof(int))];
  } rights = {0};
  struct iovec vector = {(void *)request, sizeof *request};
  struct msghdr message = {
      .msg_iov = &vector, .msg_iovlen = 1, .msg_control = rights.space, .msg_controllen = sizeof rights.space,
  };
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  memcpy(CMSG_DATA(header), &socket, sizeof socket);
  while (sendmsg(control, &message, MSG_NOSIGNAL) < 0) {
    if (errno != EINTR) return -errno;
  }
  return 0;
}

static int receive_answer(pid_t *pid) {
  int32_t answer = 0;
  ssize_t got;
  while ((got = recv(control, &answer, sizeof answer, 0)) < 0) {
    if (errno != EINTR) return -errno;
  }
  if (got != (ssize_t)sizeof answer) return -EPIPE;
  if (answer < 0) return answer;
  *pid = answer;
  return 0;
}

/// @return the core's end of the socket, or -errno.
static int start(const struct request *request) {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) return -errno;
  int result = send_request(request, pair[1]);
  close(pair[1]);
  if (result == 0) return pair[0];
  close(pair[0]);
  return result;
}

// With the lock held. Answers come in the order of the requests, so one that nobody took is fetched first.
static void drop_prepared(void) {
  pid_t pid;
  if (prepared.socket < 0) return;
  close(prepared.socket);
  prepared.socket = -1;
  // Without its socket the process ends by itself.
  if (receive_answer(&pid) == 0) waitpid(pid, NULL, 0);
}

static struct request make_request(const struct script_limits *limits, int cpu) {
  struct request request;
  // Compared byte by byte, so what lies between the fields must be the same as well.
  memset(&request, 0, sizeof request);
  request.limits = *limits;
  request.cpu = cpu;
  if (request.limits.frame > SCRIPT_FRAME_MAX) request.limits.frame = SCRIPT_FRAME_MAX;
  return request;
}

void script_prepare(const struct script_limits *limits, int cpu) {
  if (control < 0) return;
  struct request request = make_request(limits, cpu);
  pthread_mutex_lock(&control_lock);
  if (prepared.socket < 0) {
    int socket = start(&request);
    if (socket >= 0) {
      prepared.socket = socket;
      prepared.request = request;
    }
  }
  pthread_mutex_unlock(&control_lock);
}

int script_spawn(const struct script_limits *limits, int cpu, pid_t *pid) {
  if (control < 0) return control_error ? -control_error : -EPIPE;
  struct request request = make_request(limits, cpu);
  pthread_mutex_lock(&control_lock);
  int socket = -1;
  if (prepared.socket >= 0 && memcmp(&prepared.request, &request, sizeof request) == 0) {
    socket = prepared.socket;
    prepared.socket = -1;
  } else {
    drop_prepared();
    socket = start(&request);
  }
  int result = socket < 0 ? socket : receive_answer(pid);
  pthread_mutex_unlock(&control_lock);
  if (result < 0) {
    if (socket >= 0) close(socket);
    return result;
  }
  return socket;
}

int script_pin(void) {
  static _Thread_local int pinned = -1;
  if (pinned >= 0) return pinned;
  cpu_set_t set;
  int cpu = sched_getcpu();
  if (cpu < 0) return -1;
  CPU_ZERO(&set);
  CPU_SET((unsigned)cpu, &set);
  if (sched_setaffinity(0, sizeof set, &set) == 0) pinned = cpu;
  return pinned;
}

const char *script_lua_release(void) {
  // "$LuaVersion: Lua 5.4.6 …": the library's own word, which a header of another release would not give.
  static char release[16];
  const char *at = strstr(lua_ident, "Lua 5");
  if (!at) return "unknown";
  at += 4;
  size_t length = strcspn(at, " $");
  if (length >= sizeof release) length = sizeof release - 1;
  memcpy(release, at, length);
  release[length] = 0;
  return release;
}
