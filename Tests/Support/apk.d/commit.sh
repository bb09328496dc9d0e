# shellcheck shell=sh
# Carrying out a transaction: lines from transaction.awk.
# shellcheck disable=SC2154 # set in ../apk and open.sh

# The database changes in memory, here below $work, and is written when all is done, as apk does it:
# what dies on the way leaves files, and a database that knows nothing of them.
commit() {
  lines=$1 status=0 errors=0 done_changes=0 total=0 old_mib=0 old_count=0 work=''
  case $newline$lines in
    *"${newline}R$tab"* | *"${newline}L$tab"*) ;;
    *) not_here "a request that the solver cannot answer" ;;
  esac
  # The loop runs in this shell, so that it can end it.
  while IFS=$tab read -r kind one two three four five six seven eight nine ten <&3; do
    case $kind in
      E) printf '%s\n' "$one${two:+$tab$two}" >&2 ;;
      W) warn "$one" ;;
      O) say "$one" ;;
      R) exit "$((one > 99 ? 99 : one))" ;;
      L) new_world=$one; [ -n "$simulate" ] || begin ;;
      S) old_mib=$one old_count=$two ;;
      T) total=$one ;;
      C) change "$one" "$two" "$three" "$four" "$five" "$six" "$seven" "$eight" "$nine" "$ten" ;;
    esac
  done 3<<LINES
$lines
LINES
  if [ -z "$simulate" ]; then
    run_triggers
    write_database
  fi
  case $errors in
    0) status=OK: ;;
    1) status="1 error;" ;;
    *) status="$errors errors;" ;;
  esac
  say "$status $old_mib MiB in $old_count packages"
  exit "$((errors > 99 ? 99 : errors))"
}

begin() {
  work=$(mktemp -d "$root/tmp/.apk.XXXXXX") || open_failed "No such file or directory" ""
  trap 'rm -rf "$work" "$root/lib/apk/exec"' EXIT
  mkdir "$work/scripts" "$work/contents"
  # The package that these are from may be removed.
  cp -r "$parts" "$work/parts"
  parts=$work/parts
  : >"$work/log"
  : >"$work/touched"
  [ -e "$database/triggers" ] || : >"$database/triggers"
  [ ! -s "$database/scripts.tar" ] || tar -xf "$database/scripts.tar" -C "$work/scripts" 2>/dev/null
  awk -f "$parts/owners.awk" "$installed_file" >"$work/owners"
}

dashed() { [ "$1" = - ] || printf '%s' "$1"; }

# change VERB NAME OLD NEW REPOSITORY CHECKSUM TAG BROKEN SIZE CHILDREN
change() {
  verb=$1 package=$2 old=$(dashed "$3") new=$(dashed "$4") repository=$5 checksum=$6
  tag=$(dashed "$7") broken=$8 installed_size=$9
  shift 9
  children=$1
  failed=0
  case $broken in *[fs]*) failed=1 ;; esac
  if [ "$verb" != keep ]; then
    done_changes=$((done_changes + 1))
    versions=${new:-$old}
    case $verb in
      Upgrading | Downgrading | Replacing) versions="$old -> $new" shown=$verb ;;
      unavailable) shown="[APK unavailable, skipped] Reinstalling" ;;
      Updating) shown="Updating pinning" ;;
      *) shown=$verb ;;
    esac
    say "($done_changes/$total) $shown $package$tag ($versions)"
    if [ -z "$simulate" ] && [ "$verb" != unavailable ]; then
      failed=0
      case $verb in
        Purging) purge ;;
        Updating) ;;
        *) install_package || failed=1 ;;
      esac
      [ "$verb" = Purging ] || printf 'tag\t%s\t%s\n' "$package" "${tag#@}" >>"$work/log"
    fi
  fi
  errors=$((errors + failed))
}

# The words that follow "KIND PACKAGE" in the fault file; false when no line is about it.
fault() {
  [ -r "$root/etc/apk/stand-in-fault" ] || return 1
  while read -r kind name words; do
    [ "$kind" = "$1" ] && [ "$name" = "$package" ] && { fault_words=$words; return 0; }
  done <"$root/etc/apk/stand-in-fault"
  return 1
}

