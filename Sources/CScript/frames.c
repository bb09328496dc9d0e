#include "frames.h"

#include "limits.h"

#include <errno.h>
#include <lauxlib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static unsigned char outgoing[SCRIPT_FRAME_MAX + 8];
static size_t outgoing_length;
static uint32_t outgoing_items;

static unsigned char incoming[SCRIPT_FRAME_MAX + 8];
static size_t incoming_length, incoming_place;

static void append(const void *bytes, size_t length) {
  if (length > script_limits.frame || outgoing_length + length > script_limits.frame + 4) {
    limit_breach("frame size");
  }
  memcpy(outgoing + outgoing_length, bytes, length);
  outgoing_length += length;
}

void frame_begin(enum frame_kind kind) {
  outgoing_length = 4;
  outgoing_items = 0;
  frame_byte((uint8_t)kind);
}

void frame_byte(uint8_t byte) {
  append(&byte, 1);
}

void frame_number(uint32_t number) {
  append(&number, sizeof number);
}

void frame_text(const char *text, size_t length) {
  if (length > script_limits.frame) limit_breach("frame size");
  frame_number((uint32_t)length);
  append(text, length);
}

void frame_position(struct position position) {
  frame_text(position.file, position.file_length);
  frame_number(position.line > 0 ? (uint32_t)position.line : 0);
}

void frame_send(void) {
  uint32_t length = (uint32_t)(outgoing_length - 4);
  memcpy(outgoing, &length, sizeof length);
  size_t done = 0;
  while (done < outgoing_length) {
    ssize_t count = write(SCRIPT_SOCKET, outgoing + done, outgoing_length - done);
    if (count > 0) {
      done += (size_t)count;
    } else if (errno != EINTR) {
      _exit(1);
    }
  }
}

// Where in a value we are, for messages: the last key of each table on the way.
struct path {
  const struct path *outer;
  const char *key; ///< NULL for an index
  lua_Integer index;
};

static void write_value(lua_State *L, int index, bool functions, const char *what, const struct path *path);

static void describe(lua_State *L, const char *what, const struct path *path) {
  // Filled from its end, so that the innermost key comes last.
  char text[200];
  size_t at = sizeof text - 1;
  text[at] = 0;
  for (; path; path = path->outer) {
    char part[80];
    int length = path->key ? snprintf(part, sizeof part, ".%.60s", path->key)
                           : snprintf(part, sizeof part, "[%lld]", (long long)path->index);
    if (length < 0 || (size_t)length >= sizeof part || (size_t)length > at) break;
    at -= (size_t)length;
    memcpy(text + at, part, (size_t)length);
  }
  lua_pushfstring(L, "%s%s", what, text + at);
}

__attribute__((noreturn)) static void refuse(lua_State *L, const char *what, const struct path *path, const char *why) {
  describe(L, what, path);
  struct position position = position_of_plugin(L, NULL);
  if (position.line > 0) {
    lua_pushlstring(L, position.file, position.file_length);
    lua_pushfstring(L, "%s:%d: %s %s", lua_tostring(L, -1), position.line, lua_tostring(L, -2), why);
  } else {
    lua_pushfstring(L, "%s %s", lua_tostring(L, -1), why);
  }
  lua_error(L);
  __builtin_unreachable();
}

// A key of a table that is no plain list: a string, or an index of its list part, written as its digits.
static void write_key(lua_State *L, int index, const char *what, const struct path *path, struct path *here) {
  static char digits[24];
  if (lua_type(L, index) == LUA_TSTRING) {
    size_t length;
    const char *key = lua_tolstring(L, index, &length);
    frame_text(key, length);
    here->key = key;
  } else if (lua_isinteger(L, index)) {
    int length = snprintf(digits, sizeof digits, "%lld", (long long)lua_tointeger(L, index));
    frame_text(digits, (size_t)length);
    here->key = NULL;
    here->index = lua_tointeger(L, index);
  } else {
    refuse(L, what, path, "has a key that is neither a string nor a whole number");
  }
}

static void write_table(lua_State *L, int index, bool functions, const char *what, const struct path *path) {
  unsigned depth = 0;
  for (const struct path *outer = path; outer; outer = outer->outer) depth++;
  if (depth >= script_limits.depth) refuse(L, what, NULL, "has too many tables within tables (or one within itself)");
  luaL_checkstack(L, 4, "a value");

  lua_Integer count = 0, listed = 0;
  lua_Integer length = (lua_Integer)lua_rawlen(L, index);
  lua_pushnil(L);
  while (lua_next(L, index)) {
    count++;
    if (lua_isinteger(L, -2)) {
      lua_Integer key = lua_tointeger(L, -2);
      if (key < 1 || key > length) refuse(L, what, path, "is a list with holes");
      listed++;
    }
    lua_pop(L, 1);
  }
  if (listed != length) refuse(L, what, path, "is a list with holes");
  if (count > script_limits.items) limit_breach("values in a frame");

  struct path here = {.outer = path};
  if (listed == count) {
    frame_byte(VALUE_LIST);
    frame_number((uint32_t)count);
    for (lua_Integer i = 1; i <= count; i++) {
      here.index = i;
      lua_rawgeti(L, index, i);
      write_value(L, lua_gettop(L), functions, what, &here);
      lua_pop(L, 1);
    }
    return;
  }
  frame_byte(VALUE_TABLE);
  frame_number((uint32_t)count);
  lua_pushnil(L);
  while (lua_next(L, index)) {
    write_key(L, lua_gettop(L) - 1, what, path, &here);
    write_value(L, lua_gettop(L), functions, what, &here);
    lua_pop(L, 1);
  }
}

