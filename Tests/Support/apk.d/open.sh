# shellcheck shell=sh
# Opening the database: the lock, the world, the repositories and their indexes.
# shellcheck disable=SC2154 # the options are set in ../apk

open_failed() {
  [ -z "$2" ] || error "$2: $1"
  error "Failed to open apk database: $1"
  exit 99
}

# Sets installed_file; takes the lock on descriptor 9 when something may be written.
open_database() {
  [ -z "$initdb" ] || create_database
  [ -d "${root:-/}" ] || open_failed "No such file or directory" "Unable to open root"
  installed_file=$database/installed
  [ -z "$writes" ] || lock_database
  [ -e "$root/etc/apk/world" ] || open_failed "No such file or directory" "Unable to read database state"
  if [ ! -e "$installed_file" ]; then
    installed_file=/dev/null
  elif grep -q -v -e '^.:' -e '^$' "$installed_file"; then
    open_failed "database file format error" "Unable to read database state"
  fi
}

create_database() {
  mkdir -p "$root/etc/apk" "$database" "$root/var/cache/apk" "$root/tmp"
  [ -e "$root/etc/apk/world" ] || : >"$root/etc/apk/world"
  [ -e "$database/installed" ] || : >"$database/installed"
  [ -e "$root/etc/apk/arch" ] || echo "$architecture" >"$root/etc/apk/arch"
}

lock_database() {
  lock=$database/lock
  if [ ! -d "$database" ]; then
    open_failed "No such file or directory" "Unable to lock database"
  elif ! (umask 077; : >>"$lock") 2>/dev/null; then
    open_failed "Permission denied" "Unable to lock database"
  fi
  exec 9<>"$lock"
  flock -n 9 2>/dev/null
  case $? in
    0) return ;;
    126 | 127)
      # No flock here, so a lock can only be seen, by its inode in the kernel's list.
      inode=$(stat -c %i "$lock" 2>/dev/null)
      grep -q "FLOCK .*:$inode 0 EOF" /proc/locks 2>/dev/null || return 0 ;;
  esac
  if [ -n "$wait" ]; then
    say "Waiting for repository lock"
    flock -w "$wait" 9 && return
    open_failed "Interrupted system call" "Unable to lock database"
  fi
  open_failed "temporary error (try again later)" "Unable to lock database"
}

quoted() {
  text=$1 result=
  while :; do
    case $text in
      *\'*) result=$result${text%%\'*}"'\\''" text=${text#*\'} ;;
      *) break ;;
    esac
  done
  printf "'%s'" "$result$text"
}

# Reads the lines of the repositories files. Sets repositories (lines "number tag state" for awk),
# url_N and local_N, indexes (words for awk's command line), descriptions, unavailable and stale.
read_repositories() {
  repositories='' indexes='' descriptions='' seen=$newline number=0 unavailable=0 stale=0
  cache=$root/var/cache/apk
  if [ -d "$cache_dir" ]; then cache=$cache_dir
  elif [ -d "$root/etc/apk/cache" ]; then cache=$root/etc/apk/cache
  fi
  while IFS= read -r line; do add_repository "$line"; done <<LINES
$extra_repositories
LINES
  if [ -n "$repositories_file" ]; then
    read_repositories_file "$repositories_file"
  else
    read_repositories_file "$root/etc/apk/repositories"
    for file in "$root"/etc/apk/repositories.d/*.list; do read_repositories_file "$file"; done
  fi
}

read_repositories_file() {
  [ -r "$1" ] || return 0
  while IFS= read -r line || [ -n "$line" ]; do add_repository "$line"; done <"$1"
}

add_repository() {
  tag=-
  case $1 in
    '' | '#'*) return ;;
    @*) tag=${1%%[ "$tab"]*} url=${1#*[ "$tab"]} ;;
    *) url=$1 ;;
  esac
  case $seen in *"$newline$url$newline"*) return ;; esac
  seen=$seen$url$newline
  number=$((number + 1))
  state=on problem='' action=opening
  case $url in
    http://* | https://* | ftp://*)
      eval "local_$number="
      [ -n "$network" ] || state=off
      open_remote ;;
    *)
      eval "local_$number=yes"
      index=${url%/}/$architecture/APKINDEX
      [ -e "$index" ] || problem="No such file or directory" ;;
  esac
  eval "url_$number=\$url"
  [ -z "$problem" ] || warn "$action $url: $problem"
  if [ -e "$index" ]; then
    indexes="$indexes kind=$number $(quoted "$index")"
    repositories=$repositories$number\ $tag\ $state$newline
    read -r mark description <"$index"
    [ "$mark" != '#' ] || descriptions="$descriptions$description [$url]$newline"
  fi
}

# The cached index of a URL, fetched anew where that is due.
open_remote() {
  address=${url%/}/$architecture/APKINDEX.tar.gz
  index=$(printf '%s' "$address" | sha1sum)
  index=$cache/APKINDEX.${index%"${index#????????}"}.tar.gz
  action="opening from cache"
  if [ -n "$writes" ] && [ "$request" != del ] && [ -n "$network" ] \
    && { [ "$maximum_age" -lt 0 ] || [ -z "$(find "$index" -mmin "-$maximum_age" 2>/dev/null)" ]; }; then
    say "fetch $address"
    if download "${url%/}/$architecture/APKINDEX" "$index.new"; then
      mv -f "$index.new" "$index"
      # A cache that was chosen also gets a list of installed packages that no repository has.
      [ "$cache" = "$root/var/cache/apk" ] || : >"$cache/installed"
    else
      rm -f "$index.new"
      if [ -e "$index" ]; then
        action=updating stale=$((stale + 1))
      else
        action="updating and opening" unavailable=$((unavailable + 2))
      fi
      return
    fi
  elif [ ! -e "$index" ]; then
    problem="No such file or directory" unavailable=$((unavailable + 2))
  fi
}

# download URL FILE: sets problem to apk's words for what went wrong.
download() {
  problem=''
  if fetched=$(wget -q -O "$2" "$1" 2>&1); then return 0; fi
  case $fetched in
    *"404"*) problem="No such file or directory" ;;
    *"bad address"* | *"unable to resolve"* | *"not resolve"*) problem="temporary error (try again later)" ;;
    *"efused"* | *"can't connect"*) problem="could not connect to server (check repositories file)" ;;
    *"unreachable"*) problem="network error (check Internet connection and firewall)" ;;
    *"timed out"*) problem="operation timed out" ;;
    *) problem="IO ERROR" ;;
  esac
  return 1
}

# run_awk PART…: the model of all packages, and what uses it.
run_awk() {
  programs=
  for part; do programs="$programs -f \"\$parts/$part.awk\""; done
  eval "REPOSITORIES=\$repositories awk -f \"\$parts/model.awk\" $programs \
    kind=installed \"\$installed_file\" kind=world \"\$root/etc/apk/world\" $indexes"
}