# Runs the script of a type, if the package has one. Without a root of its own to change to, apk's
# scripts run where it runs.
run_script() {
  script=$work/scripts/$package-$2.$(printf '%s' "$checksum" | tr / _).$1
  type=$1
  if [ ! -e "$script" ]; then return 0; fi
  shift
  say "Executing $package-$1.$type"
  mkdir -p "$root/lib/apk/exec"
  cp "$script" "$root/lib/apk/exec/$package-$1.$type"
  chmod 755 "$root/lib/apk/exec/$package-$1.$type"
  file=/lib/apk/exec/$package-$1.$type
  name=$package-$1.$type
  if [ "$type" = trigger ]; then shift; fi
  if [ -n "$root" ]; then
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot "$root" "$file" "$@" 3<&- 9>&-
  else
    (cd / && exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin "$file" "$@" 3<&- 9>&-)
  fi
  result=$?
  [ "$type" = post-install ] && [ "$result" -eq 0 ] && fault script && result=${fault_words:-1}
  rm -f "$root$file"
  [ "$result" -eq 0 ] && return 0
  if [ "$result" -gt 128 ]; then error "$name: script killed by signal $((result - 128))"
  else error "$name: script exited with error $result"
  fi
  return 1
}

# Sets archive to the package's file; false, with a message, when it cannot be had.
find_archive() {
  eval "url=\${url_$repository} near=\${local_$repository}"
  archive=${url%/}/$architecture/$package-$new.apk
  problem="package mentioned in index not found (try 'apk update')"
  if fault fetch; then problem="temporary error (try again later)"
  elif [ -n "$near" ]; then
    [ ! -e "$archive" ] || return 0
  else
    if download "$archive" "$work/archive"; then archive=$work/archive; return 0; fi
    case $problem in "No such file"*) problem="package mentioned in index not found (try 'apk update')" ;; esac
  fi
  error "$package-$new: $problem"
  return 1
}

install_package() {
  flags='' contents=$work/contents/$package
  : >"$contents"
  if [ "$installed_size" -gt 0 ]; then
    find_archive || return 1
    unpack || return 1
  fi
  ! fault hang || sleep "${fault_words:-3600}" >&- 2>&- 9>&-
  ! fault die || kill -9 $$
  printf 'add\t%s\t%s\t%s\t%s\t%s\t%s\n' "$package" "$new" "$checksum" "$repository" "$contents" "$children" \
    >>"$work/log"
  if [ -n "$old" ] && [ "$verb" != Reinstalling ]; then
    remove_files "$contents"
    rm -f "$work/scripts/$package-$old".*
  fi
  if [ -n "$old" ]; then run_script post-upgrade "$new" "$old" || flags=s$flags
  else run_script post-install "$new" || flags=s$flags
  fi
  [ -z "$flags" ] || printf 'flags\t%s\t%s\n' "$package" "$flags" >>"$work/log"
  [ -z "$flags" ]
}

