#define _GNU_SOURCE
#include "CLinux.h"

#include <signal.h>

static volatile sig_atomic_t received;
static volatile sig_atomic_t count;
static const int watched[] = {SIGINT, SIGTERM, SIGHUP};

static void note(int signal) {
  received = signal;
  count = count + 1;
}

static void set_actions(void (*handler)(int)) {
  // Without SA_RESTART: a read that waits for a script or a person must come back.
  struct sigaction action = {.sa_handler = handler};
  sigemptyset(&action.sa_mask);
  for (unsigned i = 0; i < sizeof watched / sizeof *watched; i++) {
    // What nohup, or a shell that starts us in the background, has set to be ignored stays so.
    struct sigaction now;
    if (sigaction(watched[i], NULL, &now) == 0 && now.sa_handler == SIG_IGN) continue;
    sigaction(watched[i], &action, NULL);
  }
}

void linux_watch_signals(void) {
  received = 0;
  count = 0;
  set_actions(note);
  // A reader of our output that goes away must end as an error of write(2), not by a signal in the middle of a change.
  signal(SIGPIPE, SIG_IGN);
}

int linux_received_signal(void) {
  return received;
}

int linux_received_count(void) {
  return count;
}

void linux_ignore_signals(void) {
  set_actions(SIG_IGN);
}

void linux_unwatch_signals(void) {
  set_actions(SIG_DFL);
}
