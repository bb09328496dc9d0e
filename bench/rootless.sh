#!/bin/sh
# rootless.sh USER: lets USER run containers without root on Alpine. What a careful person would write
# for the job that `alpod run rootless` does, for the benchmark to compare with: it changes what is
# missing and nothing else, works under dash and busybox ash, and looks at files with the shell's own
# commands, and starts a program where a shell has none: on a machine that is right seven of
# them (id, sed, grep for each package). ROOT names a directory that
# holds the machine, whose present state (modules, mounts, processes) then does not count.
set -eu

user=${1:?usage: rootless.sh USER}
root=${ROOT:-}
size=65536

fail() { printf 'rootless.sh: %s\n' "$*" >&2; exit 1; }
inside() { if [ -n "$root" ]; then chroot "$root" "$@"; else "$@"; fi; }

# has_line FILE LINE: without a process.
has_line() {
  [ -r "$1" ] || return 1
  while IFS= read -r line || [ -n "$line" ]; do
    [ "$line" != "$2" ] || return 0
  done <"$1"
  return 1
}

find_user() {
  if [ -n "$root" ]; then uid=$(sed -n "s/^$user:[^:]*:\([0-9]*\):.*/\1/p" "$root/etc/passwd")
  else uid=$(id -u "$user")
  fi
  [ -n "$uid" ] || fail "no user $user"
}

# --- the community repository of the release and mirror that main is from -------------------------

enable_community() {
  repositories=$root/etc/apk/repositories
  main='' commented=''
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in
      '#'*/community) commented="$commented|$line|" ;;
      '#'* | @* | '') ;;
      */main | */main/) [ -n "$main" ] || main=${line%/} ;;
    esac
  done <"$repositories"
  [ -n "$main" ] || fail "no main repository in $repositories"
  community=${main%/main}/community
  has_line "$repositories" "$community" || has_line "$repositories" "$community/" && return
  case $commented in
    *"|#$community|"*) sed -i "s,^#$community\$,$community," "$repositories" ;;
    *) printf '%s\n' "$community" >>"$repositories" ;;
  esac
  inside apk --quiet update
}

# --- packages -------------------------------------------------------------------------------------

database=$root/lib/apk/db/installed

installed() { grep -qx "P:$1" "$database"; }

# Sets podman and openrc to the installed versions.
read_versions() {
  podman='' openrc=''
  versions=$(sed -n '/^P:podman$/{n;s/^V:/podman=/p;};/^P:openrc$/{n;s/^V:/openrc=/p;}' "$database")
  for version in $versions; do
    case $version in
      podman=*) podman=${version#podman=} ;;
      openrc=*) openrc=${version#openrc=} ;;
    esac
  done
}

# Podman 5 and later want nftables; which version it will be is known to apk alone before it is there.
firewall() {
  version=$podman
  if [ -z "$version" ]; then
    version=$(inside apk list podman 2>/dev/null)
    version=${version#podman-}
  fi
  case $version in
    [1-4].*) tool=iptables ;;
    *) tool=nftables ;;
  esac
}

install_packages() {
  firewall
  world=' '
  while read -r words || [ -n "$words" ]; do world="$world$words "; done <"$root/etc/apk/world"
  missing=
  for package in podman crun "$tool"; do
    case $world in *" $package "*) installed "$package" || missing="$missing $package" ;; *) missing="$missing $package" ;; esac
  done
  # These come with podman; they are asked for only where they do not.
  [ -n "$missing" ] || for package in shadow-subids passt; do
    installed "$package" || missing="$missing $package"
  done
  [ -n "$missing" ] || return 0
  # shellcheck disable=SC2086 # one word a package
  inside apk --quiet --no-interactive add $missing
  read_versions
}

# --- cgroups --------------------------------------------------------------------------------------

enable_service() {
  [ ! -L "$root/etc/runlevels/default/$1" ] || return 0
  # rc-update knows no other root.
  if [ -n "$root" ]; then ln -s "/etc/init.d/$1" "$root/etc/runlevels/default/$1"
  else rc-update --quiet add "$1" default
  fi
}

mount_cgroups() {
  enable_service cgroups
  if [ -z "$root" ] && [ -s /run/openrc/softlevel ] && [ ! -e /sys/fs/cgroup/cgroup.controllers ]; then
    rc-service --quiet cgroups start
  fi
}

