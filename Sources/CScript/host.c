#include "host.h"

#include "failures.h"
#include "frames.h"
#include "limits.h"
#include "values.h"

#include <lauxlib.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

enum { ARGUMENTS_MOST = 16 };

struct proxy {
  uint64_t serial;
  unsigned phase;
  size_t length;
  char name[SCRIPT_PROXY_NAME_MOST + 1];
};

static const char *const proxy_key = "alpod.proxy";
static unsigned phase = 1;
static uint64_t serials;

void script_end_phase(void) {
  phase++;
}

// A metatable cannot be replaced from Lua, so whatever has it is a proxy.
static struct proxy *to_proxy(lua_State *L, int index) {
  return luaL_testudata(L, index, proxy_key);
}

uint64_t script_proxy_serial(lua_State *L, int index) {
  struct proxy *proxy = to_proxy(L, index);
  return proxy ? proxy->serial : 0;
}

static struct proxy *push_proxy(lua_State *L, size_t length, unsigned made_in) {
  struct proxy *proxy = lua_newuserdatauv(L, sizeof *proxy, 1);
  proxy->serial = ++serials;
  proxy->phase = made_in;
  proxy->length = length;
  proxy->name[length] = 0;
  luaL_setmetatable(L, proxy_key);
  return proxy;
}

void script_push_proxy(lua_State *L, const char *name, size_t length) {
  struct proxy *proxy = push_proxy(L, length, phase);
  memcpy(proxy->name, name, length);
}

// MARK: Fields

static bool is_name(const char *text, size_t length) {
  for (size_t i = 0; i < length; i++) {
    char c = text[i];
    bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    if (!is_letter && !(i > 0 && c >= '0' && c <= '9')) return false;
  }
  return length > 0;
}

// Pushes the table of a proxy's fields: the same field is always the same proxy.
static void push_fields(lua_State *L, int index) {
  if (lua_getiuservalue(L, index, 1) == LUA_TTABLE) return;
  lua_pop(L, 1);
  lua_newtable(L);
  lua_pushvalue(L, -1);
  lua_setiuservalue(L, index, 1);
}

static int index_proxy(lua_State *L) {
  struct proxy *proxy = to_proxy(L, 1);
  if (!proxy) return luaL_error(L, "not a part of the host");
  if (lua_type(L, 2) != LUA_TSTRING) {
    lua_pushfstring(L, "the fields of %s are names; this is a %s", proxy->name, luaL_typename(L, 2));
    script_raise(L);
  }
  push_fields(L, 1);
  lua_pushvalue(L, 2);
  if (lua_rawget(L, -2) != LUA_TNIL) return 1;
  lua_pop(L, 1);
  size_t length;
  const char *field = lua_tolstring(L, 2, &length);
  if (!is_name(field, length) || proxy->length + 1 + length > SCRIPT_PROXY_NAME_MOST) {
    lua_pushfstring(L, "there is nothing of that name in %s", proxy->name);
    script_raise(L);
  }
  struct proxy *inner = push_proxy(L, proxy->length + 1 + length, proxy->phase);
  memcpy(inner->name, proxy->name, proxy->length);
  inner->name[proxy->length] = '.';
  memcpy(inner->name + proxy->length + 1, field, length);
  lua_pushvalue(L, 2);
  lua_pushvalue(L, -2);
  lua_rawset(L, 3);
  return 1;
}

static int refuse_assignment(lua_State *L) {
  struct proxy *proxy = to_proxy(L, 1);
  lua_pushfstring(L, "%s cannot be changed", proxy ? proxy->name : "host");
  script_raise(L);
}

static int name_proxy(lua_State *L) {
  struct proxy *proxy = to_proxy(L, 1);
  lua_pushstring(L, proxy ? proxy->name : "host");
  return 1;
}

// MARK: Calls

static void check_call(lua_State *L, const struct proxy *proxy, int arguments) {
  if (proxy->phase != phase) {
    lua_pushfstring(L, "%s is kept from an earlier call; use what this function was given",
                    proxy->name);
  } else if (!memchr(proxy->name, '.', proxy->length)) {
    lua_pushfstring(L, "%s itself cannot be called; its fields can", proxy->name);
  } else if (arguments > ARGUMENTS_MOST) {
    lua_pushfstring(L, "%s was given %d arguments", proxy->name, arguments);
  } else {
    struct proxy *first = arguments > 0 ? to_proxy(L, 2) : NULL;
    bool is_own = first && first->length < proxy->length && proxy->name[first->length] == '.' &&
                  memcmp(first->name, proxy->name, first->length) == 0;
    if (!is_own) return;
    lua_pushfstring(L, "call it with a dot: %s{…}", proxy->name);
  }
  script_raise(L);
}

static int take_answer(lua_State *L) {
  switch (script_frame_receive()) {
  case FRAME_REPLY: script_take_value(L); return 1;
  case FRAME_FAIL: {
    size_t length, hint_length;
    const char *message = script_take_text(&length);
    const char *hint = script_take_text(&hint_length);
    lua_pushlstring(L, message, length);
    if (hint_length > 0) script_raise_with_hint(L, hint, hint_length);
    script_raise(L);
  }
  default: _exit(SCRIPT_EXIT_PROTOCOL);
  }
}

static int call_proxy(lua_State *L) {
  struct proxy *proxy = to_proxy(L, 1);
  if (!proxy) return luaL_error(L, "not a part of the host");
  int arguments = lua_gettop(L) - 1;
  check_call(L, proxy, arguments);
  script_count_call();
  struct script_position innermost, position = script_position_of_plugin(&innermost);
  bool is_same = innermost.file == position.file && innermost.line == position.line;
  script_frame_begin(FRAME_HOST);
  script_frame_text(proxy->name, proxy->length);
  script_frame_position(position);
  script_frame_position(is_same ? (struct script_position){"", 0, 0} : innermost);
  script_frame_byte((uint8_t)arguments);
  for (int i = 1; i <= arguments; i++) {
    script_write_value(L, 1 + i, false, (struct script_subject){proxy->name, i, arguments});
  }
  script_frame_send();
  return take_answer(L);
}

void script_prepare_host(lua_State *L) {
  static const luaL_Reg methods[] = {
      {"__index", index_proxy}, {"__newindex", refuse_assignment}, {"__call", call_proxy},
      {"__tostring", name_proxy}, {NULL, NULL},
  };
  luaL_newmetatable(L, proxy_key);
  luaL_setfuncs(L, methods, 0);
  lua_pushboolean(L, false);
  lua_setfield(L, -2, "__metatable");
  lua_pop(L, 1);
}
