#include "session.h"

#include "environment.h"
#include "frames.h"
#include "host.h"
#include "limits.h"
#include "sandbox.h"

#include <lauxlib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { TRACE_MOST = 20 };

static const char *const plugin_key = "alpod.plugin";

// MARK: Errors

// What a message handler found out; the frame is written once the stack is unwound.
static struct {
  char message[4096];
  size_t length;
  char file[512];
  int line;
  char trace[TRACE_MOST][160];
  int traced;
} failure;

static void note_position(struct position position) {
  size_t length = position.file_length < sizeof failure.file - 1 ? position.file_length : sizeof failure.file - 1;
  memcpy(failure.file, position.file, length);
  failure.file[length] = 0;
  failure.line = position.line;
}

// Lua puts "file:line: " in front of most messages, with a file name that it cuts at sixty bytes.
static const char *without_position(lua_State *L, const char *message, size_t *length) {
  lua_Debug frame;
  for (int level = 0; level < 64 && lua_getstack(L, level, &frame); level++) {
    if (!lua_getinfo(L, "Sl", &frame) || frame.currentline < 0) continue;
    char prefix[2][700];
    snprintf(prefix[0], sizeof prefix[0], "%s:%d: ", frame.short_src, frame.currentline);
    snprintf(prefix[1], sizeof prefix[1], "%.600s:%d: ", frame.source + 1, frame.currentline);
    for (int i = 0; i < 2; i++) {
      size_t size = strlen(prefix[i]);
      if (*length < size || memcmp(message, prefix[i], size) != 0) continue;
      if (frame.source[0] == '@' && strncmp(frame.source + 1, "alpod/", 6) != 0) {
        note_position((struct position){frame.source + 1, frame.srclen - 1, frame.currentline});
      }
      *length -= size;
      return message + size;
    }
  }
  return message;
}

static int handle_error(lua_State *L) {
  memset(&failure, 0, sizeof failure);
  note_position(position_of_plugin(L, NULL));
  size_t length;
  const char *message = environment_text(L, 1, &length);
  message = without_position(L, message, &length);
  failure.length = length < sizeof failure.message ? length : sizeof failure.message;
  memcpy(failure.message, message, failure.length);
  lua_Debug frame;
  for (int level = 1; failure.traced < TRACE_MOST && lua_getstack(L, level, &frame); level++) {
    if (!lua_getinfo(L, "Sln", &frame) || frame.currentline < 0 || frame.source[0] != '@') continue;
    snprintf(failure.trace[failure.traced++], sizeof failure.trace[0], "%.90s:%d%s%.50s", frame.source + 1, frame.currentline,
             frame.name ? ": in " : "", frame.name ? frame.name : "");
  }
  return 0;
}

static void send_failure(enum error_kind kind) {
  frame_begin(FRAME_ERROR);
  frame_byte((uint8_t)kind);
  frame_text(failure.message, failure.length);
  frame_position((struct position){failure.file, strlen(failure.file), failure.line});
  frame_number((uint32_t)failure.traced);
  for (int i = 0; i < failure.traced; i++) frame_text(failure.trace[i], strlen(failure.trace[i]));
  frame_send();
}

// A syntax error has no stack: its place stands in the message, behind the name that the chunk was given.
static void send_syntax_error(lua_State *L, const char *name) {
  memset(&failure, 0, sizeof failure);
  size_t length;
  const char *message = lua_tolstring(L, -1, &length);
  const char *at = message;
  const char *end = strstr(message, ": ");
  while (end) {
    const char *colon = end;
    while (colon > message && colon[-1] >= '0' && colon[-1] <= '9') colon--;
    if (colon < end && colon > message && colon[-1] == ':') {
      int line = 0;
      for (const char *digit = colon; digit < end; digit++) line = line * 10 + (*digit - '0');
      note_position((struct position){name, strlen(name), line});
      at = end + 2;
      break;
    }
    end = strstr(end + 1, ": ");
  }
  length -= (size_t)(at - message);
  failure.length = length < sizeof failure.message ? length : sizeof failure.message;
  memcpy(failure.message, at, failure.length);
  send_failure(ERROR_SYNTAX);
}

static void send_text_error(enum error_kind kind, const char *text, const char *name) {
  memset(&failure, 0, sizeof failure);
  failure.length = strlen(text);
  memcpy(failure.message, text, failure.length);
  if (name) note_position((struct position){name, strlen(name), 1});
  send_failure(kind);
}

