#include "coroutines.h"

#include "failures.h"
#include "positions.h"

#include <lauxlib.h>
#include <stdbool.h>

// Lua up to 5.4.4 does not count C levels across closing, so a chain of coroutines whose variables
// close each other would run off the stack.
enum { CLOSING_MOST = 10 };

static int closing;

static lua_State *check_thread(lua_State *L) {
  luaL_argexpected(L, lua_isthread(L, 1), 1, "coroutine");
  return lua_tothread(L, 1);
}

// Moves the arguments, runs, and moves the results; nothing in between raises, so that
// script_running is right whatever happens.
// @return the number of results, or -1 and an error on top.
static int resume_thread(lua_State *L, lua_State *thread, int arguments) {
  if (!lua_checkstack(thread, arguments)) {
    lua_pushliteral(L, "too many arguments to resume");
    return -1;
  }
  lua_xmove(L, thread, arguments);
  struct script_thread running = {thread, script_running};
  int results = 0;
  script_running = &running;
  int status = lua_resume(thread, L, arguments, &results);
  script_running = running.outer;
  if (status != LUA_OK && status != LUA_YIELD) {
    lua_xmove(thread, L, 1);
    return -1;
  }
  if (!lua_checkstack(L, results + 1)) {
    lua_pop(thread, results);
    lua_pushliteral(L, "too many results to resume");
    return -1;
  }
  lua_xmove(thread, L, results);
  return results;
}

static int close_thread(lua_State *L, lua_State *thread) {
  struct script_thread running = {thread, script_running};
  script_running = &running;
  closing++;
#if LUA_VERSION_RELEASE_NUM >= 50406
  int status = lua_closethread(thread, L);
#else
  (void)L;
  int status = lua_resetthread(thread);
#endif
  closing--;
  script_running = running.outer;
  return status;
}

static int resume(lua_State *L) {
  lua_State *thread = check_thread(L);
  int results = resume_thread(L, thread, lua_gettop(L) - 1);
  lua_pushboolean(L, results >= 0);
  if (results < 0) results = 1;
  lua_insert(L, -(results + 1));
  return results + 1;
}

// The upvalue is the coroutine.
static int wrapped(lua_State *L) {
  lua_State *thread = lua_tothread(L, lua_upvalueindex(1));
  int results = resume_thread(L, thread, lua_gettop(L));
  if (results >= 0) return results;
  int status = lua_status(thread);
  if (status != LUA_OK && status != LUA_YIELD) {
    // Its stack says where it happened; closing it takes that away.
    struct script_thread running = {thread, script_running};
    lua_pushcfunction(L, script_handle_error);
    lua_pushvalue(L, -2);
    script_running = &running;
    lua_pcall(L, 1, 1, 0);
    script_running = running.outer;
    lua_pop(L, 1);
    if (closing < CLOSING_MOST && close_thread(L, thread) != LUA_OK) lua_xmove(thread, L, 1);
  }
  return lua_error(L);
}

static int wrap(lua_State *L) {
  luaL_checktype(L, 1, LUA_TFUNCTION);
  lua_State *thread = lua_newthread(L);
  lua_pushvalue(L, 1);
  lua_xmove(L, thread, 1);
  lua_pushcclosure(L, wrapped, 1);
  return 1;
}

// What `coroutine.status` would say, or NULL when it can be closed.
static const char *why_not_closable(lua_State *L, lua_State *thread) {
  if (L == thread) return "running";
  lua_Debug frame;
  if (lua_status(thread) == LUA_OK && lua_getstack(thread, 0, &frame)) return "normal";
  return NULL;
}

static int close_coroutine(lua_State *L) {
  lua_State *thread = check_thread(L);
  const char *state = why_not_closable(L, thread);
  if (state) return luaL_error(L, "cannot close a %s coroutine", state);
  if (closing >= CLOSING_MOST) return luaL_error(L, "too many coroutines are being closed");
  if (close_thread(L, thread) == LUA_OK) {
    lua_pushboolean(L, true);
    return 1;
  }
  lua_pushboolean(L, false);
  lua_xmove(thread, L, 1);
  return 2;
}

void script_replace_coroutine_functions(lua_State *L) {
  static const luaL_Reg functions[] = {
      {"resume", resume}, {"wrap", wrap}, {"close", close_coroutine}, {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
}
