// clock RUNS COMMAND… [-- COMMAND…]: runs one command, or two in turn, and prints for each the median and minimum of
// its wall time and the mean of its processor time (its own and its children's), in milliseconds. Each is started
// directly, with output thrown away. With BEFORE_A or BEFORE_B in the environment, that shell command runs before each
// start, outside of the clock.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int compare(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

static double milliseconds(struct timespec t) {
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double processor(void) {
  struct rusage use;
  getrusage(RUSAGE_CHILDREN, &use);
  return (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) * 1e3 +
         (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e3;
}

static double run(char **command, double *cpu) {
  struct timespec start, end;
  double before = processor();
  clock_gettime(CLOCK_MONOTONIC, &start);
  pid_t pid = vfork();
  if (pid == 0) {
    int null = open("/dev/null", O_RDWR);
    dup2(null, 0);
    dup2(null, 1);
    execvp(command[0], command);
    _exit(127);
  }
  int status;
  waitpid(pid, &status, 0);
  clock_gettime(CLOCK_MONOTONIC, &end);
  *cpu += processor() - before;
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    fprintf(stderr, "clock: %s ended with status %d\n", command[0], status);
    exit(1);
  }
  return milliseconds(end) - milliseconds(start);
}

int main(int count, char **words) {
  if (count < 3) return 64;
  int runs = atoi(words[1]);
  char **commands[2] = {words + 2, NULL};
  for (int i = 2; i < count; i++) {
    if (strcmp(words[i], "--") != 0) continue;
    words[i] = NULL;
    commands[1] = words + i + 1;
    break;
  }
  const char *before[2] = {getenv("BEFORE_A"), getenv("BEFORE_B")};
  double *times[2] = {calloc((size_t)runs, sizeof(double)), calloc((size_t)runs, sizeof(double))};
  double cpu[2] = {0, 0}, unused = 0;
  for (int i = -1; i < runs; i++) {
    for (int side = 0; side < 2 && commands[side]; side++) {
      if (before[side] && system(before[side]) != 0) return 1;
      // The first run of each warms up.
      double time = run(commands[side], i < 0 ? &unused : &cpu[side]);
      if (i >= 0) times[side][i] = time;
    }
  }
  for (int side = 0; side < 2 && commands[side]; side++) {
    qsort(times[side], (size_t)runs, sizeof(double), compare);
    printf("%.3f %.3f %.3f\n", times[side][runs / 2], times[side][0], cpu[side] / runs);
  }
  return 0;
}
