#include "environment.h"

#include "frames.h"
#include "limits.h"

#include <lauxlib.h>
#include <lualib.h>
#include <stdlib.h>
#include <string.h>

// MARK: Text

const char *environment_text(lua_State *L, int index, size_t *length) {
  index = lua_absindex(L, index);
  switch (lua_type(L, index)) {
  case LUA_TTABLE:
  case LUA_TUSERDATA:
    if (luaL_getmetafield(L, index, "__tostring") != LUA_TNIL) {
      lua_pop(L, 1);
      break;
    }
    // fall through: Lua would name the address, which differs from run to run and is nobody's business
  case LUA_TFUNCTION:
  case LUA_TTHREAD:
  case LUA_TLIGHTUSERDATA: return lua_pushstring(L, luaL_typename(L, index)), lua_tolstring(L, -1, length);
  default: break;
  }
  return luaL_tolstring(L, index, length);
}

static int to_text(lua_State *L) {
  luaL_checkany(L, 1);
  environment_text(L, 1, NULL);
  return 1;
}

static int print(lua_State *L) {
  int count = lua_gettop(L);
  luaL_Buffer buffer;
  luaL_buffinit(L, &buffer);
  for (int i = 1; i <= count; i++) {
    if (i > 1) luaL_addchar(&buffer, '\t');
    environment_text(L, i, NULL);
    luaL_addvalue(&buffer);
  }
  luaL_addchar(&buffer, '\n');
  luaL_pushresult(&buffer);
  size_t length;
  const char *text = lua_tolstring(L, -1, &length);
  limit_count_output(length);
  frame_begin(FRAME_OUTPUT);
  frame_text(text, length);
  frame_send();
  return 0;
}

// string.format without "%p", and without addresses under "%s". The upvalue is the library's own.
static int format(lua_State *L) {
  size_t length;
  const char *text = luaL_checklstring(L, 1, &length);
  for (const char *at = text; (at = memchr(at, '%', length - (size_t)(at - text))); at++) {
    const char *kind = at + 1;
    while (*kind && strchr("-+ #0123456789.", *kind)) kind++;
    if (*kind == 'p') return luaL_error(L, "invalid conversion '%%p' to 'format'");
    at = kind;
    if ((size_t)(at - text) >= length) break;
  }
  for (int i = lua_gettop(L); i > 1; i--) {
    if (lua_type(L, i) <= LUA_TSTRING && lua_type(L, i) != LUA_TLIGHTUSERDATA) continue;
    environment_text(L, i, NULL);
    lua_replace(L, i);
  }
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_call(L, lua_gettop(L) - 1, 1);
  return 1;
}

// MARK: Order

// Lua's order of keys differs from run to run (its hash seed is random), and with it would the order of a plan.
static int rank(lua_State *L, int index) {
  switch (lua_type(L, index)) {
  case LUA_TNUMBER: return 0;
  case LUA_TSTRING: return 1;
  case LUA_TBOOLEAN: return 2;
  default: return 3;
  }
}

static int comes_before(lua_State *L) {
  int one = rank(L, 1), other = rank(L, 2);
  bool before;
  if (one != other) {
    before = one < other;
  } else if (one == 1) {
    size_t left_length, right_length;
    const char *left = lua_tolstring(L, 1, &left_length), *right = lua_tolstring(L, 2, &right_length);
    size_t shared = left_length < right_length ? left_length : right_length;
    int order = memcmp(left, right, shared);
    before = order < 0 || (order == 0 && left_length < right_length);
  } else if (one == 0) {
    before = lua_compare(L, 1, 2, LUA_OPLT);
  } else {
    before = one == 2 && !lua_toboolean(L, 1) && lua_toboolean(L, 2);
  }
  lua_pushboolean(L, before);
  return 1;
}

