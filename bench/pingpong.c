// pingpong ROUNDS: nanoseconds that a small request and its reply take over a socket pair between two processes that
// are kept to one processor: the least a call of the host can cost.
#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { REQUEST = 64, REPLY = 32 };

int main(int count, char **words) {
  if (count != 2) return 64;
  long rounds = atol(words[1]);
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET((unsigned)sched_getcpu(), &set);
  sched_setaffinity(0, sizeof set, &set);
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0) return 1;
  char buffer[REQUEST] = {0};
  pid_t pid = fork();
  if (pid == 0) {
    close(pair[0]);
    while (read(pair[1], buffer, sizeof buffer) > 0) {
      if (write(pair[1], buffer, REPLY) != REPLY) break;
    }
    _exit(0);
  }
  close(pair[1]);
  struct timespec start, end;
  clock_gettime(CLOCK_MONOTONIC, &start);
  for (long i = 0; i < rounds; i++) {
    if (write(pair[0], buffer, REQUEST) != REQUEST || read(pair[0], buffer, sizeof buffer) != REPLY) return 1;
  }
  clock_gettime(CLOCK_MONOTONIC, &end);
  close(pair[0]);
  waitpid(pid, NULL, 0);
  printf("%.0f ns a round\n", ((double)(end.tv_sec - start.tv_sec) * 1e9 + (double)(end.tv_nsec - start.tv_nsec)) / (double)rounds);
  return 0;
}