# --- modules --------------------------------------------------------------------------------------

# Whether a file that the service modules reads names the module.
loaded_at_boot() {
  for file in "$root/etc/modules" "$root"/etc/modules-load.d/*.conf "$root"/usr/lib/modules-load.d/*.conf \
    "$root"/lib/modules-load.d/*.conf; do
    [ -r "$file" ] || continue
    while read -r name _ || [ -n "$name" ]; do
      [ "$name" != "$1" ] || return 0
    done <"$file"
  done
  return 1
}

present() {
  [ ! -d "/sys/module/$1" ] || return 0
  while read -r _ name; do [ "$name" != "$1" ] || return 0; done </proc/misc
  while read -r name _; do [ "$name" != "$1" ] || return 0; done </proc/modules
  return 1
}

load_module() {
  if ! loaded_at_boot "$1"; then
    mkdir -p "$root/etc/modules-load.d"
    printf '%s\n' "$1" >>"$root/etc/modules-load.d/alpod.conf"
  fi
  [ -n "$root" ] || present "$1" || modprobe "$1"
}

# --- subordinate ids ------------------------------------------------------------------------------

# grant FILE: sets start to the beginning of the user's range, which is made if there is none.
grant() {
  ranges=
  if [ -r "$1" ]; then
    while IFS=: read -r name first count || [ -n "$name" ]; do
      case $name in "$user" | "$uid") start=$first; return ;; esac
      case $first$count in
        '' | *[!0-9]*) ;;
        *) ranges="$ranges $first:$((first + count))" ;;
      esac
    done <"$1"
  fi
  start=100000
  # The first gap from there: a range that is in the way moves the start behind it.
  moved=yes
  while [ -n "$moved" ]; do
    moved=
    for range in $ranges; do
      if [ "${range%:*}" -lt $((start + size)) ] && [ "${range#*:}" -gt "$start" ]; then
        start=${range#*:} moved=yes
      fi
    done
  done
  printf '%s:%s:%s\n' "$user" "$start" "$size" >>"$1"
}

# --- a shared / -----------------------------------------------------------------------------------

is_shared() {
  while read -r _ _ _ _ point _ tags; do
    [ "$point" = / ] || continue
    case " ${tags%% - *} " in *" shared:"*) return 0 ;; *) return 1 ;; esac
  done </proc/self/mountinfo
  return 1
}

# OpenRC understands the option from 0.55 on.
share_root() {
  [ -n "$root" ] || is_shared || mount --make-rshared /
  case $openrc in
    0.[0-9].* | 0.[1-4][0-9]* | 0.5[0-4]*)
      script=$root/etc/local.d/alpod-shared.start
      if [ ! -x "$script" ]; then
        printf '%s\n' '#!/bin/sh' '# Rootless containers need shared mounts; the kernel starts with private ones.' \
          'mount --make-rshared /' >"$script"
        chmod 755 "$script"
      fi
      enable_service local ;;
    ?*)
      while read -r _ point _ options _; do
        [ "$point" = / ] || continue
        case ",$options," in *,shared,* | *,rshared,*) return ;; esac
      done <"$root/etc/fstab"
      awk '$2 == "/" && $1 !~ /^#/ { sub($4, $4 ",shared") } { print }' "$root/etc/fstab" >"$root/etc/fstab.new"
      mv "$root/etc/fstab.new" "$root/etc/fstab" ;;
  esac
}

# --- a user namespace from before -----------------------------------------------------------------

migrate() {
  for directory in "/run/user/$uid" "/tmp/storage-run-$uid" "/tmp/podman-run-$uid"; do
    pause=$directory/libpod/tmp/pause.pid
    [ -r "$pause" ] || continue
    read -r process <"$pause" || :
    [ -r "/proc/$process/uid_map" ] || continue
    while read -r _ outer _; do
      [ "$outer" != "$1" ] || return 0
    done <"/proc/$process/uid_map"
    su - "$user" -c 'podman system migrate'
    return
  done
}

find_user
enable_community
read_versions
install_packages
mount_cgroups
load_module tun
load_module fuse
grant "$root/etc/subgid"
grant "$root/etc/subuid"
share_root
[ -n "$root" ] || migrate "$start"