// Upvalues: the sorted keys, and how many of them are used up. Called with the table and the last key.
static int next_in_order(lua_State *L) {
  lua_Integer at = lua_tointeger(L, lua_upvalueindex(2));
  for (;;) {
    at++;
    if (lua_rawgeti(L, lua_upvalueindex(1), at) == LUA_TNIL) return 1;
    lua_pushvalue(L, -1);
    // A key that was taken out on the way is passed over.
    if (lua_rawget(L, 1) != LUA_TNIL) break;
    lua_pop(L, 2);
  }
  lua_pushinteger(L, at);
  lua_replace(L, lua_upvalueindex(2));
  return 2;
}

// The upvalue is the library's table.sort.
static int pairs_in_order(lua_State *L) {
  luaL_checkany(L, 1);
  if (luaL_getmetafield(L, 1, "__pairs") != LUA_TNIL) {
    lua_pushvalue(L, 1);
    lua_call(L, 1, 3);
    return 3;
  }
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  lua_newtable(L);
  lua_Integer count = 0;
  lua_pushnil(L);
  while (lua_next(L, 1)) {
    lua_pop(L, 1);
    lua_pushvalue(L, -1);
    lua_rawseti(L, 2, ++count);
  }
  if (count > 1) {
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_pushvalue(L, 2);
    lua_pushcfunction(L, comes_before);
    lua_call(L, 2, 0);
  }
  lua_pushinteger(L, 0);
  lua_pushcclosure(L, next_in_order, 2);
  lua_pushvalue(L, 1);
  lua_pushnil(L);
  return 3;
}

// MARK: Coroutines

// The library's own, with a note of which one runs: a breach of the processor time has to find its line.
static int resume(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTHREAD);
  lua_State *before = limit_set_running(lua_tothread(L, 1));
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
  limit_set_running(before);
  return lua_gettop(L);
}

// Upvalues: the library's resume, the coroutine.
static int wrapped(lua_State *L) {
  lua_State *thread = lua_tothread(L, lua_upvalueindex(2));
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_pushvalue(L, lua_upvalueindex(2));
  lua_rotate(L, 1, 2);
  lua_State *before = limit_set_running(thread);
  lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
  limit_set_running(before);
  if (!lua_toboolean(L, 1)) {
    lua_settop(L, 2);
    return lua_error(L);
  }
  return lua_gettop(L) - 1;
}

// The upvalue is the library's resume.
static int wrap(lua_State *L) {
  luaL_checktype(L, 1, LUA_TFUNCTION);
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_State *thread = lua_newthread(L);
  lua_pushvalue(L, 1);
  lua_xmove(L, thread, 1);
  lua_pushcclosure(L, wrapped, 2);
  return 1;
}

// MARK: Code

