#include "environment.h"

#include "coroutines.h"
#include "modules.h"
#include "order.h"
#include "text.h"

#include <lauxlib.h>
#include <lualib.h>
#include <stdbool.h>
#include <string.h>

// What there is of each library, separated by spaces: what a build of Lua has beyond that (functions of older releases,
// say) is not on every machine.
static const char *const string_names =
    " byte char find format gmatch gsub len lower match pack packsize rep reverse sub unpack upper ";
static const char *const math_names =
    " abs acos asin atan ceil cos deg exp floor fmod huge log max maxinteger min mininteger modf pi rad random"
    " randomseed sin sqrt tan tointeger type ult ";
static const char *const table_names = " concat insert move pack remove sort unpack ";
static const char *const utf8_names = " char charpattern codepoint codes len offset ";
static const char *const coroutine_names =
    " close create isyieldable resume running status wrap yield ";

// Takes out of the table on top of the stack what is not named.
static void keep_only(lua_State *L, const char *names) {
  lua_pushnil(L);
  while (lua_next(L, -2)) {
    lua_pop(L, 1);
    lua_pushfstring(L, " %s ", lua_tostring(L, -1));
    bool is_kept = strstr(names, lua_tostring(L, -1)) != NULL;
    lua_pop(L, 1);
    if (is_kept) continue;
    // A field may be cleared in the middle of a traversal.
    lua_pushvalue(L, -1);
    lua_pushnil(L);
    lua_rawset(L, -4);
  }
}

// The library's own, which has no upvalues.
static lua_CFunction library_setmetatable;

// Without finalizers no code of the script runs but where it is called: not in the middle of a frame
// that is read, and not where hooks are off. Lua looks for the field here and never again.
static int set_metatable(lua_State *L) {
  if (lua_istable(L, 2)) {
    lua_pushliteral(L, "__gc");
    if (lua_rawget(L, 2) != LUA_TNIL) {
      return luaL_error(L, "there are no finalizers (__gc) here; `local x <close>` is for leaving a block");
    }
    lua_pop(L, 1);
  }
  return library_setmetatable(L);
}

static void add_base(lua_State *L, int globals) {
  static const char *const names[] = {
      "assert",   "error",    "ipairs", "pcall",  "xpcall",       "select",       "rawequal", "rawget",
      "rawlen",   "rawset",   "type",   "tonumber", "getmetatable", "_VERSION",
  };
  luaL_requiref(L, LUA_GNAME, luaopen_base, false);
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    lua_getfield(L, -1, names[i]);
    lua_setfield(L, globals, names[i]);
  }
  lua_getfield(L, -1, "setmetatable");
  library_setmetatable = lua_tocfunction(L, -1);
  lua_settop(L, globals);
  lua_pushcfunction(L, set_metatable);
  lua_setfield(L, globals, "setmetatable");
  script_add_text_functions(L);
  script_add_iterators(L);
  script_add_loaders(L);
}

static void add_strings(lua_State *L, int globals) {
  luaL_requiref(L, LUA_STRLIBNAME, luaopen_string, false);
  keep_only(L, string_names);
  script_replace_format(L);
  lua_pushliteral(L, "");
  lua_getmetatable(L, -1);
  lua_pushboolean(L, false);
  lua_setfield(L, -2, "__metatable");
  lua_pop(L, 2);
  lua_setfield(L, globals, LUA_STRLIBNAME);
}

// The upvalue is the library's own. Without numbers that one would take the time, and no two runs
// would be the same.
static int seed_random(lua_State *L) {
  if (lua_gettop(L) == 0) lua_pushinteger(L, 1);
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_call(L, lua_gettop(L) - 1, 0);
  return 0;
}

static void add_math(lua_State *L, int globals) {
  luaL_requiref(L, LUA_MATHLIBNAME, luaopen_math, false);
  keep_only(L, math_names);
  lua_getfield(L, -1, "randomseed");
  lua_pushcclosure(L, seed_random, 1);
  lua_pushvalue(L, -1);
  lua_call(L, 0, 0);
  lua_setfield(L, -2, "randomseed");
  lua_setfield(L, globals, LUA_MATHLIBNAME);
}

void script_prepare_environment(lua_State *L) {
  lua_newtable(L);
  int globals = lua_gettop(L);
  add_base(L, globals);
  add_strings(L, globals);
  add_math(L, globals);
  luaL_requiref(L, LUA_TABLIBNAME, luaopen_table, false);
  keep_only(L, table_names);
  lua_setfield(L, globals, LUA_TABLIBNAME);
  luaL_requiref(L, LUA_UTF8LIBNAME, luaopen_utf8, false);
  keep_only(L, utf8_names);
  lua_setfield(L, globals, LUA_UTF8LIBNAME);
  luaL_requiref(L, LUA_COLIBNAME, luaopen_coroutine, false);
  keep_only(L, coroutine_names);
  script_replace_coroutine_functions(L);
  lua_setfield(L, globals, LUA_COLIBNAME);

  lua_pushvalue(L, globals);
  lua_setfield(L, globals, LUA_GNAME);
  lua_pushvalue(L, globals);
  lua_rawseti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
  // What was opened on the way and left out goes; what stays is where Lua finds the names of
  // functions for its messages.
  static const char *const names[] = {LUA_STRLIBNAME, LUA_TABLIBNAME, LUA_MATHLIBNAME,
                                      LUA_UTF8LIBNAME, LUA_COLIBNAME, LUA_GNAME};
  lua_newtable(L);
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    lua_getfield(L, globals, names[i]);
    lua_setfield(L, -2, names[i]);
  }
  lua_setfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
  lua_settop(L, globals - 1);
}
