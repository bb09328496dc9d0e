#include "positions.h"

#include <string.h>

// Deeper stacks come from recursion, whose innermost frames say enough.
enum { LEVELS_SEARCHED = 100 };

struct script_thread *volatile script_running;

bool script_is_library(const char *file, size_t length) {
  return length >= 6 && memcmp(file, "alpod/", 6) == 0;
}

struct script_position script_position_of_plugin(struct script_position *innermost) {
  struct script_position first = {"", 0, 0};
  for (struct script_thread *running = script_running; running; running = running->outer) {
    lua_Debug frame;
    for (int level = 0; level < LEVELS_SEARCHED; level++) {
      if (!lua_getstack(running->thread, level, &frame)) break;
      // Only chunks that the core named have an "@"; what a script loads by itself cannot pose.
      if (!lua_getinfo(running->thread, "Sl", &frame)) continue;
      if (frame.currentline <= 0 || frame.source[0] != '@') continue;
      struct script_position here = {frame.source + 1, frame.srclen - 1, frame.currentline};
      if (first.line == 0) first = here;
      if (script_is_library(here.file, here.file_length)) continue;
      if (innermost) *innermost = first;
      return here;
    }
  }
  if (innermost) *innermost = first;
  return first;
}
