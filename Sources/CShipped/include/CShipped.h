// The plugins, fixtures and Lua modules that are part of the program.
#pragma once

#include <stddef.h>

/// One embedded file. Everything is static and never changes.
struct shipped_file {
  const char *_Nonnull path; ///< from the top of the source tree: "plugins/rootless.lua"
  const unsigned char *_Nonnull content;
  size_t length;
};

size_t shipped_count(void);
/// `index` below shipped_count().
const struct shipped_file *_Nonnull shipped_at(size_t index);
