# Why nothing could be chosen, in apk's words and layout.

function say(kind, text) { print kind "\t" text }

BEGIN { stream = "E" }

# A label and what it lists, broken at 50 columns as apk does where there is no terminal.
function start(text) { line = text; indent = length(text) + 1 }

function add(item) {
  if (length(line) <= indent) line = line sprintf("%" (indent - length(line)) "s", "") item
  else if (length(line) + length(item) + 1 >= 50) {
    say(stream, line)
    line = sprintf("%" indent "s", "") item
  } else line = line " " item
}

function finish() {
  if (line != "") say(stream, line)
  line = ""
}

function head(title, group) {
  if (heading != "") { say("E", "  " heading ":"); heading = ""; headings++ }
  if (line == "") start("    " group)
}

function explain_missing(what,    list, count, i, j, once, number, own) {
  if ((what in chosen) || (what in explained)) return
  explained[what] = 1
  if (providers[what] != "") {
    heading = what " (virtual)"
    head(heading, "note:")
    count = split("please select one of the 'provided by' packages explicitly", list, " ")
    for (i = 1; i <= count; i++) add(list[i])
    finish()
    head(heading, "provided by:")
    count = split(providers[what], list, " ")
    for (i = 1; i <= count; i++) add(name[list[i]])
    finish()
  } else {
    heading = what " (no such package)"
  }
  head(heading, "required by:")
  for (i = 1; i <= world_count; i++) {
    parse(world[i])
    if (dep_name == what && !dep_not) add("world[" untagged(world[i]) "]")
  }
  for (i = 1; i <= changes; i++) {
    if (change_new[i] == "") continue
    count = split(depends[change_new[i]], list, " ")
    once = 0
    for (j = 1; j <= count && !once; j++) {
      parse(list[j])
      if (dep_name == what && !dep_not) { add(shown(change_new[i]) "[" list[j] "]"); once = 1 }
    }
  }
  finish()
}

function untagged(dependency) {
  parse(dependency)
  return (dep_not ? "!" : "") dep_name dep_operator dep_version
}

function explain_dependencies(package, wanted_verdict, group,    i, j, list, count) {
  for (i = 1; i <= world_count; i++)
    if (judge(package, world[i]) == wanted_verdict) { head("", group); add("world[" untagged(world[i]) "]") }
  for (i = 1; i <= changes; i++) {
    if (change_new[i] == "") continue
    count = split(depends[change_new[i]], list, " ")
    for (j = 1; j <= count; j++)
      if (judge(package, list[j]) == wanted_verdict) {
        head("", group)
        add(shown(change_new[i]) "[" list[j] "]")
      }
  }
  finish()
}

function explain_conflicts(package,    list, count, i, j, other) {
  for (j = 1; j <= changes; j++) {
    other = change_new[j]
    if (other == "" || other == package || !((name[package], other) in provided)) continue
    head("", "conflicts:")
    add(shown(other))
  }
  count = split(provides[package], list, " ")
  for (i = 1; i <= count; i++)
    for (j = 1; j <= changes; j++) {
      other = change_new[j]
      parse(list[i])
      if (other == "" || other == package || !((dep_name, other) in provided)) continue
      if (dep_version == "" && provided[dep_name, other] == "") continue
      head("", "conflicts:")
      add(shown(other) "[" list[i] "]")
    }
  finish()
}

function explain_masks(package) {
  if (installed[package]) return
  if (package == virtual_package) { head("", "masked in:"); add("cache") }
  else if (!available(package)) { head("", "masked in:"); add("--no-network") }
  else if (!tag_fits(package)) { head("", "masked in:"); add(repository_tag[repository[package]]) }
  finish()
}

function explain(    i, j, package, list, count) {
  say("E", "ERROR: unable to select packages:")
  for (i = 1; i <= world_count; i++) {
    parse(world[i])
    if (!dep_not) explain_missing(dep_name)
  }
  for (i = 1; i <= changes; i++) {
    package = change_new[i]
    if (package == "") continue
    heading = shown(package)
    explain_masks(package)
    explain_conflicts(package)
    explain_dependencies(package, -1, "breaks:")
    if (heading == "") explain_dependencies(package, 1, "satisfies:")
    count = split(depends[package], list, " ")
    for (j = 1; j <= count; j++) {
      parse(list[j])
      if (!dep_not) explain_missing(dep_name)
    }
  }
  if (!headings) say("E", "Huh? Error reporter did not find the broken constraints.")
}
