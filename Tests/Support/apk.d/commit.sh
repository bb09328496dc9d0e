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
  while read -r fault_kind fault_package fault_words; do
    [ "$fault_kind" = "$1" ] && [ "$fault_package" = "$package" ] && return 0
  done <"$root/etc/apk/stand-in-fault"
  return 1
}

# run_script TYPE VERSION [ARGUMENT]...: runs the package's script of a type, if it has one. A trigger
# gets only the arguments, others the version too.
run_script() {
  type=$1 full_name=$package-$2.$1 failing=
  script=$work/scripts/$package-$2.$(printf '%s' "$checksum" | tr / _).$1
  shift
  [ "$type" != trigger ] || shift
  if [ "$type" = post-install ] && fault script; then failing=${fault_words:-1}; fi
  [ -e "$script" ] || [ -n "$failing" ] || return 0
  say "Executing $full_name"
  result=0
  if [ -e "$script" ]; then
    mkdir -p "$root/lib/apk/exec"
    cp "$script" "$root/lib/apk/exec/$full_name"
    chmod 755 "$root/lib/apk/exec/$full_name"
    if [ -n "$root" ]; then
      env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot "$root" "/lib/apk/exec/$full_name" "$@" 3<&- || result=$?
    else
      (cd / && exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin "/lib/apk/exec/$full_name" "$@" 3<&-) || result=$?
    fi
    rm -f "$root/lib/apk/exec/$full_name"
  fi
  result=${failing:-$result}
  [ "$result" -ne 0 ] || return 0
  if [ "$result" -gt 128 ]; then error "$full_name: script killed by signal $((result - 128))"
  else error "$full_name: script exited with error $result"
  fi
  return 1
}

install_package() {
  flags='' contents=$work/contents/$package
  : >"$contents"
  if [ "$installed_size" -gt 0 ]; then
    find_archive || return 1
    unpack || return 1
  fi
  ! fault hang || sleep "${fault_words:-3600}" >&- 2>&-
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