// What goes wrong while the handler itself runs has no handler.
static void send_lua_error(lua_State *L, int status) {
  if (status != LUA_ERRRUN) send_text_error(ERROR_RUNTIME, "an error in handling an error", NULL);
  else send_failure(ERROR_RUNTIME);
  (void)L;
}

// MARK: Work

static int send_value(lua_State *L) {
  frame_begin((enum frame_kind)lua_tointeger(L, lua_upvalueindex(1)));
  frame_value(L, 1, true, "the value");
  frame_send();
  return 0;
}

// Calls what is on the stack below its arguments, then sends its first result.
static void call_and_send(lua_State *L, int arguments, enum frame_kind kind) {
  int handler = lua_gettop(L) - arguments;
  lua_pushcfunction(L, handle_error);
  lua_insert(L, handler);
  int status = lua_pcall(L, arguments, 1, handler);
  if (status != LUA_OK) {
    send_lua_error(L, status);
    return;
  }
  if (kind == FRAME_TABLE) {
    if (!lua_istable(L, -1)) {
      char text[120];
      snprintf(text, sizeof text, "the file must return a table, but it returns %s",
               lua_isnil(L, -1) ? "nothing" : luaL_typename(L, -1));
      send_text_error(ERROR_NO_TABLE, text, lua_tostring(L, 1));
      return;
    }
    lua_pushvalue(L, -1);
    lua_setfield(L, LUA_REGISTRYINDEX, plugin_key);
  }
  lua_pushinteger(L, kind);
  lua_pushcclosure(L, send_value, 1);
  lua_insert(L, -2);
  status = lua_pcall(L, 1, 0, handler);
  if (status != LUA_OK) send_lua_error(L, status);
}

static void load(lua_State *L) {
  size_t name_length, length;
  const char *name = take_text(&name_length);
  lua_pushlstring(L, name, name_length);
  name = lua_tostring(L, 1);
  const char *text = take_text(&length);
  if (length > 0 && text[0] == LUA_SIGNATURE[0]) {
    send_text_error(ERROR_SYNTAX, "is compiled Lua (bytecode); alpod loads only source text", name);
    return;
  }
  lua_pushfstring(L, "@%s", name);
  if (luaL_loadbufferx(L, text, length, lua_tostring(L, -1), "t") != LUA_OK) {
    send_syntax_error(L, name);
    return;
  }
  call_and_send(L, 0, FRAME_TABLE);
}

static void call(lua_State *L) {
  host_end_phase();
  size_t length;
  const char *name = take_text(&length);
  lua_getfield(L, LUA_REGISTRYINDEX, plugin_key);
  lua_pushlstring(L, name, length);
  if (!lua_istable(L, -2) || lua_rawget(L, -2) != LUA_TFUNCTION) {
    send_text_error(ERROR_RUNTIME, "the plugin has no such function", NULL);
    return;
  }
  lua_remove(L, -2);
  int count = take_byte();
  luaL_checkstack(L, count + 8, "arguments");
  for (int i = 0; i < count; i++) {
    if (take_byte() == ARGUMENT_PROXY) {
      size_t proxy_length;
      const char *proxy = take_text(&proxy_length);
      if (proxy_length > 32) _exit(2);
      host_push(L, proxy, proxy_length);
    } else {
      take_value(L);
    }
  }
  call_and_send(L, count, FRAME_DONE);
  host_end_phase();
}

// MARK: The process

static int prepare(lua_State *L) {
  host_prepare(L);
  environment_prepare(L);
  return 0;
}

lua_State *session_prepare(void) {
  lua_State *L = lua_newstate(limit_allocate, NULL);
  if (!L) return NULL;
  lua_pushcfunction(L, prepare);
  return lua_pcall(L, 0, 0, 0) == LUA_OK ? L : NULL;
}

static int serve(lua_State *L) {
  for (;;) {
    lua_settop(L, 0);
    switch (frame_receive()) {
    case FRAME_LOAD: load(L); break;
    case FRAME_CALL: call(L); break;
    default: _exit(2);
    }
  }
}

void session_run(lua_State *L, int cpu) {
  const char *reason = sandbox_lock(cpu);
  if (reason) {
    frame_begin(FRAME_LOCKED);
    frame_text(reason, strlen(reason));
    frame_send();
    _exit(4);
  }
  limit_set_running(L);
  lua_pushcfunction(L, serve);
  lua_pcall(L, 0, 0, 0);
  _exit(5);
}
