#include "values.h"

#include "failures.h"
#include "frames.h"
#include "limits.h"

#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

// Where in a value we are, for messages: the last key of each table on the way.
struct path {
  const struct path *outer;
  const char *key; ///< NULL for an index
  lua_Integer index;
  unsigned depth;
};

struct writing {
  lua_State *L;
  struct script_subject subject;
  bool functions;
  uint32_t items;
};

static void write_value(struct writing *writing, int index, const struct path *path);

// MARK: What cannot cross

__attribute__((noreturn)) static void refuse(struct writing *writing, const struct path *path,
                                             const char *why) {
  lua_State *L = writing->L;
  // Filled from its end, so that the innermost key comes last.
  char text[200];
  size_t at = sizeof text - 1;
  text[at] = 0;
  for (; path; path = path->outer) {
    char part[80];
    int length = path->key ? snprintf(part, sizeof part, "%s%.60s", path->outer ? "." : "", path->key)
                           : snprintf(part, sizeof part, "[%lld]", (long long)path->index);
    if (length < 0 || (size_t)length >= sizeof part || (size_t)length > at) break;
    at -= (size_t)length;
    memcpy(text + at, part, (size_t)length);
  }
  const char *place = text + at;
  struct script_subject subject = writing->subject;
  if (!subject.call) {
    lua_pushfstring(L, *place ? "field %s of the value %s" : "the value%s %s", place, why);
  } else if (subject.arguments > 1) {
    const char *format = *place ? "%s: argument %d, field %s %s" : "%s: argument %d%s %s";
    lua_pushfstring(L, format, subject.call, subject.argument, place, why);
  } else {
    const char *format = *place ? "%s: field %s %s" : "%s: the argument%s %s";
    lua_pushfstring(L, format, subject.call, place, why);
  }
  script_raise(L);
}

bool script_is_utf8(const char *text, size_t length) {
  const unsigned char *at = (const unsigned char *)text, *end = at + length;
  while (at < end) {
    unsigned first = *at++;
    if (first < 0x80) continue;
    int more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
    if (first < 0xc2 || first > 0xf4 || end - at < more) return false;
    // The second byte's bounds keep out what is too long, surrogates, and what is beyond Unicode.
    unsigned least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    unsigned most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (*at < least || *at > most) return false;
    for (int i = 1; i < more; i++) {
      if ((at[i] & 0xc0) != 0x80) return false;
    }
    at += more;
  }
  return true;
}

// MARK: What can

static bool is_index(const char *key, size_t length, lua_Integer count) {
  lua_Integer number = 0;
  if (length == 0 || length > 9 || key[0] == '0') return false;
  for (size_t i = 0; i < length; i++) {
    if (key[i] < '0' || key[i] > '9') return false;
    number = number * 10 + (key[i] - '0');
  }
  return number <= count;
}

static void write_list(struct writing *writing, int index, struct path *here, lua_Integer count) {
  script_frame_byte(VALUE_LIST);
  script_frame_number((uint32_t)count);
  for (lua_Integer i = 1; i <= count; i++) {
    here->index = i;
    lua_rawgeti(writing->L, index, i);
    write_value(writing, lua_gettop(writing->L), here);
    lua_pop(writing->L, 1);
  }
}

// The key at `index` of a table that is no plain list.
static void write_key(struct writing *writing, int index, struct path *here, lua_Integer listed) {
  lua_State *L = writing->L;
  if (lua_type(L, index) != LUA_TSTRING) {
    char digits[24];
    here->key = NULL;
    here->index = lua_tointeger(L, index);
    int length = snprintf(digits, sizeof digits, "%lld", (long long)here->index);
    script_frame_text(digits, (size_t)length);
    return;
  }
  size_t length;
  const char *key = lua_tolstring(L, index, &length);
  here->key = key;
  if (!script_is_utf8(key, length)) refuse(writing, here->outer, "has a name that is not UTF-8");
  if (is_index(key, length, listed)) {
    refuse(writing, here, "is there twice, as a number and as text");
  }
  script_frame_text(key, length);
}

static void write_table(struct writing *writing, int index, const struct path *path) {
  lua_State *L = writing->L;
  unsigned depth = path ? path->depth : 0;
  if (depth >= script_allowed.depth) {
    refuse(writing, NULL, "has too many tables within tables (or one within itself)");
  }
  luaL_checkstack(L, 4, "a value");

  lua_Integer count = 0, listed = 0, length = (lua_Integer)lua_rawlen(L, index);
  lua_pushnil(L);
  while (lua_next(L, index)) {
    lua_pop(L, 1);
    count++;
    if (lua_isinteger(L, -1)) {
      lua_Integer key = lua_tointeger(L, -1);
      if (key < 1 || key > length) refuse(writing, path, "is a list with holes");
      listed++;
    } else if (lua_type(L, -1) != LUA_TSTRING) {
      refuse(writing, path, "has a key that is neither text nor a whole number");
    }
  }
  if (listed != length) refuse(writing, path, "is a list with holes");
  if (count > script_allowed.items) script_breach(SCRIPT_LIMIT_ITEMS);

  struct path here = {.outer = path, .depth = depth + 1};
  if (listed == count) {
    write_list(writing, index, &here, count);
    return;
  }
  script_frame_byte(VALUE_TABLE);
  script_frame_number((uint32_t)count);
  lua_pushnil(L);
  while (lua_next(L, index)) {
    int value = lua_gettop(L);
    write_key(writing, value - 1, &here, listed);
    write_value(writing, value, &here);
    lua_pop(L, 1);
  }
}

static void write_number(lua_State *L, int index) {
  if (lua_isinteger(L, index)) {
    int64_t number = lua_tointeger(L, index);
    script_frame_byte(VALUE_INTEGER);
    script_frame_bytes(&number, sizeof number);
  } else {
    double number = lua_tonumber(L, index);
    script_frame_byte(VALUE_NUMBER);
    script_frame_bytes(&number, sizeof number);
  }
}

static void write_value(struct writing *writing, int index, const struct path *path) {
  lua_State *L = writing->L;
  if (++writing->items > script_allowed.items) script_breach(SCRIPT_LIMIT_ITEMS);
  switch (lua_type(L, index)) {
  case LUA_TNIL: script_frame_byte(VALUE_NIL); return;
  case LUA_TBOOLEAN: script_frame_byte(lua_toboolean(L, index) ? VALUE_TRUE : VALUE_FALSE); return;
  case LUA_TNUMBER: write_number(L, index); return;
  case LUA_TSTRING: {
    size_t length;
    const char *text = lua_tolstring(L, index, &length);
    script_frame_byte(VALUE_STRING);
    script_frame_text(text, length);
    return;
  }
  case LUA_TTABLE: write_table(writing, index, path); return;
  case LUA_TFUNCTION:
    if (!writing->functions) refuse(writing, path, "is a function; only plain values can be given");
    script_frame_byte(VALUE_FUNCTION);
    return;
  case LUA_TUSERDATA: refuse(writing, path, "is a part of the host; only plain values can be given");
  default: refuse(writing, path, "is a coroutine; only plain values can be given");
  }
}

void script_write_value(lua_State *L, int index, bool functions, struct script_subject subject) {
  struct writing writing = {.L = L, .subject = subject, .functions = functions};
  write_value(&writing, lua_absindex(L, index), NULL);
}
