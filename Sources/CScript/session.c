#include "session.h"

#include "environment.h"
#include "failures.h"
#include "frames.h"
#include "host.h"
#include "limits.h"
#include "modules.h"
#include "prepared.h"
#include "sandbox.h"
#include "values.h"

#include <lauxlib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

// Keys of the registry.
static const char plugin_key;

// The upvalue is the kind of frame.
static int send_value(lua_State *L) {
  script_frame_begin((enum script_frame_kind)lua_tointeger(L, lua_upvalueindex(1)));
  script_write_value(L, 1, true, (struct script_subject){0});
  script_frame_send();
  return 0;
}

// Calls the function below `arguments` arguments on top of the stack, and sends its first result.
// @param file the file of the plugin whose table is to come, or NULL.
static void call_and_send(lua_State *L, int arguments, const char *file) {
  int handler = lua_gettop(L) - arguments;
  lua_pushcfunction(L, script_handle_error);
  lua_insert(L, handler);
  int status = lua_pcall(L, arguments, 1, handler);
  if (status == LUA_OK && file) {
    if (!lua_istable(L, -1)) {
      char text[120];
      snprintf(text, sizeof text, "the file must return a table, but it returns %s%s",
               lua_isnil(L, -1) ? "" : "a ", lua_isnil(L, -1) ? "nothing" : luaL_typename(L, -1));
      script_send_text_error(ERROR_NO_TABLE, text, file);
      return;
    }
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &plugin_key);
  }
  if (status == LUA_OK) {
    lua_pushinteger(L, file ? FRAME_TABLE : FRAME_DONE);
    lua_pushcclosure(L, send_value, 1);
    lua_insert(L, -2);
    status = lua_pcall(L, 1, 0, handler);
  }
  if (status != LUA_OK) script_send_error(L, status);
}

static void load(lua_State *L) {
  size_t name_length, length;
  const char *name = script_take_text(&name_length);
  const char *text = script_take_text(&length);
  // The frame's own bytes are gone once the script asks for something.
  lua_pushlstring(L, name, name_length);
  name = lua_tostring(L, -1);
  if (script_load(L, name, name_length, text, length) != LUA_OK) {
    script_send_syntax_error(L);
    return;
  }
  call_and_send(L, 0, name);
}

static void load_prepared(lua_State *L) {
  size_t length;
  const char *name = script_take_text(&length);
  lua_pushlstring(L, name, length);
  name = lua_tostring(L, -1);
  script_push_prepared(L, name, length);
  call_and_send(L, 0, name);
}

// Pushes what stands at a path ("tests.first") in the table on top of the stack; read without
// metamethods.
static void push_field(lua_State *L, const char *path, size_t length) {
  lua_pushlstring(L, path, length);
  if (lua_rawget(L, -2) != LUA_TNIL) return;
  const char *dot = memchr(path, '.', length);
  if (!dot) return;
  lua_pop(L, 1);
  lua_pushlstring(L, path, (size_t)(dot - path));
  if (lua_rawget(L, -2) == LUA_TTABLE) {
    push_field(L, dot + 1, length - (size_t)(dot + 1 - path));
  } else {
    lua_pushnil(L);
  }
}

static void call(lua_State *L) {
  script_end_phase();
  size_t length;
  const char *path = script_take_text(&length);
  if (lua_rawgetp(L, LUA_REGISTRYINDEX, &plugin_key) == LUA_TTABLE) push_field(L, path, length);
  if (!lua_isfunction(L, -1)) {
    char text[120];
    snprintf(text, sizeof text, "the script's table has no function %.*s",
             length < 60 ? (int)length : 60, path);
    script_send_text_error(ERROR_RUNTIME, text, NULL);
    return;
  }
  int count = script_take_byte();
  luaL_checkstack(L, count + 8, "arguments");
  for (int i = 0; i < count; i++) {
    if (script_take_byte() != ARGUMENT_PROXY) {
      script_take_value(L);
      continue;
    }
    const char *name = script_take_text(&length);
    if (length > SCRIPT_PROXY_NAME_MOST) _exit(SCRIPT_EXIT_PROTOCOL);
    script_push_proxy(L, name, length);
  }
  call_and_send(L, count, NULL);
  script_end_phase();
}

// MARK: The process

static int prepare(lua_State *L) {
  script_prepare_failures(L);
  script_prepare_host(L);
  script_prepare_environment(L);
  script_prepare_texts(L);
  return 0;
}

lua_State *script_prepare_session(void) {
  lua_State *L = lua_newstate(script_allocate, NULL);
  if (!L) return NULL;
  lua_pushcfunction(L, prepare);
  return lua_pcall(L, 0, 0, 0) == LUA_OK ? L : NULL;
}

static int serve(lua_State *L) {
  for (;;) {
    lua_settop(L, 0);
    switch (script_frame_receive()) {
    case FRAME_LOAD: load(L); break;
    case FRAME_READY: load_prepared(L); break;
    case FRAME_CALL: call(L); break;
    default: _exit(SCRIPT_EXIT_PROTOCOL);
    }
  }
}

void script_run_session(lua_State *L) {
  const char *reason = script_lock_sandbox();
  if (reason) {
    script_frame_begin(FRAME_LOCKED);
    script_frame_text(reason, strlen(reason));
    script_frame_send();
    _exit(SCRIPT_EXIT_UNLOCKED);
  }
  struct script_thread main_thread = {L, NULL};
  script_running = &main_thread;
  // Protected: what is raised outside of the protected calls above is our own mistake.
  lua_pushcfunction(L, serve);
  lua_pcall(L, 0, 0, 0);
  _exit(SCRIPT_EXIT_LUA);
}
