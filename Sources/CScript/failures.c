#include "failures.h"

#include "text.h"
#include "values.h"

#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

enum { TRACE_MOST = 20, PREFIX_MOST = 400 };

// What is known of the error that was handled last.
static struct {
  char message[4096];
  size_t length;
  char file[512];
  int line;
  char trace[TRACE_MOST][160];
  int traced;
  bool is_noted;
  bool has_hint;
} failure;

// Keys of the registry.
static const char chunks_key, handled_key, hinted_key, hint_key;

void script_prepare_failures(lua_State *L) {
  lua_newtable(L);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &chunks_key);
}

// MARK: Places

void script_note_chunk(lua_State *L, const char *name, size_t length) {
  // As Lua shortens it in its own messages.
  char shown[LUA_IDSIZE];
  if (length < sizeof shown) {
    memcpy(shown, name, length);
    shown[length] = 0;
  } else {
    size_t kept = sizeof shown - 4;
    memcpy(shown, "...", 3);
    memcpy(shown + 3, name + length - kept, kept);
    shown[sizeof shown - 1] = 0;
  }
  lua_rawgetp(L, LUA_REGISTRYINDEX, &chunks_key);
  lua_pushlstring(L, name, length);
  lua_setfield(L, -2, shown);
  lua_pushlstring(L, name, length);
  lua_pushvalue(L, -1);
  lua_rawset(L, -3);
  lua_pop(L, 1);
}

static void note_position(struct script_position position) {
  size_t most = sizeof failure.file - 1;
  size_t length = position.file_length < most ? position.file_length : most;
  memcpy(failure.file, position.file, length);
  failure.file[length] = 0;
  failure.line = position.line;
}

// Takes "file:line: " off the front of a message, if that is a chunk the core named.
static const char *without_place(lua_State *L, const char *message, size_t *length) {
  size_t end = *length < PREFIX_MOST ? *length : PREFIX_MOST;
  lua_rawgetp(L, LUA_REGISTRYINDEX, &chunks_key);
  for (size_t colon = 0; colon < end; colon++) {
    if (message[colon] != ':') continue;
    size_t at = colon + 1;
    int line = 0;
    while (at < end && message[at] >= '0' && message[at] <= '9' && at - colon < 10) {
      line = line * 10 + (message[at++] - '0');
    }
    if (at == colon + 1 || at + 1 >= end || message[at] != ':' || message[at + 1] != ' ') continue;
    lua_pushlstring(L, message, colon);
    bool is_known = lua_rawget(L, -2) == LUA_TSTRING;
    if (is_known) {
      size_t file_length;
      const char *file = lua_tolstring(L, -1, &file_length);
      // An error that the library raises stays at the plugin's line, where it can be mended.
      if (!script_is_library(file, file_length) || failure.line == 0) {
        note_position((struct script_position){file, file_length, line});
      }
      lua_pop(L, 2);
      *length -= at + 2;
      return message + at + 2;
    }
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
  return message;
}

static void note_message(lua_State *L, const char *message, size_t length) {
  message = without_place(L, message, &length);
  failure.length = length < sizeof failure.message ? length : sizeof failure.message;
  memcpy(failure.message, message, failure.length);
}

static void note_trace(void) {
  struct script_thread *running = script_running;
  for (; running; running = running->outer) {
    lua_Debug frame;
    for (int level = 0; lua_getstack(running->thread, level, &frame); level++) {
      if (failure.traced == TRACE_MOST) return;
      if (!lua_getinfo(running->thread, "Sln", &frame)) continue;
      if (frame.currentline <= 0 || frame.source[0] != '@') continue;
      char *line = failure.trace[failure.traced++];
      snprintf(line, sizeof failure.trace[0], "%.90s:%d%s%.50s", frame.source + 1,
               frame.currentline, frame.name ? ": in " : "", frame.name ? frame.name : "");
    }
  }
}

// MARK: Raising

void script_raise(lua_State *L) {
  struct script_position position = script_position_of_plugin(NULL);
  if (position.line > 0) {
    lua_pushlstring(L, position.file, position.file_length);
    lua_pushfstring(L, ":%d: ", position.line);
    lua_rotate(L, -3, 2);
    lua_concat(L, 3);
  }
  lua_error(L);
  __builtin_unreachable();
}

static int raise_top(lua_State *L) {
  script_raise(L);
}

void script_raise_with_hint(lua_State *L, const char *hint, size_t length) {
  // The hint belongs to this one error, whatever the script raises after it.
  lua_pushlstring(L, hint, length);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &hint_key);
  lua_pushcfunction(L, raise_top);
  lua_insert(L, -2);
  lua_pcall(L, 1, 0, 0);
  lua_pushvalue(L, -1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &hinted_key);
  failure.has_hint = true;
  lua_error(L);
  __builtin_unreachable();
}

