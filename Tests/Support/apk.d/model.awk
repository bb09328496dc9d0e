# What the stand-in knows of packages, read from /lib/apk/db/installed and from repository indexes.
#
# A package is a number, 1 to packages; name[], version[], depends[] … hold its fields, installed[] is
# set for those of the database, repository[] is the number of the first repository that has it.
# providers[NAME] lists the packages that are or provide NAME; provided[NAME, package] is the version
# under which they do, "" for none.

# --- versions: 1.2.3b_rc4-r5 ---------------------------------------------------------------------

BEGIN {
  suffixes = split("alpha beta pre rc cvs svn git hg p", suffix_names, " ")
  for (i = 1; i <= suffixes; i++) suffix[suffix_names[i]] = i - 5
}

# Takes the next part off `rest`; sets part_kind (1 number, 2 letter, 3 suffix, 4 its number,
# 5 revision, 6 end, 0 invalid) and part_value. A lower kind is a longer, so greater, version.
function next_part(previous,    text) {
  part_value = 0
  if (rest == "") { part_kind = 6; return }
  if (previous == 0 || previous == 2) {
    if (match(rest, /^[0-9]+/)) { part_kind = 1; take(0); return }
  }
  if (previous == 3 && match(rest, /^[0-9]+/)) { part_kind = 4; take(0); return }
  if (previous == 1 && match(rest, /^[a-z]/)) {
    part_kind = 2
    part_value = index("abcdefghijklmnopqrstuvwxyz", substr(rest, 1, 1))
    rest = substr(rest, 2)
    return
  }
  if (match(rest, /^\.[0-9]+/)) { part_kind = 1; take(1); return }
  if (match(rest, /^_(alpha|beta|pre|rc|cvs|svn|git|hg|p)/)) {
    text = substr(rest, 2, RLENGTH - 1)
    part_kind = 3
    part_value = suffix[text]
    rest = substr(rest, RLENGTH + 1)
    return
  }
  if (match(rest, /^-r[0-9]+/)) { part_kind = 5; take(2); return }
  part_kind = 0
}

# A number after `skip` characters; zeros in front of a later number make it a fraction.
function take(skip,    digits) {
  digits = substr(rest, skip + 1, RLENGTH - skip)
  part_value = digits + 0
  if (skip == 1 && length(digits) > 1 && substr(digits, 1, 1) == "0") part_value = ("0." digits) - 1
  rest = substr(rest, RLENGTH + 1)
}

# -1, 0 or 1. With `fuzzy`, a version equals each that begins with it.
function compare(a, b, fuzzy,    kind_a, kind_b, value_a, value_b, rest_a, rest_b) {
  if (a == b) return 0
  kind_a = kind_b = 0  # busybox awk does not take an unset parameter for 0
  rest_a = a
  rest_b = b
  for (;;) {
    rest = rest_a; next_part(kind_a); kind_a = part_kind; value_a = part_value; rest_a = rest
    rest = rest_b; next_part(kind_b); kind_b = part_kind; value_b = part_value; rest_b = rest
    if (kind_a != kind_b) break
    if (value_a != value_b) return value_a < value_b ? -1 : 1
    if (kind_a == 6 || kind_a == 0) return 0
  }
  if (fuzzy && kind_b == 6) return 0
  if (kind_a == 3 && value_a < 0) return -1
  if (kind_b == 3 && value_b < 0) return 1
  return kind_a < kind_b ? 1 : -1
}

function valid_version(text,    kind) {
  rest = text
  kind = 0
  do { next_part(kind); kind = part_kind } while (kind != 6 && kind != 0)
  return text != "" && kind == 6
}

# --- dependencies: [!]name[@tag][<>=~version] ------------------------------------------------------

