// The keys of a table, in an order that is the same on every run.
#pragma once

#include <lua.h>
#include <stdbool.h>
#include <stdint.h>

enum script_key_rank {
  RANK_NUMBER,
  RANK_TEXT,
  RANK_BOOLEAN,
  RANK_OBJECT,
  RANK_PROXY,
  RANK_FUNCTION_OF_C,
};

/// What decides about a key's place.
struct script_key {
  uint8_t rank;
  bool is_integer;
  uint32_t index;  ///< where the key is in a list of keys
  uint64_t length; ///< of a text
  union {
    lua_Integer integer;
    lua_Number number;
    const char *text;
    uint64_t serial;
  };
};

/// The key at `index` of the stack; good as long as the key is.
struct script_key script_key_of(lua_State *L, int index);

bool script_is_before(const struct script_key *one, const struct script_key *other);

/// Pushes a list of the keys of the table at `table` (not relative to the top) in their order, or
/// nil when they are just 1, 2, 3 and so on in Lua's own order too.
/// @return their number.
lua_Integer script_push_keys(lua_State *L, int table);
