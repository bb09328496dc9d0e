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
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// Answers come in the order of the requests, and nobody else may come in between.
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

// Processes that were asked for ahead and not yet taken, in the order in which they were asked for:
// the core's ends of their pipes, and what all of them were asked for with.
static struct {
  unsigned count;
  struct script_pipes pipes[SCRIPT_AHEAD_MOST];
  struct script_limits limits;
} ahead;

static int send_request(const struct script_request *request, const int ends[2]) {
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(2 * sizeof(int))];
  } rights = {0};
  struct iovec vector = {(void *)request, sizeof *request};
  struct msghdr message = {
      .msg_iov = &vector, .msg_iovlen = 1,
      .msg_control = rights.space, .msg_controllen = sizeof rights.space,
  };
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(2 * sizeof(int));
  memcpy(CMSG_DATA(header), ends, 2 * sizeof(int));
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

static void close_pipes(struct script_pipes pipes) {
  close(pipes.from_script);
  close(pipes.to_script);
}

// A pipe to a process that ended must fail, and not end this one.
static void survive_broken_pipes(void) {
  struct sigaction now;
  if (sigaction(SIGPIPE, NULL, &now) == 0 && now.sa_handler == SIG_DFL) signal(SIGPIPE, SIG_IGN);
}

// Leaves the standard descriptors to those who look for something else there.
static int above_standard(int descriptor) {
  if (descriptor > 2) return descriptor;
  int moved = fcntl(descriptor, F_DUPFD_CLOEXEC, 3);
  int failure = errno;
  close(descriptor);
  errno = failure;
  return moved;
}

// Makes two pipes and sends the request with one end of each.
// @return 0, or -errno.
static int ask(const struct script_request *request, struct script_pipes *pipes) {
  int out[2], in[2];
  if (pipe2(out, O_CLOEXEC) != 0) return -errno;
  if (pipe2(in, O_CLOEXEC) != 0) {
    int failure = -errno;
    close(out[0]);
    close(out[1]);
    return failure;
  }
  survive_broken_pipes();
  int result = send_request(request, (const int[]){out[0], in[1]});
  close(out[0]);
  close(in[1]);
  *pipes = (struct script_pipes){above_standard(in[0]), above_standard(out[1])};
  // A script that does not read must not hold up the core.
  bool is_open = pipes->from_script >= 0 && pipes->to_script >= 0 &&
                 fcntl(pipes->to_script, F_SETFL, O_NONBLOCK) == 0;
  if (result == 0 && is_open) return 0;
  if (result == 0) result = -errno;
  close_pipes(*pipes);
  return result;
}

static uint32_t clamp(uint32_t value, uint32_t least, uint32_t most) {
  return value < least ? least : value > most ? most : value;
}

// Where the next script begins: every other one where the core is, which waits for one of them then.
// So two that are loaded do not wait for each other.
static int next_place(void) {
  static bool is_beside;
  is_beside = !is_beside;
  return is_beside ? -1 : script_pinned_processor();
}

static struct script_request make_request(const struct script_limits *limits) {
  struct script_request request;
  // Compared byte by byte, so what lies between the fields must be the same as well.
  memset(&request, 0, sizeof request);
  request.limits = *limits;
  request.limits.frame = clamp(limits->frame, SCRIPT_FRAME_MIN, SCRIPT_FRAME_MAX);
  return request;
}

static bool is_ahead(const struct script_request *request) {
  return memcmp(&ahead.limits, &request->limits, sizeof ahead.limits) == 0;
}

// With the lock held: takes the one that was asked for first.
static struct script_pipes take_ahead(void) {
  struct script_pipes first = ahead.pipes[0];
  ahead.count--;
  memmove(ahead.pipes, ahead.pipes + 1, ahead.count * sizeof first);
  return first;
}

// With the lock held: fetches the answers for the processes that nobody took, which end with their
// pipes.
static void drop_ahead(void) {
  while (ahead.count > 0) {
    close_pipes(take_ahead());
    pid_t pid;
    struct script_end end;
    if (receive_answer(&pid) == 0) script_end(pid, true, &end);
  }
}

void script_prepare(const struct script_limits *limits, unsigned count) {
  if (script_zygote() < 0) return;
  struct script_request request = make_request(limits);
  if (count > SCRIPT_AHEAD_MOST) count = SCRIPT_AHEAD_MOST;
  pthread_mutex_lock(&lock);
  if (ahead.count == 0 || is_ahead(&request)) {
    ahead.limits = request.limits;
    while (ahead.count < count) {
      request.cpu = next_place();
      if (ask(&request, &ahead.pipes[ahead.count]) != 0) break;
      ahead.count++;
    }
  }
  pthread_mutex_unlock(&lock);
}

int script_spawn(const struct script_limits *limits, struct script_pipes *pipes) {
  if (script_zygote() < 0) return script_zygote();
  struct script_request request = make_request(limits);
  pid_t pid = 0;
  pthread_mutex_lock(&lock);
  int result = 0;
  if (ahead.count > 0 && is_ahead(&request)) {
    *pipes = take_ahead();
  } else {
    drop_ahead();
    request.cpu = next_place();
    result = ask(&request, pipes);
  }
  if (result == 0) {
    result = receive_answer(&pid);
    if (result < 0) close_pipes(*pipes);
  }
  pthread_mutex_unlock(&lock);
  return result < 0 ? result : pid;
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

struct script_expense script_expense(void) {
  struct rusage usage = {0};
  getrusage(RUSAGE_THREAD, &usage);
  int64_t micros = (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * INT64_C(1000000) +
                   usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
  return (struct script_expense){micros * 1000, usage.ru_maxrss * INT64_C(1024)};
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
