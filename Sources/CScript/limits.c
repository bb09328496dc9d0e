#include "limits.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

struct script_limits script_limits = {
    // What the state itself takes before any limit is known.
    .memory = 16 << 20, .cpu_milliseconds = 10000, .output = 1 << 18, .calls = 1000000,
    .frame = SCRIPT_FRAME_MAX, .depth = 16, .items = 100000,
};

static uint64_t used;
static uint32_t calls;
static size_t output;
static lua_State *running;
static volatile sig_atomic_t ticks;

lua_State *limit_set_running(lua_State *L) {
  lua_State *before = running;
  running = L;
  return before;
}

struct position position_of_plugin(lua_State *L, struct position *innermost) {
  struct position none = {"", 0, 0};
  if (innermost) *innermost = none;
  lua_Debug frame;
  for (int level = 0; level < 64 && lua_getstack(L, level, &frame); level++) {
    if (!lua_getinfo(L, "Sl", &frame) || frame.currentline < 0 || frame.source[0] != '@') continue;
    struct position here = {frame.source + 1, frame.srclen - 1, frame.currentline};
    if (innermost && innermost->line == 0) *innermost = here;
    if (strncmp(here.file, "alpod/", 6) != 0) return here;
  }
  return none;
}

void limit_breach(const char *name) {
  // Whatever was being written is of no use any more, and neither are the limits.
  script_limits.frame = SCRIPT_FRAME_MAX;
  struct position position = running ? position_of_plugin(running, NULL) : (struct position){"", 0, 0};
  frame_begin(FRAME_LIMIT);
  frame_text(name, strlen(name));
  frame_position(position);
  frame_send();
  _exit(3);
}

void *limit_allocate(void *context, void *block, size_t old_size, size_t new_size) {
  (void)context;
  // For a new block Lua gives the kind of object in place of a size.
  uint64_t old = block ? old_size : 0;
  if (new_size == 0) {
    free(block);
    used -= old;
    return NULL;
  }
  if (used - old + new_size > script_limits.memory) limit_breach("memory");
  void *moved = realloc(block, new_size);
  if (!moved) limit_breach("memory");
  used = used - old + new_size;
  return moved;
}

void limit_count_call(void) {
  if (++calls > script_limits.calls) limit_breach("host calls");
}

void limit_count_output(size_t length) {
  output += length;
  if (output > script_limits.output) limit_breach("output");
}

static void stop(lua_State *L, lua_Debug *event) {
  (void)event;
  running = L;
  limit_breach("processor time");
}

// The first signal has the interpreter stop at its next instruction, where the line is known. A second means that it is
// somewhere inside the library, in a pattern match say.
static void tick(int signal) {
  (void)signal;
  if (++ticks > 1) {
    running = NULL;
    limit_breach("processor time");
  }
  if (running) lua_sethook(running, stop, LUA_MASKCOUNT | LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE, 1);
}

void limit_start_clock(void) {
  struct sigaction action = {.sa_handler = tick, .sa_flags = SA_RESTART};
  sigemptyset(&action.sa_mask);
  sigaction(SIGPROF, &action, NULL);
  struct itimerval timer = {
      .it_value = {script_limits.cpu_milliseconds / 1000, script_limits.cpu_milliseconds % 1000 * 1000},
      .it_interval = {0, 200000},
  };
  setitimer(ITIMER_PROF, &timer, NULL);
}
