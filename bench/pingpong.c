// The floor under a call of the host: two processes on one processor hand each other a small
// request and a small reply over a socket pair, and do nothing else.
//
//   cc -O2 -o pingpong bench/pingpong.c && ./pingpong [ROUNDS] [BYTES-OUT BYTES-BACK]
//
// Prints nanoseconds for one round. The sizes default to those of a call without arguments and an
// answer without a value.
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WARM_UP = 1000, SIZE_MOST = 1 << 16 };

static char buffer[SIZE_MOST];

static void fail(const char *what) {
  fprintf(stderr, "pingpong: %s: %s\n", what, strerror(errno));
  exit(1);
}

static void stay_on_one_processor(void) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET((unsigned)sched_getcpu(), &set);
  if (sched_setaffinity(0, sizeof set, &set) != 0) fail("sched_setaffinity");
}

// @return false when the other side is gone.
static int take(int socket, size_t size) {
  for (size_t done = 0; done < size;) {
    ssize_t count = read(socket, buffer + done, sizeof buffer - done);
    if (count <= 0) return 0;
    done += (size_t)count;
  }
  return 1;
}

static void give(int socket, size_t size) {
  if (write(socket, buffer, size) != (ssize_t)size) fail("write");
}

static void rounds(int socket, long count, size_t out, size_t back) {
  for (long i = 0; i < count; i++) {
    give(socket, out);
    if (!take(socket, back)) fail("read");
  }
}

int main(int argc, char **argv) {
  long count = argc > 1 ? atol(argv[1]) : 200000;
  size_t out = argc > 2 ? (size_t)atol(argv[2]) : 49;
  size_t back = argc > 3 ? (size_t)atol(argv[3]) : 6;
  if (count < 1 || out < 1 || out > SIZE_MOST || back < 1 || back > SIZE_MOST) {
    fprintf(stderr, "usage: pingpong [ROUNDS] [BYTES-OUT BYTES-BACK]\n");
    return 64;
  }
  stay_on_one_processor();
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) fail("socketpair");
  pid_t pid = fork();
  if (pid < 0) fail("fork");
  if (pid == 0) {
    close(pair[0]);
    while (take(pair[1], out)) give(pair[1], back);
    _exit(0);
  }
  close(pair[1]);
  rounds(pair[0], WARM_UP, out, back);
  struct timespec start, end;
  clock_gettime(CLOCK_MONOTONIC, &start);
  rounds(pair[0], count, out, back);
  clock_gettime(CLOCK_MONOTONIC, &end);
  double taken = (double)(end.tv_sec - start.tv_sec) * 1e9 + (double)(end.tv_nsec - start.tv_nsec);
  printf("%.0f\n", taken / (double)count);
  close(pair[0]);
  waitpid(pid, NULL, 0);
  return 0;
}
