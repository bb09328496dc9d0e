// Written by scripts/embed: the Lua files that are part of the program.
#include "CShipped.h"

#include <CScript.h>

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char file0[] = {
#embed "../../plugins/build.lua"
};
static const unsigned char file1[] = {
#embed "../../plugins/cgroups.lua"
};
static const unsigned char file2[] = {
#embed "../../plugins/container.lua"
};
static const unsigned char file3[] = {
#embed "../../plugins/diskless.lua"
};
static const unsigned char file4[] = {
#embed "../../plugins/distrobox.lua"
};
static const unsigned char file5[] = {
#embed "../../plugins/hello.lua"
};
static const unsigned char file6[] = {
#embed "../../plugins/install.lua"
};
static const unsigned char file7[] = {
#embed "../../plugins/ports.lua"
};
static const unsigned char file8[] = {
#embed "../../plugins/proxy.lua"
};
static const unsigned char file9[] = {
#embed "../../plugins/rootless.lua"
};
static const unsigned char file10[] = {
#embed "../../plugins/server.lua"
};
static const unsigned char file11[] = {
#embed "../../plugins/shared-dir.lua"
};
static const unsigned char file12[] = {
#embed "../../plugins/socket.lua"
};
static const unsigned char file13[] = {
#embed "../../plugins/storage.lua"
};
static const unsigned char file14[] = {
#embed "../../plugins/workstation.lua"
};
static const unsigned char file15[] = {
#embed "../../stdlib/alpod.lua"
};
static const unsigned char file16[] = {
#embed "../../stdlib/alpod/checks.lua"
};
static const unsigned char file17[] = {
#embed "../../stdlib/alpod/conf.lua"
};
static const unsigned char file18[] = {
#embed "../../stdlib/alpod/extend.lua"
};
static const unsigned char file19[] = {
#embed "../../stdlib/alpod/ini.lua"
};
static const unsigned char file20[] = {
#embed "../../stdlib/alpod/lines.lua"
};
static const unsigned char file21[] = {
#embed "../../stdlib/alpod/subid.lua"
};
static const unsigned char file22[] = {
#embed "../../stdlib/alpod/symptom_list.lua"
};
static const unsigned char file23[] = {
#embed "../../stdlib/alpod/symptoms.lua"
};
static const unsigned char file24[] = {
#embed "../../stdlib/alpod/template.lua"
};
static const unsigned char file25[] = {
#embed "../../stdlib/alpod/toml.lua"
};
static const unsigned char file26[] = {
#embed "../../stdlib/alpod/userns.lua"
};
static const unsigned char file27[] = {
#embed "../../stdlib/alpod/version.lua"
};
static const unsigned char file28[] = {
#embed "../../stdlib/catalog/alpine-3.18.lua"
};
static const unsigned char file29[] = {
#embed "../../stdlib/catalog/alpine-3.20.lua"
};
static const unsigned char file30[] = {
#embed "../../stdlib/catalog/alpine-3.23.lua"
};
static const unsigned char file31[] = {
#embed "../../stdlib/catalog/common-base.lua"
};
static const unsigned char file32[] = {
#embed "../../stdlib/catalog/common-extra.lua"
};
static const unsigned char file33[] = {
#embed "../../stdlib/catalog/common-machine.lua"
};
static const unsigned char file34[] = {
#embed "../../stdlib/catalog/common-openrc.lua"
};
static const unsigned char file35[] = {
#embed "../../stdlib/catalog/common-podman.lua"
};
static const unsigned char file36[] = {
#embed "../../stdlib/console.lua"
};
static const unsigned char file37[] = {
#embed "../../stdlib/fixtures/alpine-3.18.lua"
};
static const unsigned char file38[] = {
#embed "../../stdlib/fixtures/alpine-3.20.lua"
};
static const unsigned char file39[] = {
#embed "../../stdlib/fixtures/alpine-3.23.lua"
};
static const unsigned char file40[] = {
#embed "../../stdlib/fixtures/btrfs-root.lua"
};
static const unsigned char file41[] = {
#embed "../../stdlib/fixtures/cgroups-hybrid.lua"
};
static const unsigned char file42[] = {
#embed "../../stdlib/fixtures/diskless.lua"
};
static const unsigned char file43[] = {
#embed "../../stdlib/fixtures/done.lua"
};
static const unsigned char file44[] = {
#embed "../../stdlib/fixtures/in-container.lua"
};
static const unsigned char file45[] = {
#embed "../../stdlib/fixtures/many-users.lua"
};
static const unsigned char file46[] = {
#embed "../../stdlib/fixtures/messy.lua"
};
static const unsigned char file47[] = {
#embed "../../stdlib/fixtures/minirootfs.lua"
};
static const unsigned char file48[] = {
#embed "../../stdlib/fixtures/podman-4.2.lua"
};
static const unsigned char file49[] = {
#embed "../../stdlib/fixtures/podman-4.lua"
};
static const unsigned char file50[] = {
#embed "../../stdlib/fixtures/podman-5.lua"
};
static const unsigned char file51[] = {
#embed "../../stdlib/fixtures/podman-6.lua"
};
static const unsigned char file52[] = {
#embed "../../stdlib/fixtures/stale-store.lua"
};
static const unsigned char file53[] = {
#embed "../../stdlib/testing.lua"
};

