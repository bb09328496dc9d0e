#define _GNU_SOURCE
#include "zygote.h"

#include <pthread.h>
#include <sched.h>

// What the calling thread was allowed before it was pinned.
static _Thread_local struct {
  unsigned depth;
  cpu_set_t before;
} pinned;

// A tool that the core starts while it answers a script is to have every processor.
static void unpin_child(void) {
  if (pinned.depth > 0) sched_setaffinity(0, sizeof pinned.before, &pinned.before);
}

__attribute__((constructor)) static void watch_forks(void) {
  pthread_atfork(NULL, NULL, unpin_child);
}

int script_processor(void) {
  return sched_getcpu();
}

bool script_pin(int cpu) {
  if (cpu < 0 || cpu >= CPU_SETSIZE) return false;
  if (pinned.depth == 0) {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof pinned.before, &pinned.before) != 0) return false;
    CPU_ZERO(&set);
    CPU_SET((unsigned)cpu, &set);
    if (sched_setaffinity(0, sizeof set, &set) != 0) return false;
  }
  pinned.depth++;
  return true;
}

int script_pinned_processor(void) {
  return pinned.depth > 0 ? sched_getcpu() : -1;
}

void script_unpin(void) {
  if (--pinned.depth == 0) sched_setaffinity(0, sizeof pinned.before, &pinned.before);
}
