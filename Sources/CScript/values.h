// Lua values in frames. What crosses is plain: nil, booleans, numbers, strings of any bytes, and
// tables with the keys 1…n, or with names, or with both (the indexes are then written as their
// digits). Read without metamethods, so no code of the script runs.
#pragma once

#include <lua.h>
#include <stdbool.h>

enum script_value_tag {
  VALUE_NIL,
  VALUE_FALSE,
  VALUE_TRUE,
  VALUE_INTEGER, ///< eight bytes
  VALUE_NUMBER,  ///< eight bytes, IEEE 754
  VALUE_STRING,  ///< a text
  VALUE_LIST,    ///< count (4 bytes), that many values
  VALUE_TABLE,   ///< count (4 bytes), that many pairs of text and value
  VALUE_FUNCTION,
};

/// What a value is, for messages.
struct script_subject {
  const char *call; ///< the call that it is an argument of, or NULL
  int argument;     ///< which one
  int arguments;    ///< of how many
};

/// Appends the value at `index` to the frame in the making. What cannot cross raises a Lua error at
/// the plugin's line that names the place in the value.
/// @param functions whether functions are written as markers, or cannot cross.
void script_write_value(lua_State *L, int index, bool functions, struct script_subject subject);

/// Pushes the value that comes next in the received frame.
void script_take_value(lua_State *L);

/// Whether a text is valid UTF-8, as the core understands it.
bool script_is_utf8(const char *text, size_t length);
