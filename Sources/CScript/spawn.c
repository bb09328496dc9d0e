#define _GNU_SOURCE
#include "CScript.h"
#include "zygote.h"

#include <errno.h>
#include <fcntl.h>
#include <lua.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// Answers come in the order of the requests, and nobody else may come in between.
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

// A process that was asked for ahead and not yet taken: the core's end of its socket, and what it
// was asked for with.
static struct {
  int socket;
  struct script_request request;
} ahead = {.socket = -1};

static int send_request(const struct script_request *request, int socket) {
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(sizeof(int))];
  } rights = {0};
  struct iovec vector = {(void *)request, sizeof *request};
  struct msghdr message = {
      .msg_iov = &vector, .msg_iovlen = 1,
      .msg_control = rights.space, .msg_controllen = sizeof rights.space,
  };
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  memcpy(CMSG_DATA(header), &socket, sizeof socket);
  while (sendmsg(script_zygote(), &message, MSG_NOSIGNAL) < 0) {
    if (errno != EINTR) return -errno;
  }
  return 0;
}

static int receive_answer(pid_t *pid) {
  int32_t answer = 0;
  ssize_t got;
  while ((got = recv(script_zygote(), &answer, sizeof answer, 0)) < 0) {
    if (errno != EINTR) return -errno;
  }
  if (got != (ssize_t)sizeof answer) return -EPIPE;
  if (answer < 0) return answer;
  *pid = answer;
  return 0;
}

// Makes a socket pair and sends the request with one end of it.
// @return the other end, or -errno.
static int ask(const struct script_request *request) {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) return -errno;
  int own = pair[0] > 2 ? pair[0] : fcntl(pair[0], F_DUPFD_CLOEXEC, 3);
  int result = own < 0 ? -errno : send_request(request, pair[1]);
  if (own != pair[0]) close(pair[0]);
  close(pair[1]);
  if (result == 0) return own;
  if (own >= 0) close(own);
  return result;
}

static uint32_t clamp(uint32_t value, uint32_t least, uint32_t most) {
  return value < least ? least : value > most ? most : value;
}

static struct script_request make_request(const struct script_limits *limits, int cpu) {
  struct script_request request;
  // Compared byte by byte, so what lies between the fields must be the same as well.
  memset(&request, 0, sizeof request);
  request.limits = *limits;
  request.limits.frame = clamp(limits->frame, SCRIPT_FRAME_MIN, SCRIPT_FRAME_MAX);
  request.cpu = cpu;
  return request;
}

// With the lock held: fetches the answer for the process that nobody took, which ends with its
// socket.
static void drop_ahead(void) {
  if (ahead.socket < 0) return;
  close(ahead.socket);
  ahead.socket = -1;
  pid_t pid;
  struct script_end end;
  if (receive_answer(&pid) == 0) script_end(pid, true, &end);
}

void script_prepare(const struct script_limits *limits, int cpu) {
  if (script_zygote() < 0) return;
  struct script_request request = make_request(limits, cpu);
  request.is_ahead = true;
  pthread_mutex_lock(&lock);
  if (ahead.socket < 0) {
    int socket = ask(&request);
    if (socket >= 0) {
      ahead.socket = socket;
      ahead.request = request;
    }
  }
  pthread_mutex_unlock(&lock);
}

int script_spawn(const struct script_limits *limits, int cpu, pid_t *pid) {
  if (script_zygote() < 0) return script_zygote();
  struct script_request request = make_request(limits, cpu);
  pthread_mutex_lock(&lock);
  int socket = ahead.socket;
  request.is_ahead = true;
  if (socket >= 0 && memcmp(&ahead.request, &request, sizeof request) == 0) {
    ahead.socket = -1;
  } else {
    drop_ahead();
    request.is_ahead = false;
    socket = ask(&request);
  }
  int result = socket < 0 ? socket : receive_answer(pid);
  pthread_mutex_unlock(&lock);
  if (result < 0 && socket >= 0) close(socket);
  return result < 0 ? result : socket;
}

int script_end(pid_t pid, bool kills, struct script_end *end) {
  if (kills) kill(pid, SIGKILL);
  int status = 0;
  struct rusage usage = {0};
  *end = (struct script_end){0};
  while (wait4(pid, &status, 0, &usage) < 0) {
    if (errno != EINTR) return -errno;
  }
  end->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  end->status = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
  uint64_t seconds = (uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec);
  uint64_t micros = (uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
  end->cpu_milliseconds = seconds * 1000 + micros / 1000;
  return 0;
}

int64_t script_processor_time(pid_t pid) {
  clockid_t clock;
  int failure = clock_getcpuclockid(pid, &clock);
  if (failure != 0) return -failure;
  struct timespec time;
  if (clock_gettime(clock, &time) != 0) return -errno;
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

int script_set_patience(int socket, uint32_t milliseconds) {
  struct timeval time = {.tv_sec = milliseconds / 1000, .tv_usec = milliseconds % 1000 * 1000};
  if (setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time) != 0) return -errno;
  return setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time) == 0 ? 0 : -errno;
}

const char *script_lua_release(void) {
  // "$LuaVersion: Lua 5.4.6 …": the library's own word, which a header of another release would not
  // give.
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