# Sets dep_not, dep_name, dep_tag, dep_operator, dep_version; false when it is malformed.
function parse(dependency,    at) {
  if (!(dependency in parsed_name)) {
    at = dependency
    parsed_not[dependency] = sub(/^!/, "", at)
    parsed_operator[dependency] = parsed_version[dependency] = parsed_tag[dependency] = ""
    if (match(at, /[<>=~]+/)) {
      parsed_operator[dependency] = substr(at, RSTART, RLENGTH)
      parsed_version[dependency] = substr(at, RSTART + RLENGTH)
      at = substr(at, 1, RSTART - 1)
    }
    if (match(at, /@/)) {
      parsed_tag[dependency] = substr(at, RSTART + 1)
      at = substr(at, 1, RSTART - 1)
    }
    parsed_name[dependency] = at
  }
  dep_not = parsed_not[dependency]
  dep_name = parsed_name[dependency]
  dep_tag = parsed_tag[dependency]
  dep_operator = parsed_operator[dependency]
  dep_version = parsed_version[dependency]
  if (dependency ~ /[ \t]/) return 0
  return dep_operator == "" || dep_operator == "><" || valid_version(dep_version)
}

# Whether a package that provides `dep_name` as `have` (checksum `sum`) is what the parsed dependency
# asks for, leaving its "!" aside.
function matches(have, sum,    order) {
  if (dep_operator == "") return 1
  if (dep_operator == "><") return sum == dep_version
  if (have == "") return 0
  order = compare(have, dep_version, dep_operator ~ /~/)
  if (order == 0) return dep_operator ~ /[=~]/
  return order < 0 ? dep_operator ~ /</ : dep_operator ~ />/
}

# 1 when the package fulfils the dependency, -1 when it speaks against it, 0 when it has nothing to
# do with it.
function judge(package, dependency,    good) {
  parse(dependency)
  if (!((dep_name, package) in provided)) return 0
  good = matches(provided[dep_name, package], checksum[package])
  if (dep_not) good = !good
  return good ? 1 : -1
}

# --- reading -------------------------------------------------------------------------------------

function add_provider(what, package, as) {
  if ((what, package) in provided) return
  provided[what, package] = as
  providers[what] = providers[what] (providers[what] == "" ? "" : " ") package
}

# Called at the end of each record; the fields are in field[].
function add_package(source,    package, identity, list, count, i) {
  if (!("P" in field)) return
  identity = field["P"] "-" field["V"] " " field["C"]
  if (identity in known) {
    package = known[identity]
  } else {
    package = known[identity] = ++packages
    name[package] = field["P"]
    version[package] = field["V"]
    checksum[package] = field["C"]
    depends[package] = field["D"]
    provides[package] = field["p"]
    install_if[package] = field["i"]
    priority[package] = field["k"] + 0
    size[package] = field["I"] + 0
    package_size[package] = field["S"] + 0
    origin[package] = field["o"] == "" ? field["P"] : field["o"]
    license[package] = field["L"]
    arch[package] = field["A"]
    add_provider(name[package], package, version[package])
    count = split(provides[package], list, " ")
    for (i = 1; i <= count; i++) {
      parse(list[i])
      add_provider(dep_name, package, dep_version)
    }
    count = split(install_if[package], list, " ")
    for (i = 1; i <= count; i++) {
      parse(list[i])
      wakes[dep_name] = wakes[dep_name] " " package
    }
  }
  if (source == "installed") {
    installed[package] = 1
    installed_as[name[package]] = package
    broken[package] = field["f"]
    installed_tag[package] = field["s"] == "" ? "" : "@" field["s"]
    installed_size += size[package]
    installed_count++
  } else if (source != "virtual" && !(package in repository)) {
    repository[package] = source
  }
}

function forget(    key) {
  for (key in field) delete field[key]
}

# Names in the order in which apk shows them.
function before(a, b) {
  if (tolower(a) != tolower(b)) return tolower(a) < tolower(b)
  return a < b
}

function sort_names(list, count,    i, j, held) {
  for (i = 2; i <= count; i++) {
    held = list[i]
    for (j = i - 1; j >= 1 && before(held, list[j]); j--) list[j + 1] = list[j]
    list[j + 1] = held
  }
}

# The kind of the file being read is set between the file names on the command line.
kind == "installed" || kind ~ /^[0-9]+$/ {
  if ($0 == "") { add_package(kind); forget(); next }
  if (substr($0, 2, 1) != ":") next
  letter = substr($0, 1, 1)
  if (letter != "F" && letter != "R" && letter != "Z" && letter != "a" && letter != "M")
    field[letter] = substr($0, 3)
  next
}
