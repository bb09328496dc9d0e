#include "order.h"

#include "keys.h"

#include <lauxlib.h>
#include <stdbool.h>

// MARK: Iterators

// Upvalues of both iterators: the table, its keys, how many there are, how many are used up.
enum { TABLE = 1, KEYS, COUNT, USED };
#define UPVALUE(which) lua_upvalueindex(which)

// Pushes the next key that still has a value, and the value.
// @return 2, or 1 and a nil at the end.
static int advance(lua_State *L, lua_Integer at) {
  lua_Integer count = lua_tointeger(L, UPVALUE(COUNT));
  bool is_plain = lua_isnil(L, UPVALUE(KEYS));
  while (++at <= count) {
    if (is_plain) {
      lua_pushinteger(L, at);
    } else {
      lua_rawgeti(L, UPVALUE(KEYS), at);
    }
    lua_pushvalue(L, -1);
    // A key that was taken out on the way is passed over.
    if (lua_rawget(L, UPVALUE(TABLE)) != LUA_TNIL) break;
    lua_pop(L, 2);
  }
  lua_pushinteger(L, at);
  lua_replace(L, UPVALUE(USED));
  if (at <= count) return 2;
  lua_pushnil(L);
  return 1;
}

static int next_of_pairs(lua_State *L) {
  lua_settop(L, 0);
  return advance(L, lua_tointeger(L, UPVALUE(USED)));
}

static int pairs(lua_State *L) {
  luaL_checkany(L, 1);
  if (luaL_getmetafield(L, 1, "__pairs") != LUA_TNIL) {
    lua_pushvalue(L, 1);
    lua_call(L, 1, 3);
    return 3;
  }
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  lua_pushvalue(L, 1);
  lua_Integer count = script_push_keys(L, 1);
  lua_pushinteger(L, count);
  lua_pushinteger(L, 0);
  lua_pushcclosure(L, next_of_pairs, 4);
  lua_pushvalue(L, 1);
  lua_pushnil(L);
  return 3;
}

// The first pair, found without sorting: `next(t) == nil` is how one asks whether a table is empty.
static int push_first(lua_State *L) {
  struct script_key best = {0};
  lua_pushnil(L);
  lua_pushnil(L);
  while (lua_next(L, 1)) {
    lua_pop(L, 1);
    struct script_key entry = script_key_of(L, -1);
    if (!lua_isnil(L, 3) && !script_is_before(&entry, &best)) continue;
    best = entry;
    lua_pushvalue(L, -1);
    lua_replace(L, 3);
  }
  if (lua_isnil(L, 3)) return 1;
  lua_pushvalue(L, 3);
  lua_rawget(L, 1);
  return 2;
}

// How many of the kept keys come before or are the one at index 2; -1 when it is not the kept
// table.
static lua_Integer place_of_key(lua_State *L) {
  if (!lua_rawequal(L, 1, UPVALUE(TABLE))) return -1;
  bool is_plain = lua_isnil(L, UPVALUE(KEYS));
  lua_Integer used = lua_tointeger(L, UPVALUE(USED)), count = lua_tointeger(L, UPVALUE(COUNT));
  struct script_key key = script_key_of(L, 2);
  for (int round = 0; round < 2; round++) {
    // Nearly always it is the one that was given last.
    lua_Integer low = round == 0 && used > 0 ? used : 1, high = round == 0 ? low : count;
    while (low <= high) {
      lua_Integer middle = low + (high - low) / 2;
      if (middle > count) break;
      if (is_plain) {
        lua_pushinteger(L, middle);
      } else {
        lua_rawgeti(L, UPVALUE(KEYS), middle);
      }
      bool is_found = lua_rawequal(L, -1, 2);
      struct script_key entry = script_key_of(L, -1);
      lua_pop(L, 1);
      if (is_found) return middle;
      if (script_is_before(&entry, &key)) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    if (round == 1) return low - 1;
  }
  return -1;
}

static int next(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 2);
  if (lua_isnil(L, 2)) {
    // A new round: keys may have come since the last one.
    if (lua_rawequal(L, 1, UPVALUE(TABLE))) {
      lua_pushnil(L);
      lua_replace(L, UPVALUE(TABLE));
    }
    return push_first(L);
  }
  lua_Integer place = place_of_key(L);
  if (place < 0) {
    lua_Integer count = script_push_keys(L, 1);
    lua_replace(L, UPVALUE(KEYS));
    lua_pushinteger(L, count);
    lua_replace(L, UPVALUE(COUNT));
    lua_pushinteger(L, 0);
    lua_replace(L, UPVALUE(USED));
    lua_pushvalue(L, 1);
    lua_replace(L, UPVALUE(TABLE));
    place = place_of_key(L);
  }
  return advance(L, place);
}

void script_add_iterators(lua_State *L) {
  lua_pushcfunction(L, pairs);
  lua_setfield(L, -2, "pairs");
  for (int i = TABLE; i <= USED; i++) lua_pushnil(L);
  lua_pushcclosure(L, next, 4);
  lua_setfield(L, -2, "next");
}
