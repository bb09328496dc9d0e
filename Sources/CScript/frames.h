// Frames between core and script: four bytes of length (little endian, the length of what
// follows), one byte of kind, and fields. A text is four bytes of length and its bytes; a value is
// a tag and what belongs to it (values.h); a position is a text (the file; empty when unknown) and
// four bytes of line.
//
// From the core:
//   LOAD    text name, text source        → TABLE or ERROR
//   CALL    text path, count (1 byte), that many arguments → DONE or ERROR, after any number of
//           HOST, REQUIRE and OUTPUT; an argument is PROXY and a text, or VALUE and a value
//   REPLY   value                         answers HOST
//   FAIL    text message, text hint       answers HOST: raised in the script; hint may be empty
//   MODULE  text name, text source        answers REQUIRE
//   MISSING text message                  answers REQUIRE: raised in the script
//   READY   text name                     LOAD or MODULE of a text that the zygote has compiled
// From the script:
//   TABLE   value;   DONE value
//   HOST    text name, position, position of the innermost frame (empty when it is the same),
//           count (1 byte), that many values
//   REQUIRE text name
//   OUTPUT  text
//   ERROR   kind (1 byte), text message, text hint, position, count (4 bytes), that many texts
//           (the trace, innermost first)
//   LIMIT   text name, position           and the process ends
//   LOCKED  text reason                   the process could not be locked, and ends
#pragma once

#include "positions.h"

#include <stddef.h>
#include <stdint.h>

enum script_frame_kind {
  FRAME_LOAD = 'L',
  FRAME_CALL = 'C',
  FRAME_REPLY = 'R',
  FRAME_FAIL = 'F',
  FRAME_MODULE = 'M',
  FRAME_MISSING = 'N',
  FRAME_READY = 'P',
  FRAME_TABLE = 'T',
  FRAME_DONE = 'D',
  FRAME_HOST = 'H',
  FRAME_REQUIRE = 'Q',
  FRAME_OUTPUT = 'O',
  FRAME_ERROR = 'E',
  FRAME_LIMIT = '!',
  FRAME_LOCKED = 'U',
};

enum script_argument_kind { ARGUMENT_VALUE = 'V', ARGUMENT_PROXY = 'P' };
enum script_error_kind { ERROR_SYNTAX = 's', ERROR_RUNTIME = 'r', ERROR_NO_TABLE = 't' };

/// The descriptors of the two pipes in every script process; the only ones there are.
enum { SCRIPT_INPUT = 0, SCRIPT_OUTPUT = 1 };

/// What the exit status of a script process says; only for whoever looks with a debugger, the
/// frames say it better.
enum script_exit {
  SCRIPT_EXIT_DONE = 0,
  SCRIPT_EXIT_PIPE = 1,
  SCRIPT_EXIT_PROTOCOL = 2,
  SCRIPT_EXIT_LIMIT = 3,
  SCRIPT_EXIT_UNLOCKED = 4,
  SCRIPT_EXIT_LUA = 5,
};

// Writing. One frame is in the making at a time, and one that is given up on (by a Lua error) costs
// nothing; one that grows beyond the limit ends the process.
void script_frame_begin(enum script_frame_kind kind);
void script_frame_byte(uint8_t byte);
void script_frame_number(uint32_t number);
void script_frame_bytes(const void *bytes, size_t length);
void script_frame_text(const char *text, size_t length);
void script_frame_position(struct script_position position);
void script_frame_send(void);

/// Whether half a frame may be on its way, so that a signal handler must not send another.
bool script_frame_is_sending(void);

// Reading. The core is trusted to write sound frames, but a short one must end the process, not
// run on. What is returned stays until the next frame is received.
enum script_frame_kind script_frame_receive(void);
uint8_t script_take_byte(void);
uint32_t script_take_number(void);
const void *script_take_bytes(size_t length);
const char *script_take_text(size_t *length);
