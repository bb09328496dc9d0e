#include "host.h"

#include "frames.h"
#include "limits.h"

#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

// C knows nothing of which calls there are: any name goes to the core, which answers for those that do not exist.

enum { NAME_MAX_LENGTH = 96 };

struct proxy {
  unsigned phase;
  size_t length;
  char name[NAME_MAX_LENGTH + 1];
};

static const char *const proxy_key = "alpod.proxy";
static unsigned phase = 1;

void host_end_phase(void) {
  phase++;
}

// A metatable cannot be replaced from Lua, so whatever has it is a proxy.
static struct proxy *to_proxy(lua_State *L, int index) {
  return luaL_testudata(L, index, proxy_key);
}

void host_push(lua_State *L, const char *name, size_t length) {
  struct proxy *proxy = lua_newuserdatauv(L, sizeof *proxy, 1);
  proxy->phase = phase;
  proxy->length = length;
  memcpy(proxy->name, name, length);
  proxy->name[length] = 0;
  luaL_setmetatable(L, proxy_key);
}

__attribute__((noreturn)) static void raise(lua_State *L) {
  struct position position = position_of_plugin(L, NULL);
  if (position.line > 0) {
    lua_pushlstring(L, position.file, position.file_length);
    lua_pushfstring(L, "%s:%d: %s", lua_tostring(L, -1), position.line, lua_tostring(L, -2));
  }
  lua_error(L);
  __builtin_unreachable();
}

static int index_proxy(lua_State *L) {
  struct proxy *proxy = to_proxy(L, 1);
  if (!proxy || lua_type(L, 2) != LUA_TSTRING) {
    lua_pushfstring(L, "%s has names for fields, not %s", proxy ? proxy->name : "host", luaL_typename(L, 2));
    raise(L);
  }
  lua_getiuservalue(L, 1, 1);
  if (lua_istable(L, -1)) {
    lua_pushvalue(L, 2);
    if (lua_rawget(L, -2) != LUA_TNIL) return 1;
    lua_pop(L, 2);
  } else {
    lua_pop(L, 1);
    lua_newtable(L);
    lua_setiuservalue(L, 1, 1);
  }
  size_t length;
  const char *field = lua_tolstring(L, 2, &length);
  if (proxy->length + 1 + length > NAME_MAX_LENGTH || strlen(field) != length) {
    lua_pushfstring(L, "there is nothing of that name in %s", proxy->name);
    raise(L);
  }
  char name[NAME_MAX_LENGTH + 1];
  memcpy(name, proxy->name, proxy->length);
  name[proxy->length] = '.';
  memcpy(name + proxy->length + 1, field, length);
  unsigned made_in = proxy->phase;
  host_push(L, name, proxy->length + 1 + length);
  ((struct proxy *)lua_touserdata(L, -1))->phase = made_in;
  // Kept, so that the same field is the same proxy.
  lua_getiuservalue(L, 1, 1);
  lua_pushvalue(L, 2);
  lua_pushvalue(L, -3);
  lua_rawset(L, -3);
  lua_pop(L, 1);
  return 1;
}

static int refuse_assignment(lua_State *L) {
  struct proxy *proxy = to_proxy(L, 1);
  lua_pushfstring(L, "%s cannot be changed", proxy ? proxy->name : "host");
  raise(L);
}

static int name_proxy(lua_State *L) {
  struct proxy *proxy = to_proxy(L, 1);
  lua_pushstring(L, proxy ? proxy->name : "host");
  return 1;
}

static int call_proxy(lua_State *L) {
  struct proxy *proxy = to_proxy(L, 1);
  if (!proxy) return luaL_error(L, "not a call of the host");
  int count = lua_gettop(L) - 1;
  if (proxy->phase != phase) {
    lua_pushfstring(L, "%s was kept from an earlier phase; use the host that this function was given", proxy->name);
    raise(L);
  }
  if (!strchr(proxy->name, '.')) {
    lua_pushfstring(L, "%s cannot be called; its calls are %s.NOUN.VERB", proxy->name, proxy->name);
    raise(L);
  }
  if (count > 0 && to_proxy(L, 2)) {
    lua_pushfstring(L, "call it with a dot: %s{…}", proxy->name);
    raise(L);
  }
  if (count > 16) {
    lua_pushfstring(L, "%s was given %d arguments", proxy->name, count);
    raise(L);
  }
  limit_count_call();
  struct position innermost, position = position_of_plugin(L, &innermost);
  frame_begin(FRAME_HOST);
  frame_text(proxy->name, proxy->length);
  frame_position(position);
  frame_position(innermost);
  frame_byte((uint8_t)count);
  for (int i = 0; i < count; i++) {
    char what[NAME_MAX_LENGTH + 24];
    snprintf(what, sizeof what, count > 1 ? "%s: argument %d" : "%s: the argument", proxy->name, i + 1);
    frame_value(L, 2 + i, false, what);
  }
  frame_send();

  switch (frame_receive()) {
  case FRAME_REPLY:
    take_value(L);
    return 1;
  case FRAME_FAIL: {
    size_t length;
    const char *message = take_text(&length);
    lua_pushlstring(L, message, length);
    raise(L);
  }
  default: limit_breach("protocol");
  }
}

void host_prepare(lua_State *L) {
  static const luaL_Reg methods[] = {
      {"__index", index_proxy}, {"__newindex", refuse_assignment}, {"__call", call_proxy}, {"__tostring", name_proxy}, {NULL, NULL},
  };
  luaL_newmetatable(L, proxy_key);
  luaL_setfuncs(L, methods, 0);
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  lua_pop(L, 1);
}
