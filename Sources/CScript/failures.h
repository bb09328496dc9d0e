// Errors of a script, on their way to the core: their text, their place, and where they came by.
#pragma once

#include "frames.h"

#include <lua.h>

/// Prepares what is kept in the registry.
void script_prepare_failures(lua_State *L);

/// Notes that the core named a chunk so: messages that begin with it have their place from there.
void script_note_chunk(lua_State *L, const char *name, size_t length);

/// Raises the text on top of the stack, with the plugin's "file:line: " in front.
__attribute__((noreturn)) void script_raise(lua_State *L);

/// As script_raise, with a hint that goes to the core if nothing catches the error.
__attribute__((noreturn)) void script_raise_with_hint(lua_State *L, const char *hint, size_t length);

/// A message handler (lua_CFunction): notes text, place and trace, and returns the error as it is.
/// One that was noted before and is only passed on keeps its first place.
int script_handle_error(lua_State *L);

/// Sends the error on top of the stack, which a call with script_handle_error gave.
/// @param status what that call returned.
void script_send_error(lua_State *L, int status);

/// Sends a syntax error: the text on top of the stack, as the parser gave it.
void script_send_syntax_error(lua_State *L);

/// Sends an error of the core's making.
/// @param file whose first line it is about; NULL when there is none.
void script_send_text_error(enum script_error_kind kind, const char *text, const char *file);
