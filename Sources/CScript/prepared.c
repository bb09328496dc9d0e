#include "prepared.h"

#include "CScript.h"
#include "failures.h"
#include "frames.h"
#include "modules.h"

#include <string.h>
#include <unistd.h>

// Key of the registry: functions by the names of their texts.
static const char prepared_key;

// Found by its content: whoever has a text need not know what is made of it.
bool script_is_prepared(const char *name, size_t name_length, const void *text, size_t length) {
  if (!script_prepared) return false;
  for (const struct script_text *one = script_prepared; one->name; one++) {
    if (one->length == length && strlen(one->name) == name_length &&
        memcmp(one->name, name, name_length) == 0) {
      return memcmp(one->text, text, length) == 0;
    }
  }
  return false;
}

void script_prepare_texts(lua_State *L) {
  lua_newtable(L);
  for (const struct script_text *one = script_prepared; one && one->name; one++) {
    int status =
        script_compile(L, one->name, strlen(one->name), (const char *)one->text, one->length);
    // Part of the program: it compiles, or nothing does.
    if (status != LUA_OK) lua_error(L);
    lua_setfield(L, -2, one->name);
  }
  lua_rawsetp(L, LUA_REGISTRYINDEX, &prepared_key);
  // A small script then ends before the collector looks at all of this, which would copy the pages.
  lua_gc(L, LUA_GCCOLLECT);
}

void script_push_prepared(lua_State *L, const char *name, size_t length) {
  script_note_chunk(L, name, length);
  lua_rawgetp(L, LUA_REGISTRYINDEX, &prepared_key);
  lua_pushlstring(L, name, length);
  lua_rawget(L, -2);
  lua_remove(L, -2);
  if (!lua_isfunction(L, -1)) _exit(SCRIPT_EXIT_PROTOCOL);
}