static void write_value(lua_State *L, int index, bool functions, const char *what, const struct path *path) {
  if (++outgoing_items > script_limits.items) limit_breach("values in a frame");
  switch (lua_type(L, index)) {
  case LUA_TNIL: frame_byte(VALUE_NIL); return;
  case LUA_TBOOLEAN: frame_byte(lua_toboolean(L, index) ? VALUE_TRUE : VALUE_FALSE); return;
  case LUA_TNUMBER:
    if (lua_isinteger(L, index)) {
      int64_t number = lua_tointeger(L, index);
      frame_byte(VALUE_INTEGER);
      append(&number, sizeof number);
    } else {
      double number = lua_tonumber(L, index);
      frame_byte(VALUE_NUMBER);
      append(&number, sizeof number);
    }
    return;
  case LUA_TSTRING: {
    size_t length;
    const char *text = lua_tolstring(L, index, &length);
    frame_byte(VALUE_STRING);
    frame_text(text, length);
    return;
  }
  case LUA_TTABLE: write_table(L, index, functions, what, path); return;
  case LUA_TFUNCTION:
    if (functions) {
      frame_byte(VALUE_FUNCTION);
      return;
    }
    refuse(L, what, path, "is a function, and only plain values cross to the host");
  default: refuse(L, what, path, "is no plain value: nil, boolean, number, string or table");
  }
}

void frame_value(lua_State *L, int index, bool functions, const char *what) {
  write_value(L, lua_absindex(L, index), functions, what, NULL);
}

// Reading

static void fill(size_t wanted) {
  while (incoming_length < wanted) {
    ssize_t count = read(SCRIPT_SOCKET, incoming + incoming_length, sizeof incoming - incoming_length);
    if (count > 0) {
      incoming_length += (size_t)count;
    } else if (count == 0 || errno != EINTR) {
      // The core is gone, or wants nothing more.
      _exit(0);
    }
  }
}

enum frame_kind frame_receive(void) {
  incoming_length = 0;
  fill(4);
  uint32_t length;
  memcpy(&length, incoming, sizeof length);
  if (length == 0 || length > SCRIPT_FRAME_MAX) _exit(2);
  fill(4 + (size_t)length);
  incoming_length = 4 + (size_t)length;
  incoming_place = 4;
  return (enum frame_kind)take_byte();
}

static const void *take(size_t length) {
  if (length > incoming_length - incoming_place) _exit(2);
  const void *place = incoming + incoming_place;
  incoming_place += length;
  return place;
}

uint8_t take_byte(void) {
  return *(const uint8_t *)take(1);
}

static uint32_t take_number(void) {
  uint32_t number;
  memcpy(&number, take(sizeof number), sizeof number);
  return number;
}

const char *take_text(size_t *length) {
  *length = take_number();
  return take(*length);
}

void take_value(lua_State *L) {
  luaL_checkstack(L, 4, "a value");
  switch (take_byte()) {
  case VALUE_NIL: lua_pushnil(L); return;
  case VALUE_FALSE: lua_pushboolean(L, 0); return;
  case VALUE_TRUE: lua_pushboolean(L, 1); return;
  case VALUE_INTEGER: {
    int64_t number;
    memcpy(&number, take(sizeof number), sizeof number);
    lua_pushinteger(L, number);
    return;
  }
  case VALUE_NUMBER: {
    double number;
    memcpy(&number, take(sizeof number), sizeof number);
    lua_pushnumber(L, number);
    return;
  }
  case VALUE_STRING: {
    size_t length;
    const char *text = take_text(&length);
    lua_pushlstring(L, text, length);
    return;
  }
  case VALUE_LIST: {
    uint32_t count = take_number();
    lua_createtable(L, (int)(count < 1024 ? count : 1024), 0);
    for (uint32_t i = 1; i <= count; i++) {
      take_value(L);
      lua_rawseti(L, -2, i);
    }
    return;
  }
  case VALUE_TABLE: {
    uint32_t count = take_number();
    lua_createtable(L, 0, (int)(count < 1024 ? count : 1024));
    for (uint32_t i = 0; i < count; i++) {
      size_t length;
      const char *key = take_text(&length);
      lua_pushlstring(L, key, length);
      take_value(L);
      lua_rawset(L, -3);
    }
    return;
  }
  default: _exit(2);
  }
}