static int load_text(lua_State *L) {
  size_t length;
  const char *text = luaL_checklstring(L, 1, &length);
  const char *name = luaL_optstring(L, 2, "=(load)");
  if (length > SCRIPT_FRAME_MAX) return luaL_error(L, "the text to load is longer than 1 MiB");
  bool has_environment = !lua_isnone(L, 4);
  if (luaL_loadbufferx(L, text, length, name, "t") != LUA_OK) {
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

// The upvalue holds what was loaded, by name; `false` while it is being loaded.
static int require(lua_State *L) {
  size_t length;
  const char *name = luaL_checklstring(L, 1, &length);
  lua_settop(L, 1);
  lua_pushvalue(L, 1);
  lua_rawget(L, lua_upvalueindex(1));
  if (lua_isboolean(L, -1) && !lua_toboolean(L, -1)) {
    return luaL_error(L, "the module '%s' requires itself", name);
  }
  if (!lua_isnil(L, -1)) return 1;
  limit_count_call();
  frame_begin(FRAME_REQUIRE);
  frame_text(name, length);
  frame_send();
  switch (frame_receive()) {
  case FRAME_MODULE: break;
  case FRAME_MISSING: {
    const char *message = take_text(&length);
    luaL_where(L, 1);
    lua_pushlstring(L, message, length);
    lua_concat(L, 2);
    return lua_error(L);
  }
  default: limit_breach("protocol");
  }
  size_t chunk_length, text_length;
  const char *chunk = take_text(&chunk_length);
  lua_pushliteral(L, "@");
  lua_pushlstring(L, chunk, chunk_length);
  lua_concat(L, 2);
  const char *text = take_text(&text_length);
  lua_pushvalue(L, 1);
  lua_pushboolean(L, 0);
  lua_rawset(L, lua_upvalueindex(1));
  if (luaL_loadbufferx(L, text, text_length, lua_tostring(L, -1), "t") != LUA_OK) return lua_error(L);
  lua_pushvalue(L, 1);
  lua_call(L, 1, 1);
  if (lua_isnil(L, -1)) {
    lua_pop(L, 1);
    lua_pushboolean(L, 1);
  }
  lua_pushvalue(L, 1);
  lua_pushvalue(L, -2);
  lua_rawset(L, lua_upvalueindex(1));
  return 1;
}

// MARK: The globals

static void copy_functions(lua_State *L, int from, int to, const char *const names[]) {
  for (; *names; names++) {
    lua_getfield(L, from, *names);
    lua_setfield(L, to, *names);
  }
}

static void wrap_function(lua_State *L, int table, const char *name, lua_CFunction function) {
  lua_getfield(L, table, name);
  lua_pushcclosure(L, function, 1);
  lua_setfield(L, table, name);
}

void environment_prepare(lua_State *L) {
  static const char *const plain[] = {
      "assert", "error", "ipairs", "next", "pcall", "xpcall", "select", "rawequal", "rawget", "rawlen", "rawset",
      "setmetatable", "getmetatable", "tonumber", "type", "_VERSION", NULL,
  };
  lua_newtable(L);
  int globals = lua_gettop(L);
  luaL_requiref(L, LUA_GNAME, luaopen_base, 0);
  copy_functions(L, lua_gettop(L), globals, plain);
  lua_pushcfunction(L, to_text);
  lua_setfield(L, globals, "tostring");
  lua_pushcfunction(L, print);
  lua_setfield(L, globals, "print");
  lua_pushcfunction(L, load_text);
  lua_setfield(L, globals, "load");
  lua_newtable(L);
  lua_pushcclosure(L, require, 1);
  lua_setfield(L, globals, "require");

  luaL_requiref(L, LUA_TABLIBNAME, luaopen_table, 0);
  lua_getfield(L, -1, "sort");
  lua_pushcclosure(L, pairs_in_order, 1);
  lua_setfield(L, globals, "pairs");
  lua_setfield(L, globals, "table");

  luaL_requiref(L, LUA_STRLIBNAME, luaopen_string, 0);
  int strings = lua_gettop(L);
  lua_pushnil(L);
  lua_setfield(L, strings, "dump");
  wrap_function(L, strings, "format", format);
  lua_pushliteral(L, "");
  lua_getmetatable(L, -1);
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  lua_pop(L, 2);
  lua_setfield(L, globals, "string");

  luaL_requiref(L, LUA_MATHLIBNAME, luaopen_math, 0);
  // The same numbers on each run: a plan is shown, and then made again.
  lua_getfield(L, -1, "randomseed");
  lua_pushinteger(L, 1);
  lua_call(L, 1, 0);
  lua_pushnil(L);
  lua_setfield(L, -2, "randomseed");
  lua_setfield(L, globals, "math");

  luaL_requiref(L, LUA_UTF8LIBNAME, luaopen_utf8, 0);
  lua_setfield(L, globals, "utf8");

  luaL_requiref(L, LUA_COLIBNAME, luaopen_coroutine, 0);
  int coroutines = lua_gettop(L);
  lua_getfield(L, coroutines, "resume");
  lua_pushvalue(L, -1);
  lua_pushcclosure(L, wrap, 1);
  lua_setfield(L, coroutines, "wrap");
  lua_pushcclosure(L, resume, 1);
  lua_setfield(L, coroutines, "resume");
  lua_setfield(L, globals, "coroutine");

  lua_pushvalue(L, globals);
  lua_setfield(L, globals, "_G");
  lua_pushvalue(L, globals);
  lua_rawseti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
  // What was opened stays out of reach: there is no `package`, and no `debug` to find the registry with.
  lua_pushnil(L);
  lua_setfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
  lua_settop(L, globals - 1);
}
