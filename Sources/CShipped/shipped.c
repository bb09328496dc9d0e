// The list of what is embedded; a test holds it against the directories.
#include "CShipped.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

// A name for each file's bytes, the bytes themselves, and the entry of the list.
#define FILES \
  FILE_ENTRY(install, "plugins/install.lua") \
  FILE_ENTRY(cgroups, "plugins/cgroups.lua") \
  FILE_ENTRY(rootless, "plugins/rootless.lua")

static const unsigned char install[] = {
#embed "../../plugins/install.lua"
};
static const unsigned char cgroups[] = {
#embed "../../plugins/cgroups.lua"
};
static const unsigned char rootless[] = {
#embed "../../plugins/rootless.lua"
};

#define FILE_ENTRY(name, path) {path, name, sizeof name},
static const struct shipped_file files[] = {FILES};

size_t shipped_count(void) {
  return sizeof files / sizeof *files;
}

const struct shipped_file *shipped_at(size_t index) {
  return &files[index];
}