# Puts the package's files in place: a file of another package is left alone and reported, a changed
# file below /etc is left alone and the new one put beside it.
unpack() {
  stage=$work/stage
  rm -rf "$stage"
  mkdir "$stage"
  tar -xf "$archive" -C "$stage" .PKGINFO .CONTENTS .pre-install .post-install .pre-upgrade .post-upgrade \
    .pre-deinstall .post-deinstall .trigger 2>/dev/null
  if [ ! -e "$stage/.CONTENTS" ]; then
    error "$package-$new: BAD archive"
    return 1
  fi
  for file in "$stage"/.[pt]*; do
    [ -e "$file" ] || continue
    mv "$file" "$work/scripts/$package-$new.$(printf '%s' "$checksum" | tr / _).${file##*/.}"
  done
  if [ -n "$old" ]; then run_script pre-upgrade "$new" "$old" || flags=s
  else run_script pre-install "$new" || flags=s
  fi
  protected_sums "$stage/.CONTENTS" >"$stage/sums"
  awk -f "$parts/checksum.awk" -f "$parts/place.awk" -v package="$package" -v version="$new" -v out="$stage" \
    kind=info "$stage/.PKGINFO" kind=owners "$work/owners" kind=sums "$stage/sums" \
    kind=contents "$stage/.CONTENTS"
  if [ -s "$stage/errors" ]; then
    cat "$stage/errors" >&2
    flags=f$flags
  fi
  extract || flags=f${flags#f}
  fault files && flags=f${flags#f}
  cat "$stage/owned" >>"$work/owners"
  cat "$stage/touched" >>"$work/touched"
  cat "$stage/notes" >>"$work/log"
  mv "$stage/contents" "$contents"
}

# The files of the archive, by way of a directory when some are not to go to their place.
extract() {
  if [ ! -s "$stage/exclude" ]; then
    tar -xOf "$archive" data.tar | tar -xf - -C "${root:-/}"
    return
  fi
  mkdir "$stage/files"
  tar -xOf "$archive" data.tar | tar -xf - -C "$stage/files" || return
  while IFS= read -r path; do cp -p "$stage/files/$path" "$root/$path.apk-new"; done <"$stage/beside"
  while IFS= read -r path; do rm -f "$stage/files/$path"; done <"$stage/exclude"
  tar -cf - -C "$stage/files" . | tar -xf - -C "${root:-/}"
}

# SHA-1 sums of those files in a list of contents that are there and that apk protects.
protected_sums() {
  list=$1
  set --
  while IFS= read -r line; do
    case $line in
      F:*) directory=${line#F:} ;;
      R:*)
        case $directory/ in
          etc/init.d/*) ;;
          etc/*) [ ! -f "$root/$directory/${line#R:}" ] || set -- "$@" "$directory/${line#R:}" ;;
        esac ;;
    esac
  done <"$list"
  [ $# -eq 0 ] || (cd "${root:-/}" && sha1sum -- "$@")
}

# Removes what the installed record of the package lists and the file given does not.
remove_files() {
  kept=$1
  awk -v package="$package" -f "$parts/record.awk" "$installed_file" >"$work/record"
  protected_sums "$work/record" >"$work/sums"
  awk -f "$parts/checksum.awk" -f "$parts/remove.awk" -v package="$package" -v out="$work" kind=owners "$work/owners" \
    kind=sums "$work/sums" kind=kept "$kept" kind=record "$work/record"
  cat "$work/freed" >>"$work/owners"
  cat "$work/left" >>"$work/touched"
  set --
  while IFS= read -r path; do set -- "$@" "$path"; done <"$work/files"
  (cd "${root:-/}" && { [ $# -eq 0 ] || rm -f -- "$@"; })
  set --
  while IFS= read -r path; do set -- "$@" "$path"; done <"$work/directories"
  (cd "${root:-/}" && { [ $# -eq 0 ] || rmdir -- "$@" 2>/dev/null; })
}

purge() {
  run_script pre-deinstall "$old"
  remove_files /dev/null
  run_script post-deinstall "$old"
  rm -f "$work/scripts/$package-$old".*
  printf 'drop\t%s\n' "$package" >>"$work/log"
}

# Runs the triggers of packages that watch a directory that was touched.
run_triggers() {
  awk -f "$parts/triggers.awk" out="$work" kind=log "$work/log" kind=installed "$installed_file" \
    kind=triggers "$database/triggers" kind=touched "$work/touched"
  while IFS=$tab read -r package new checksum directories <&3; do
    # shellcheck disable=SC2086 # directories of packages, one word each
    run_script trigger "$new" $directories
  done 3<"$work/fire"
}

write_database() {
  : >"$root/etc/apk/world.new"
  # shellcheck disable=SC2086 # one word a line
  [ "$new_world" = - ] || printf '%s\n' $new_world >"$root/etc/apk/world.new"
  [ "$new_world" != - ] || echo >"$root/etc/apk/world.new"
  mv -f "$root/etc/apk/world.new" "$root/etc/apk/world"
  eval "awk -f \"\$parts/database.awk\" out=\"\$work\" kind=log \"\$work/log\" \
    kind=installed \"\$installed_file\" $indexes" >"$database/installed.new"
  mv -f "$database/installed.new" "$database/installed"
  if [ -n "$(ls "$work/scripts")" ]; then
    (cd "$work/scripts" && tar -cf "$database/scripts.tar.new" -- *)
  else
    : >"$database/scripts.tar.new"
  fi
  mv -f "$database/scripts.tar.new" "$database/scripts.tar"
  cp "$work/triggers" "$database/triggers.new"
  mv -f "$database/triggers.new" "$database/triggers"
  read -r old_mib old_count <"$work/totals"
}
