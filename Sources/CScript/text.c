#include "text.h"

#include "frames.h"
#include "limits.h"

#include <lauxlib.h>
#include <stdbool.h>
#include <string.h>

static bool has_address(lua_State *L, int index) {
  switch (lua_type(L, index)) {
  case LUA_TTABLE:
  case LUA_TUSERDATA:
    if (luaL_getmetafield(L, index, "__tostring") == LUA_TNIL) return true;
    lua_pop(L, 1);
    return false;
  case LUA_TFUNCTION:
  case LUA_TTHREAD:
  case LUA_TLIGHTUSERDATA: return true;
  default: return false;
  }
}

const char *script_push_text(lua_State *L, int index, size_t *length) {
  index = lua_absindex(L, index);
  if (!has_address(L, index)) return luaL_tolstring(L, index, length);
  int kind = luaL_getmetafield(L, index, "__name");
  if (kind == LUA_TSTRING) return lua_tolstring(L, -1, length);
  if (kind != LUA_TNIL) lua_pop(L, 1);
  lua_pushstring(L, luaL_typename(L, index));
  return lua_tolstring(L, -1, length);
}

static int to_text(lua_State *L) {
  luaL_checkany(L, 1);
  script_push_text(L, 1, NULL);
  return 1;
}

static int print(lua_State *L) {
  int count = lua_gettop(L);
  luaL_Buffer buffer;
  luaL_buffinit(L, &buffer);
  for (int i = 1; i <= count; i++) {
    if (i > 1) luaL_addchar(&buffer, '\t');
    script_push_text(L, i, NULL);
    luaL_addvalue(&buffer);
  }
  luaL_addchar(&buffer, '\n');
  luaL_pushresult(&buffer);
  size_t length;
  const char *text = lua_tolstring(L, -1, &length);
  script_count_output(length);
  script_frame_begin(FRAME_OUTPUT);
  script_frame_text(text, length);
  script_frame_send();
  return 0;
}

// The library's own, which has no upvalues: called as a function of C, so that its messages name
// it as they do without us.
static lua_CFunction library_format;

static int format(lua_State *L) {
  size_t length;
  const char *text = luaL_checklstring(L, 1, &length);
  const char *end = text + length;
  int argument = 1;
  for (const char *at = text; at < end; at++) {
    if (*at != '%') continue;
    if (++at < end && *at == '%') continue;
    while (at < end && strchr("-+ #0123456789.", *at) && *at) at++;
    if (at == end) break;
    argument++;
    if (*at == 'p') return luaL_error(L, "invalid conversion '%%p' to 'format'");
    if (*at != 's' || lua_type(L, argument) <= LUA_TNIL || lua_isstring(L, argument)) continue;
    // Here and now: what a later `__tostring` does to it must not bring the address back.
    script_push_text(L, argument, NULL);
    lua_replace(L, argument);
  }
  return library_format(L);
}

void script_add_text_functions(lua_State *L) {
  static const luaL_Reg functions[] = {{"tostring", to_text}, {"print", print}, {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
}

void script_replace_format(lua_State *L) {
  lua_getfield(L, -1, "format");
  library_format = lua_tocfunction(L, -1);
  lua_pop(L, 1);
  lua_pushcfunction(L, format);
  lua_setfield(L, -2, "format");
}
