# info, list, search, and how many packages there are.

function exists(dependency,    list, count, i) {
  if (dependency == "") return 0
  if (!parse(dependency) || dep_name == "") return 1
  count = split(providers[dep_name], list, " ")
  for (i = 1; i <= count; i++) {
    if (!installed[list[i]]) continue
    if (judge(list[i], dependency) < 0) return 0
    print name[list[i]]
    return 1
  }
  parse(dependency)
  return dep_not
}

function upgradable(package,    old) {
  old = name[package] in installed_as ? installed_as[name[package]] : ""
  return old != "" && compare(version[old], version[package]) < 0 ? old : ""
}

function print_listed(package,    old) {
  if (only_installed && !installed[package]) return
  if (quiet) { print name[package]; return }
  old = installed[package] ? "" : upgradable(package)
  print name[package] "-" version[package] " " arch[package] " {" origin[package] "} (" license[package] ")" \
    (installed[package] ? " [installed]" : old != "" ? " [upgradable from: " name[old] "-" version[old] "]" : "")
}

# Shell patterns of names as regular expressions.
function fits(text, pattern) {
  gsub(/[.+]/, "\\\\&", pattern)
  gsub(/\*/, ".*", pattern)
  gsub(/\?/, ".", pattern)
  return tolower(text) ~ ("^" tolower(pattern) "$")
}

function all_names(names,    package, total, seen) {
  for (package = 1; package <= packages; package++)
    if (!(name[package] in seen)) { seen[name[package]] = 1; names[++total] = name[package] }
  sort_names(names, total)
  return total
}

function of_name(what, list,    package, total, i, j, held) {
  for (package = 1; package <= packages; package++) if (name[package] == what) list[++total] = package
  for (i = 2; i <= total; i++) {
    held = list[i]
    for (j = i - 1; j >= 1 && compare(version[held], version[list[j]]) < 0; j--) list[j + 1] = list[j]
    list[j + 1] = held
  }
  return total
}

END {
  quiet = ENVIRON["QUIET"] != ""
  count = split(ENVIRON["PACKAGES"], lines, "\n")
  for (i = 1; i < count; i++) argument[++arguments] = lines[i]
  request = ENVIRON["REQUEST"]
  only_installed = request == "list-installed"
  if (request == "exists") {
    for (i = 1; i <= arguments; i++) if (!exists(argument[i])) errors++
    exit errors > 99 ? 99 : errors + 0
  }
  if (request == "count") { print packages + 0; exit 0 }
  total = all_names(names)
  for (i = 1; i <= total; i++) {
    wanted_name = arguments == 0
    for (j = 1; j <= arguments; j++) {
      pattern = request == "search" ? "*" argument[j] "*" : argument[j]
      if (fits(names[i], pattern)) wanted_name = 1
    }
    if (!wanted_name) continue
    if (request == "info") { if (names[i] in installed_as) { print names[i]; found = 1 } }
    else {
      number = of_name(names[i], list)
      for (j = 1; j <= number; j++) {
        if (request == "search") print name[list[j]] "-" version[list[j]]
        else print_listed(list[j])
      }
    }
  }
}
