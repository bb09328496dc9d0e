#!/bin/sh
# jobs.sh A|B DIR [LINES]: the two jobs of the benchmarks as an idempotent POSIX script, as one writes it
# by hand: below DIR a directory, lines in each of 20 files, a symbolic link and a file from a template.
# A has 1 line a file (23 resources), B has 20 (403); LINES says another number, as 2015 for 40,303 resources.
set -eu

usage() { echo "usage: jobs.sh A|B DIR [LINES]" >&2; exit 64; }

[ $# -ge 2 ] || usage
case $1 in
  A) lines=1 ;;
  B) lines=20 ;;
  *) usage ;;
esac
dir=$2
lines=${3:-$lines}

[ -d "$dir/app" ] || mkdir -p "$dir/app"

file=1
while [ "$file" -le 20 ]; do
  path=$dir/app/file$file.conf
  [ -e "$path" ] || : >"$path"
  line=1
  while [ "$line" -le "$lines" ]; do
    grep -qxF "key$line = value$line" "$path" || echo "key$line = value$line" >>"$path"
    line=$((line + 1))
  done
  file=$((file + 1))
done

[ "$(readlink "$dir/current" 2>/dev/null)" = app ] || ln -sfn app "$dir/current"

name=test port=8080
text="# of $name
name = $name
port = $port
path = /srv/$name"
if [ ! -e "$dir/app/service.conf" ] || [ "$(cat "$dir/app/service.conf")" != "$text" ]; then
  printf '%s\n' "$text" >"$dir/app/service.conf"
fi
