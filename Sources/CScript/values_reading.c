#include "frames.h"
#include "values.h"

#include <lauxlib.h>
#include <string.h>
#include <unistd.h>

static void take_value(lua_State *L, unsigned depth);

// Room for as many as there can be, given what is left to read.
static int room(uint32_t count) {
  return count < 4096 ? (int)count : 4096;
}

static void take_table(lua_State *L, bool named, unsigned depth) {
  uint32_t count = script_take_number();
  lua_createtable(L, named ? 0 : room(count), named ? room(count) : 0);
  for (uint32_t i = 1; i <= count; i++) {
    if (named) {
      size_t length;
      const char *key = script_take_text(&length);
      lua_pushlstring(L, key, length);
    }
    take_value(L, depth + 1);
    if (named) {
      lua_rawset(L, -3);
    } else {
      lua_rawseti(L, -2, i);
    }
  }
}

static void take_value(lua_State *L, unsigned depth) {
  if (depth > 200) _exit(SCRIPT_EXIT_PROTOCOL);
  luaL_checkstack(L, 4, "a value");
  uint8_t tag = script_take_byte();
  switch (tag) {
  case VALUE_NIL: lua_pushnil(L); return;
  case VALUE_FALSE: lua_pushboolean(L, 0); return;
  case VALUE_TRUE: lua_pushboolean(L, 1); return;
  case VALUE_INTEGER: {
    int64_t number;
    memcpy(&number, script_take_bytes(sizeof number), sizeof number);
    lua_pushinteger(L, number);
    return;
  }
  case VALUE_NUMBER: {
    double number;
    memcpy(&number, script_take_bytes(sizeof number), sizeof number);
    lua_pushnumber(L, number);
    return;
  }
  case VALUE_STRING: {
    size_t length;
    const char *text = script_take_text(&length);
    lua_pushlstring(L, text, length);
    return;
  }
  case VALUE_LIST:
  case VALUE_TABLE: take_table(L, tag == VALUE_TABLE, depth); return;
  default: _exit(SCRIPT_EXIT_PROTOCOL);
  }
}

void script_take_value(lua_State *L) {
  take_value(L, 0);
}
