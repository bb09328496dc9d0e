# shellcheck shell=sh
# A package's files: getting its archive, putting them in place, taking them away.
# shellcheck disable=SC2154 # set in ../apk, open.sh and commit.sh

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