// MARK: Handling

// The text of an error that is no text.
static int describe(lua_State *L) {
  if (lua_istable(L, 1) && !luaL_getmetafield(L, 1, "__tostring")) {
    lua_pushliteral(L, "message");
    if (lua_rawget(L, 1) == LUA_TSTRING) return 1;
  }
  if (luaL_getmetafield(L, 1, "__tostring")) {
    script_push_text(L, 1, NULL);
  } else {
    lua_pushfstring(L, "(an error that is no text but a %s value)", luaL_typename(L, 1));
  }
  return 1;
}

// Pushes the text of an error, whatever the script's own code does when it is asked for it.
static const char *push_description(lua_State *L, int error, size_t *length) {
  lua_pushvalue(L, error);
  if (lua_type(L, error) != LUA_TSTRING && lua_type(L, error) != LUA_TNUMBER) {
    lua_pushcfunction(L, describe);
    lua_insert(L, -2);
    if (lua_pcall(L, 1, 1, 0) != LUA_OK || lua_type(L, -1) != LUA_TSTRING) {
      lua_pushliteral(L, "(an error that cannot tell what it is)");
    }
  }
  return lua_tolstring(L, -1, length);
}

// Whether the error at `index` is the one that the registry has under a key.
static bool is_same(lua_State *L, int index, const void *key) {
  index = lua_absindex(L, index);
  lua_rawgetp(L, LUA_REGISTRYINDEX, key);
  bool same = lua_rawequal(L, -1, index);
  lua_pop(L, 1);
  return same;
}

int script_handle_error(lua_State *L) {
  lua_settop(L, 1);
  if (failure.is_noted && is_same(L, 1, &handled_key)) return 1;
  failure.traced = 0;
  note_position(script_position_of_plugin(NULL));
  note_trace();
  size_t length;
  const char *message = push_description(L, 1, &length);
  note_message(L, message, length);
  lua_pushvalue(L, 1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &handled_key);
  failure.is_noted = true;
  lua_settop(L, 1);
  return 1;
}

// MARK: Sending

static void send_failure(enum script_error_kind kind, const char *hint, size_t hint_length) {
  script_frame_begin(FRAME_ERROR);
  script_frame_byte((uint8_t)kind);
  script_frame_text(failure.message, failure.length);
  script_frame_text(hint, hint_length < 1024 ? hint_length : 1024);
  script_frame_position(
      (struct script_position){failure.file, strlen(failure.file), failure.line});
  script_frame_number((uint32_t)failure.traced);
  for (int i = 0; i < failure.traced; i++) {
    script_frame_text(failure.trace[i], strlen(failure.trace[i]));
  }
  script_frame_send();
}

static void forget(void) {
  failure.traced = 0;
  note_position((struct script_position){"", 0, 0});
}

void script_send_error(lua_State *L, int status) {
  if (status != LUA_ERRRUN || !failure.is_noted || !is_same(L, -1, &handled_key)) {
    // The handler had no room left to run in, or broke off.
    size_t length;
    int error = lua_gettop(L);
    const char *message = push_description(L, error, &length);
    forget();
    note_message(L, message, length);
    lua_settop(L, error);
  }
  size_t length = 0;
  const char *hint = "";
  if (failure.has_hint && is_same(L, -1, &hinted_key)) {
    lua_rawgetp(L, LUA_REGISTRYINDEX, &hint_key);
    hint = lua_tolstring(L, -1, &length);
    lua_pop(L, 1);
  }
  send_failure(ERROR_RUNTIME, hint ? hint : "", length);
  // The next error is another one, even if it says the same.
  failure.is_noted = failure.has_hint = false;
}

void script_send_syntax_error(lua_State *L) {
  forget();
  size_t length;
  const char *message = lua_tolstring(L, -1, &length);
  note_message(L, message ? message : "", message ? length : 0);
  send_failure(ERROR_SYNTAX, "", 0);
}

void script_send_text_error(enum script_error_kind kind, const char *text, const char *file) {
  forget();
  failure.length = strlen(text);
  memcpy(failure.message, text, failure.length);
  if (file) note_position((struct script_position){file, strlen(file), 1});
  send_failure(kind, "", 0);
}
