// Frames between core and script: four bytes of length (little endian, the length of what follows), one byte of kind,
// and fields. A text is four bytes of length and its bytes; a value is a tag and what belongs to it.
//
// From the core:
//   LOAD    text name, text source        → TABLE or ERROR
//   CALL    text function, count (1 byte), that many arguments → DONE or ERROR, after any number of HOST, REQUIRE, OUTPUT
//           an argument is PROXY and a text, or VALUE and a value
//   REPLY   value                         answers HOST
//   FAIL    text message                  answers HOST: raised in the script
//   MODULE  text name, text source        answers REQUIRE
//   MISSING text message                  answers REQUIRE: raised in the script
// From the script:
//   TABLE   value;   DONE value
//   HOST    text name, position, position of the innermost frame, count (1 byte), values
//   REQUIRE text name
//   OUTPUT  text
//   ERROR   kind (1 byte), text message, position, count (4 bytes), that many texts (the trace)
//   LIMIT   text name, position          and the process ends
//   LOCKED  text reason                  the process could not be locked, and ends
// A position is a text (the file; empty when unknown) and four bytes of line.
#pragma once

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum frame_kind {
  FRAME_LOAD = 'L', FRAME_CALL = 'C', FRAME_REPLY = 'R', FRAME_FAIL = 'F', FRAME_MODULE = 'M', FRAME_MISSING = 'N',
  FRAME_TABLE = 'T', FRAME_DONE = 'D', FRAME_HOST = 'H', FRAME_REQUIRE = 'Q', FRAME_OUTPUT = 'O', FRAME_ERROR = 'E',
  FRAME_LIMIT = '!', FRAME_LOCKED = 'U',
};

enum value_tag {
  VALUE_NIL, VALUE_FALSE, VALUE_TRUE, VALUE_INTEGER, VALUE_NUMBER, VALUE_STRING, VALUE_LIST, VALUE_TABLE, VALUE_FUNCTION,
};

enum argument_kind { ARGUMENT_VALUE = 'V', ARGUMENT_PROXY = 'P' };
enum error_kind { ERROR_SYNTAX = 's', ERROR_RUNTIME = 'r', ERROR_NO_TABLE = 't' };

/// A place in a script's text.
struct position {
  const char *file; ///< valid as long as the function that it was taken from
  size_t file_length;
  int line;
};

/// The descriptor of the socket in every script process.
enum { SCRIPT_SOCKET = 0 };

// Writing. One frame is in the making at a time; a frame that grows beyond the limit ends the process.
void frame_begin(enum frame_kind kind);
void frame_byte(uint8_t byte);
void frame_number(uint32_t number);
void frame_text(const char *text, size_t length);
void frame_position(struct position position);
/// Appends the value at `index`; raises a Lua error that names the place in the value for what cannot cross.
/// @param what what the value is, for the message: "argument 1".
void frame_value(lua_State *L, int index, bool functions, const char *what);
void frame_send(void);

// Reading. The core is trusted to write sound frames, but a short one must end the process, not run on.
enum frame_kind frame_receive(void);
uint8_t take_byte(void);
const char *take_text(size_t *length);
/// Pushes a value.
void take_value(lua_State *L);
