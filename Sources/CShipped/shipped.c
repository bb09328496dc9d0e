// Written by scripts/embed: the Lua files that are part of the program.
#include "CShipped.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char file0[] = {
#embed "../../plugins/cgroups.lua"
};
static const unsigned char file1[] = {
#embed "../../plugins/install.lua"
};
static const unsigned char file2[] = {
#embed "../../plugins/rootless.lua"
};
static const unsigned char file3[] = {
#embed "../../stdlib/alpod/template.lua"
};
static const unsigned char file4[] = {
#embed "../../stdlib/catalog/alpine-3.18.lua"
};
static const unsigned char file5[] = {
#embed "../../stdlib/catalog/alpine-3.20.lua"
};
static const unsigned char file6[] = {
#embed "../../stdlib/catalog/alpine-3.23.lua"
};
static const unsigned char file7[] = {
#embed "../../stdlib/catalog/common-base.lua"
};
static const unsigned char file8[] = {
#embed "../../stdlib/catalog/common-extra.lua"
};
static const unsigned char file9[] = {
#embed "../../stdlib/catalog/common-machine.lua"
};
static const unsigned char file10[] = {
#embed "../../stdlib/catalog/common-openrc.lua"
};
static const unsigned char file11[] = {
#embed "../../stdlib/catalog/common-podman.lua"
};
static const unsigned char file12[] = {
#embed "../../stdlib/fixtures/alpine-3.18.lua"
};
static const unsigned char file13[] = {
#embed "../../stdlib/fixtures/alpine-3.20.lua"
};
static const unsigned char file14[] = {
#embed "../../stdlib/fixtures/alpine-3.23.lua"
};
static const unsigned char file15[] = {
#embed "../../stdlib/fixtures/cgroups-hybrid.lua"
};
static const unsigned char file16[] = {
#embed "../../stdlib/fixtures/done.lua"
};
static const unsigned char file17[] = {
#embed "../../stdlib/fixtures/many-users.lua"
};
static const unsigned char file18[] = {
#embed "../../stdlib/fixtures/messy.lua"
};
static const unsigned char file19[] = {
#embed "../../stdlib/fixtures/minirootfs.lua"
};
static const unsigned char file20[] = {
#embed "../../stdlib/fixtures/podman-4.lua"
};

static const struct shipped_file files[] = {
    {"plugins/cgroups.lua", file0, sizeof file0},
    {"plugins/install.lua", file1, sizeof file1},
    {"plugins/rootless.lua", file2, sizeof file2},
    {"stdlib/alpod/template.lua", file3, sizeof file3},
    {"stdlib/catalog/alpine-3.18.lua", file4, sizeof file4},
    {"stdlib/catalog/alpine-3.20.lua", file5, sizeof file5},
    {"stdlib/catalog/alpine-3.23.lua", file6, sizeof file6},
    {"stdlib/catalog/common-base.lua", file7, sizeof file7},
    {"stdlib/catalog/common-extra.lua", file8, sizeof file8},
    {"stdlib/catalog/common-machine.lua", file9, sizeof file9},
    {"stdlib/catalog/common-openrc.lua", file10, sizeof file10},
    {"stdlib/catalog/common-podman.lua", file11, sizeof file11},
    {"stdlib/fixtures/alpine-3.18.lua", file12, sizeof file12},
    {"stdlib/fixtures/alpine-3.20.lua", file13, sizeof file13},
    {"stdlib/fixtures/alpine-3.23.lua", file14, sizeof file14},
    {"stdlib/fixtures/cgroups-hybrid.lua", file15, sizeof file15},
    {"stdlib/fixtures/done.lua", file16, sizeof file16},
    {"stdlib/fixtures/many-users.lua", file17, sizeof file17},
    {"stdlib/fixtures/messy.lua", file18, sizeof file18},
    {"stdlib/fixtures/minirootfs.lua", file19, sizeof file19},
    {"stdlib/fixtures/podman-4.lua", file20, sizeof file20},
};

size_t shipped_count(void) {
  return sizeof files / sizeof *files;
}

const struct shipped_file *shipped_at(size_t index) {
  return &files[index];
}
