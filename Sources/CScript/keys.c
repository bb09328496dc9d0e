#include "keys.h"

#include "host.h"
#include "limits.h"

#include <lauxlib.h>
#include <string.h>

// MARK: Comparing

struct script_key script_key_of(lua_State *L, int index) {
  struct script_key key = {0};
  switch (lua_type(L, index)) {
  case LUA_TNUMBER:
    key.rank = RANK_NUMBER;
    key.is_integer = lua_isinteger(L, index);
    if (key.is_integer) {
      key.integer = lua_tointeger(L, index);
    } else {
      key.number = lua_tonumber(L, index);
    }
    return key;
  case LUA_TSTRING: {
    size_t length;
    key.rank = RANK_TEXT;
    key.text = lua_tolstring(L, index, &length);
    key.length = length;
    return key;
  }
  case LUA_TBOOLEAN:
    key.rank = RANK_BOOLEAN;
    key.serial = lua_toboolean(L, index);
    return key;
  case LUA_TUSERDATA:
    key.rank = RANK_PROXY;
    key.serial = script_proxy_serial(L, index);
    return key;
  case LUA_TTHREAD:
    key.rank = RANK_OBJECT;
    key.serial = script_serial(lua_getextraspace(lua_tothread(L, index)));
    return key;
  default: break;
  }
  const void *object = lua_topointer(L, index);
  if ((const void *)(uintptr_t)lua_tocfunction(L, index) == object) {
    // Has no block of its own; there are only those of the libraries, at fixed distances.
    key.rank = RANK_FUNCTION_OF_C;
    key.serial = (uint64_t)(uintptr_t)object;
  } else {
    key.rank = RANK_OBJECT;
    key.serial = script_serial(object);
  }
  return key;
}

static bool number_before(const struct script_key *one, const struct script_key *other) {
  if (one->is_integer && other->is_integer) return one->integer < other->integer;
  // Wide enough for every integer of 64 bits.
  long double left = one->is_integer ? (long double)one->integer : (long double)one->number;
  long double right = other->is_integer ? (long double)other->integer : (long double)other->number;
  return left < right;
}

bool script_is_before(const struct script_key *one, const struct script_key *other) {
  if (one->rank != other->rank) return one->rank < other->rank;
  if (one->rank == RANK_NUMBER) return number_before(one, other);
  if (one->rank != RANK_TEXT) return one->serial < other->serial;
  uint64_t shared = one->length < other->length ? one->length : other->length;
  int order = memcmp(one->text, other->text, shared);
  return order < 0 || (order == 0 && one->length < other->length);
}

// MARK: Sorting

// By merging. The C library's qsort is out of the question: it asks the kernel for the machine's
// memory, which no script may.
static struct script_key *sort(struct script_key *entries, struct script_key *room, size_t count) {
  for (size_t width = 1; width < count; width *= 2) {
    for (size_t start = 0; start < count; start += 2 * width) {
      size_t middle = start + width < count ? start + width : count;
      size_t end = middle + width < count ? middle + width : count;
      size_t left = start, right = middle;
      for (size_t at = start; at < end; at++) {
        bool takes_right =
            left == middle || (right < end && script_is_before(&entries[right], &entries[left]));
        room[at] = entries[takes_right ? right++ : left++];
      }
    }
    struct script_key *sorted = room;
    room = entries;
    entries = sorted;
  }
  return entries;
}

lua_Integer script_push_keys(lua_State *L, int table) {
  luaL_checkstack(L, 6, "a table's keys");
  lua_Integer count = 0;
  bool is_plain = true;
  lua_pushnil(L);
  while (lua_next(L, table)) {
    lua_pop(L, 1);
    count++;
    is_plain = is_plain && lua_isinteger(L, -1) && lua_tointeger(L, -1) == count;
  }
  if (is_plain) {
    lua_pushnil(L);
    return count;
  }
  if (count > INT32_MAX) script_breach(SCRIPT_LIMIT_MEMORY);

  // Of Lua's memory, so that it counts, and goes when an error comes.
  struct script_key *entries = lua_newuserdatauv(L, 2 * (size_t)count * sizeof *entries, 0);
  lua_createtable(L, (int)count, 0);
  int keys = lua_gettop(L);
  uint32_t at = 0;
  lua_pushnil(L);
  while (lua_next(L, table)) {
    lua_pop(L, 1);
    entries[at] = script_key_of(L, -1);
    entries[at].index = at + 1;
    at++;
    lua_pushvalue(L, -1);
    lua_rawseti(L, keys, at);
  }
  entries = sort(entries, entries + count, (size_t)count);
  lua_createtable(L, (int)count, 0);
  for (lua_Integer i = 0; i < count; i++) {
    lua_rawgeti(L, keys, entries[i].index);
    lua_rawseti(L, -2, i + 1);
  }
  lua_replace(L, keys - 1);
  lua_settop(L, keys - 1);
  return count;
}