static const struct shipped_file files[] = {
    {"plugins/build.lua", file0, sizeof file0},
    {"plugins/cgroups.lua", file1, sizeof file1},
    {"plugins/container.lua", file2, sizeof file2},
    {"plugins/diskless.lua", file3, sizeof file3},
    {"plugins/distrobox.lua", file4, sizeof file4},
    {"plugins/hello.lua", file5, sizeof file5},
    {"plugins/install.lua", file6, sizeof file6},
    {"plugins/ports.lua", file7, sizeof file7},
    {"plugins/proxy.lua", file8, sizeof file8},
    {"plugins/rootless.lua", file9, sizeof file9},
    {"plugins/server.lua", file10, sizeof file10},
    {"plugins/shared-dir.lua", file11, sizeof file11},
    {"plugins/socket.lua", file12, sizeof file12},
    {"plugins/storage.lua", file13, sizeof file13},
    {"plugins/workstation.lua", file14, sizeof file14},
    {"stdlib/alpod.lua", file15, sizeof file15},
    {"stdlib/alpod/checks.lua", file16, sizeof file16},
    {"stdlib/alpod/conf.lua", file17, sizeof file17},
    {"stdlib/alpod/extend.lua", file18, sizeof file18},
    {"stdlib/alpod/ini.lua", file19, sizeof file19},
    {"stdlib/alpod/lines.lua", file20, sizeof file20},
    {"stdlib/alpod/subid.lua", file21, sizeof file21},
    {"stdlib/alpod/symptom_list.lua", file22, sizeof file22},
    {"stdlib/alpod/symptoms.lua", file23, sizeof file23},
    {"stdlib/alpod/template.lua", file24, sizeof file24},
    {"stdlib/alpod/toml.lua", file25, sizeof file25},
    {"stdlib/alpod/userns.lua", file26, sizeof file26},
    {"stdlib/alpod/version.lua", file27, sizeof file27},
    {"stdlib/catalog/alpine-3.18.lua", file28, sizeof file28},
    {"stdlib/catalog/alpine-3.20.lua", file29, sizeof file29},
    {"stdlib/catalog/alpine-3.23.lua", file30, sizeof file30},
    {"stdlib/catalog/common-base.lua", file31, sizeof file31},
    {"stdlib/catalog/common-extra.lua", file32, sizeof file32},
    {"stdlib/catalog/common-machine.lua", file33, sizeof file33},
    {"stdlib/catalog/common-openrc.lua", file34, sizeof file34},
    {"stdlib/catalog/common-podman.lua", file35, sizeof file35},
    {"stdlib/console.lua", file36, sizeof file36},
    {"stdlib/fixtures/alpine-3.18.lua", file37, sizeof file37},
    {"stdlib/fixtures/alpine-3.20.lua", file38, sizeof file38},
    {"stdlib/fixtures/alpine-3.23.lua", file39, sizeof file39},
    {"stdlib/fixtures/btrfs-root.lua", file40, sizeof file40},
    {"stdlib/fixtures/cgroups-hybrid.lua", file41, sizeof file41},
    {"stdlib/fixtures/diskless.lua", file42, sizeof file42},
    {"stdlib/fixtures/done.lua", file43, sizeof file43},
    {"stdlib/fixtures/in-container.lua", file44, sizeof file44},
    {"stdlib/fixtures/many-users.lua", file45, sizeof file45},
    {"stdlib/fixtures/messy.lua", file46, sizeof file46},
    {"stdlib/fixtures/minirootfs.lua", file47, sizeof file47},
    {"stdlib/fixtures/podman-4.2.lua", file48, sizeof file48},
    {"stdlib/fixtures/podman-4.lua", file49, sizeof file49},
    {"stdlib/fixtures/podman-5.lua", file50, sizeof file50},
    {"stdlib/fixtures/podman-6.lua", file51, sizeof file51},
    {"stdlib/fixtures/stale-store.lua", file52, sizeof file52},
    {"stdlib/testing.lua", file53, sizeof file53},
};

const struct script_text script_prepared[] = {
    {"plugins/cgroups.lua", file1, sizeof file1},
    {"plugins/install.lua", file6, sizeof file6},
    {"plugins/rootless.lua", file9, sizeof file9},
    {"alpod/checks.lua", file16, sizeof file16},
    {"alpod/symptoms.lua", file23, sizeof file23},
    {"alpod/template.lua", file24, sizeof file24},
    {"alpod/version.lua", file27, sizeof file27},
    {NULL, NULL, 0},
};

size_t shipped_count(void) {
  return sizeof files / sizeof *files;
}

const struct shipped_file *shipped_at(size_t index) {
  return &files[index];
}
