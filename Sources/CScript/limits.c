#include "limits.h"

#include "frames.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

struct script_limits script_allowed = {
    // What the state itself takes before any limit is known.
    .memory = 16 << 20,
    .cpu_milliseconds = 10000,
    .output = 1 << 18,
    .calls = 1000000,
    .frame = SCRIPT_FRAME_MAX,
    .depth = 16,
    .items = 100000,
};

static uint64_t used;
static uint32_t calls;
static size_t output;

// MARK: The end

static const char *volatile breached;

__attribute__((noreturn)) static void report(const char *name, struct script_position position) {
  script_frame_begin(FRAME_LIMIT);
  script_frame_text(name, strlen(name));
  script_frame_position(position);
  script_frame_send();
  _exit(SCRIPT_EXIT_LIMIT);
}

void script_breach(const char *name) {
  if (breached) _exit(SCRIPT_EXIT_LIMIT);
  breached = name;
  // Whatever was being written is of no use any more, and neither are the limits.
  script_allowed.frame = SCRIPT_FRAME_MAX;
  // Lua may be in the middle of moving its stack; what goes wrong in looking at it is caught below.
  report(name, script_position_of_plugin(NULL));
}

// A bad access while a breach looks for its line: the name alone has to do. Any other is let happen
// again, with the default action, so that the core learns of the signal.
static void on_bad_access(int signal) {
  (void)signal;
  if (breached && !script_frame_is_sending()) report(breached, (struct script_position){"", 0, 0});
}

// MARK: Memory

// In front of every block. Eight bytes keep the alignment that Lua needs.
struct header {
  uint64_t serial;
};

static uint64_t serials;

void *script_allocate(void *context, void *block, size_t old_size, size_t new_size) {
  (void)context;
  struct header *header = block ? (struct header *)block - 1 : NULL;
  // For a new block Lua gives the kind of object in place of a size.
  uint64_t old = block ? old_size : 0;
  if (new_size == 0) {
    free(header);
    used -= old;
    return NULL;
  }
  uint64_t others = used - old;
  if (new_size > script_allowed.memory || others > script_allowed.memory - new_size) {
    script_breach(SCRIPT_LIMIT_MEMORY);
  }
  struct header *moved = realloc(header, sizeof *moved + new_size);
  // Never a failure that Lua sees: its emergency collection has a fault that scripts can use.
  if (!moved) script_breach(SCRIPT_LIMIT_MEMORY);
  used = others + new_size;
  if (!block) {
    bool counts = old_size == LUA_TTABLE || old_size == LUA_TFUNCTION || old_size == LUA_TTHREAD;
    moved->serial = counts ? ++serials : 0;
  }
  return moved + 1;
}

uint64_t script_serial(const void *block) {
  return ((const struct header *)block - 1)->serial;
}

// MARK: Counts

void script_count_call(void) {
  if (++calls > script_allowed.calls) script_breach(SCRIPT_LIMIT_CALLS);
}

void script_count_output(size_t length) {
  output += length;
  if (output > script_allowed.output) script_breach(SCRIPT_LIMIT_OUTPUT);
}

// MARK: Processor time

static volatile sig_atomic_t ticks;

static void stop(lua_State *L, lua_Debug *event) {
  (void)L;
  (void)event;
  script_breach(SCRIPT_LIMIT_TIME);
}

// The first signal has the interpreter stop at its next instruction. A second means that it is
// somewhere inside the library (in a pattern match, say) or in a finalizer, where hooks are off.
static void on_tick(int signal) {
  (void)signal;
  // A frame that is half out would be torn; the next tick comes soon, and the kernel has the last
  // word.
  if (breached || script_frame_is_sending()) return;
  if (++ticks > 1) script_breach(SCRIPT_LIMIT_TIME);
  struct script_thread *running = script_running;
  if (!running) return;
  lua_sethook(running->thread, stop, LUA_MASKCOUNT | LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE, 1);
}

static void handle(int number, void (*handler)(int), int flags) {
  // On a stack of its own: a script may have used up the other one.
  struct sigaction action = {.sa_handler = handler, .sa_flags = flags | SA_ONSTACK};
  sigemptyset(&action.sa_mask);
  sigaction(number, &action, NULL);
}

void script_start_clock(void) {
  static unsigned char space[64 << 10];
  stack_t stack = {.ss_sp = space, .ss_size = sizeof space};
  sigaltstack(&stack, NULL);
  handle(SIGPROF, on_tick, SA_RESTART);
  handle(SIGSEGV, on_bad_access, SA_RESETHAND);
  handle(SIGBUS, on_bad_access, SA_RESETHAND);
  struct itimerval timer = {
      .it_value = {script_allowed.cpu_milliseconds / 1000,
                   script_allowed.cpu_milliseconds % 1000 * 1000},
      .it_interval = {0, 100000},
  };
  setitimer(ITIMER_PROF, &timer, NULL);
}
