#include "modules.h"

#include "CScript.h"
#include "failures.h"
#include "frames.h"
#include "limits.h"
#include "prepared.h"

#include <lauxlib.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

int script_load(lua_State *L, const char *name, size_t name_length, const char *text,
                size_t length) {
  script_note_chunk(L, name, name_length);
  return script_compile(L, name, name_length, text, length);
}

int script_compile(lua_State *L, const char *name, size_t name_length, const char *text,
                   size_t length) {
  // As lua itself reads files: a byte order mark and a first line for the kernel are no Lua.
  if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
    text += 3;
    length -= 3;
  }
  if (length > 0 && text[0] == '#') {
    const char *end = memchr(text, '\n', length);
    length -= end ? (size_t)(end - text) : length;
    text = end ? end : text;
  }
  if (length > 0 && text[0] == LUA_SIGNATURE[0]) {
    lua_pushlstring(L, name, name_length);
    lua_pushliteral(L, ":1: is compiled Lua (bytecode); alpod loads only source text");
    lua_concat(L, 2);
    return LUA_ERRSYNTAX;
  }
  lua_pushliteral(L, "@");
  lua_pushlstring(L, name, name_length);
  lua_concat(L, 2);
  int status = luaL_loadbufferx(L, text, length, lua_tostring(L, -1), "t");
  lua_remove(L, -2);
  return status;
}

static int load(lua_State *L) {
  size_t length;
  const char *text = luaL_checklstring(L, 1, &length);
  const char *name = luaL_optstring(L, 2, "=(load)");
  const char *mode = luaL_optstring(L, 3, "t");
  if (length > SCRIPT_FRAME_MAX) return luaL_error(L, "the text to load is larger than 1 MiB");
  bool has_environment = !lua_isnone(L, 4);
  if (name[0] == '@') {
    // Only what the core named is a file.
    lua_pushfstring(L, "=%s", name + 1);
    name = lua_tostring(L, -1);
  }
  if (luaL_loadbufferx(L, text, length, name, strchr(mode, 't') ? "t" : "") != LUA_OK) {
    lua_pushnil(L);
    lua_insert(L, -2);
    return 2;
  }
  if (has_environment) {
    lua_pushvalue(L, 4);
    if (!lua_setupvalue(L, -2, 1)) lua_pop(L, 1);
  }
  return 1;
}

// Asks the core for a module and pushes its function, or raises.
static void fetch_module(lua_State *L, const char *name, size_t length) {
  script_count_call();
  script_frame_begin(FRAME_REQUIRE);
  script_frame_text(name, length);
  script_frame_send();
  size_t chunk_length, text_length;
  switch (script_frame_receive()) {
  case FRAME_MODULE: {
    const char *chunk = script_take_text(&chunk_length);
    const char *text = script_take_text(&text_length);
    if (script_load(L, chunk, chunk_length, text, text_length) != LUA_OK) lua_error(L);
    return;
  }
  case FRAME_READY: {
    const char *chunk = script_take_text(&chunk_length);
    script_push_prepared(L, chunk, chunk_length);
    return;
  }
  case FRAME_MISSING: {
    const char *message = script_take_text(&text_length);
    lua_pushlstring(L, message, text_length);
    script_raise(L);
  }
  default: _exit(SCRIPT_EXIT_PROTOCOL);
  }
}

// The upvalue holds by name what was loaded; a light userdata while it is being loaded.
static int require(lua_State *L) {
  static char loading;
  size_t length;
  const char *name = luaL_checklstring(L, 1, &length);
  lua_settop(L, 1);
  lua_pushvalue(L, 1);
  lua_rawget(L, lua_upvalueindex(1));
  if (lua_touserdata(L, -1) == &loading && lua_islightuserdata(L, -1)) {
    lua_pushfstring(L, "module '%s' requires itself, by way of those that it requires", name);
    script_raise(L);
  }
  if (!lua_isnil(L, -1)) return 1;

  lua_pushcfunction(L, script_handle_error);
  fetch_module(L, name, length);
  lua_pushvalue(L, 1);
  lua_pushlightuserdata(L, &loading);
  lua_rawset(L, lua_upvalueindex(1));
  lua_pushvalue(L, 1);
  int status = lua_pcall(L, 1, 1, 3);
  lua_pushvalue(L, 1);
  if (status != LUA_OK) {
    // It may be tried again, and then fails with its own error.
    lua_pushnil(L);
    lua_rawset(L, lua_upvalueindex(1));
    return lua_error(L);
  }
  if (lua_isnil(L, -2)) {
    lua_pushboolean(L, true);
    lua_replace(L, -3);
  }
  lua_pushvalue(L, -2);
  lua_rawset(L, lua_upvalueindex(1));
  return 1;
}

void script_add_loaders(lua_State *L) {
  lua_pushcfunction(L, load);
  lua_setfield(L, -2, "load");
  lua_newtable(L);
  lua_pushcclosure(L, require, 1);
  lua_setfield(L, -2, "require");
}
