# add, del, fix, upgrade: from the request to lines for the shell (fields are separated by tabs):
#   E, W, O text       for standard error (W: a warning), standard output
#   R status           the end, nothing is to be done
#   L world            the new world, its dependencies separated by spaces
#   S MiB count        what is installed now
#   T number           how many changes follow that apk counts
#   C verb name old new repository checksum tag broken size children
#                      one change; verb may be keep, "-" stands for an empty field, children are what a
#                      virtual package depends on
# Input: REQUEST and PACKAGES (newline-separated) in the environment, VIRTUAL is name=version.

function put_in_world(dependency,    i, what) {
  parse(dependency)
  what = dep_name
  for (i = 1; i <= world_count; i++) {
    parse(world[i])
    if (dep_name == what) { world[i] = dependency; return }
  }
  world[++world_count] = dependency
}

function take_from_world(what,    i, j) {
  for (i = j = 1; i <= world_count; i++) {
    parse(world[i])
    if (dep_name != what) world[j++] = world[i]
  }
  world_count = j - 1
}

function sort_world(    i, j, held) {
  for (i = 2; i <= world_count; i++) {
    held = world[i]
    for (j = i - 1; j >= 1 && before(named(held), named(world[j])); j--) world[j + 1] = world[j]
    world[j + 1] = held
  }
}

function named(dependency) { parse(dependency); return dep_name }

function end_with(status) { print "R\t" status; exit }

function mentioned(what,    package, list, count, i) {
  if (providers[what] != "") return 1
  for (i = 1; i <= world_count; i++) { parse(world[i]); if (dep_name == what) return 1 }
  for (package = 1; package <= packages; package++) {
    count = split(depends[package] " " install_if[package], list, " ")
    for (i = 1; i <= count; i++) { parse(list[i]); if (dep_name == what) return 1 }
  }
  return 0
}

function flag_providers(flags, what,    list, count, i) {
  count = split(providers[what], list, " ")
  for (i = 1; i <= count; i++) flags[name[list[i]]] = 1
}

function request_add(    i, children) {
  children = ""
  for (i = 1; i <= arguments; i++) {
    if (!parse(argument[i]) || dep_name == "" || (virtual != "" && dep_tag != "")) {
      say("E", "ERROR: '" argument[i] "' is not a valid " (virtual == "" ? "world" : "child") \
        " dependency, format is name" (virtual == "" ? "(@tag)" : "") "([<>~=]version)")
      end_with(99)
    }
    if (virtual != "") children = children (children == "" ? "" : " ") argument[i]
    else put_in_world(argument[i])
    if (ENVIRON["UPGRADE"] != "") flag_providers(upgrade, dep_name)
  }
  if (virtual == "") return
  if (arguments == 0) say("W", "creating empty virtual package")
  parse(virtual)
  field["P"] = dep_name
  field["V"] = dep_version
  field["C"] = "Q1" dep_name dep_version
  field["D"] = children
  field["A"] = "noarch"
  field["T"] = "virtual meta package"
  add_package("virtual")
  # The same version again is the package that is there already, old dependencies and all.
  if (!installed[packages]) virtual_package = packages
  forget()
  put_in_world(virtual)
}

function request_del(    i, errors) {
  for (i = 1; i <= arguments; i++)
    if (!mentioned(argument[i])) { say("E", "ERROR: No such package: " argument[i]); errors++ }
  if (errors) end_with(errors)
  for (i = 1; i <= arguments; i++) take_from_world(argument[i])
}

function request_fix(    i, errors, package) {
  for (i = 1; i <= arguments; i++) {
    if (!mentioned(argument[i])) { say("E", "ERROR: Package '" argument[i] "' not found"); errors++ }
    flag_providers(again, argument[i])
  }
  if (errors) end_with(errors)
  if (arguments == 0)
    for (package = 1; package <= packages; package++)
      if (installed[package] && broken[package] ~ /[fs]/) again[name[package]] = 1
}

function request_upgrade(    i, errors) {
  for (i = 1; i <= arguments; i++) {
    if (!mentioned(argument[i])) { say("E", "ERROR: Package '" argument[i] "' not found"); errors++ }
    flag_providers(upgrade, argument[i])
  }
  if (errors) end_with(errors)
  upgrading = arguments == 0
}

function check_tags(    i, j, bad, known_tag) {
  for (i = 1; i <= world_count; i++) {
    parse(world[i])
    if (dep_tag == "") continue
    known_tag = 0
    for (j in repository_tag) if (repository_tag[j] == "@" dep_tag) known_tag = 1
    if (!known_tag) {
      say("W", "The repository tag for world dependency '" dep_name "@" dep_tag "' does not exist")
      bad = 1
    }
    wanted_tag[dep_name] = "@" dep_tag
  }
  if (!bad) return
  say("E", "ERROR: Not committing changes due to missing repository tags. Use --force-broken-world to override.")
  end_with(99)
}

# What is still there after a del, and for whose sake.
function reasons_to_stay(package,    list, count, i, other) {
  if (visited[package]) return
  visited[package] = 1
  if (!stay_header) {
    say("O", "World updated, but the following packages are not removed due to:")
    stay_header = 1
  }
  if (line == "") start("  " stay_name ":")
  if (name[package] in world_names) add(name[package])
  count = split(provides[package], list, " ")
  for (i = 1; i <= count; i++) { parse(list[i]); if (dep_name in world_names) add(dep_name) }
  for (other = 1; other <= packages; other++) {
    if (!is_selected[other]) continue
    count = split(depends[other], list, " ")
    for (i = 1; i <= count; i++)
      if (judge(package, list[i]) > 0) { reasons_to_stay(other); break }
  }
  count = split(install_if[package], list, " ")
  for (i = 1; i <= count; i++) {
    parse(list[i])
    if (dep_name in chosen) reasons_to_stay(chosen[dep_name])
  }
}

function explain_stay(    i, list, count, j) {
  for (i = 1; i <= world_count; i++) { parse(world[i]); world_names[dep_name] = 1 }
  sort_names(argument, arguments)
  stream = "O"
  for (i = 1; i <= arguments; i++) {
    empty(visited)
    stay_name = argument[i]
    count = split(providers[stay_name], list, " ")
    for (j = 1; j <= count; j++) if (is_selected[list[j]]) reasons_to_stay(list[j])
    finish()
  }
  if (stay_header) say("O", "")
}

function verb(old, new,    order) {
  if (old == "") return "Installing"
  if (new == "") return "Purging"
  if (old == new && !again[name[new]]) return tag_of(new) != installed_tag[new] ? "Updating" : "keep"
  if (old == new) return (new in repository) && !unreachable[repository[new]] ? "Reinstalling" : "unavailable"
  order = compare(version[new], version[old])
  return order < 0 ? "Downgrading" : order > 0 ? "Upgrading" : "Replacing"
}

# The tag under which the package is wanted, if it is from a repository with that tag.
function tag_of(package,    tag) {
  tag = wanted_tag[name[package]]
  return tag != "" && (package in repository) && repository_tag[repository[package]] == tag ? tag : ""
}

function field_or_dash(text) { return text == "" ? "-" : text }

function write_changes(    i, old, new, what, total, text) {
  for (i = 1; i <= changes; i++) if (verb(change_old[i], change_new[i]) != "keep") total++
  print "T\t" total + 0
  for (i = 1; i <= changes; i++) {
    old = change_old[i]
    new = change_new[i]
    what = verb(old, new)
    if (what == "keep" && broken[old] !~ /[fs]/) continue
    print "C\t" what "\t" name[new == "" ? old : new] "\t" field_or_dash(version[old]) "\t" \
      field_or_dash(version[new]) "\t" field_or_dash(repository[new]) "\t" \
      field_or_dash(checksum[new == "" ? old : new]) "\t" \
      field_or_dash(new == "" ? "" : tag_of(new)) "\t" \
      field_or_dash(broken[old]) "\t" (new == "" ? 0 : size[new]) "\t" \
      field_or_dash(new == virtual_package ? depends[new] : "")
  }
}

# Only spaces and line ends separate here: a tab is part of a name to apk.
kind == "world" {
  count = split($0, tokens, / +/)
  for (i = 1; i <= count; i++) if (tokens[i] != "") world[++world_count] = tokens[i]
}

END {
  # Numbers of the repositories, with what is to be known of them: "number tag state".
  count = split(ENVIRON["REPOSITORIES"], lines, "\n")
  for (i = 1; i <= count; i++) {
    split(lines[i], parts, " ")
    repository_tag[parts[1]] = parts[2] == "-" ? "" : parts[2]
    if (parts[3] == "off") unreachable[parts[1]] = 1
  }
  count = split(ENVIRON["PACKAGES"], lines, "\n")
  for (i = 1; i <= count; i++) if (lines[i] != "") argument[++arguments] = lines[i]
  virtual = ENVIRON["VIRTUAL"]
  request = ENVIRON["REQUEST"]
  if (request == "add") request_add()
  else if (request == "del") request_del()
  else if (request == "fix") request_fix()
  else if (request == "upgrade") request_upgrade()
  sort_world()
  check_tags()
  solve()
  order_changes()
  errors = count_errors()
  if (errors) { explain(); end_with(errors) }
  if (request == "del") explain_stay()
  text = ""
  for (i = 1; i <= world_count; i++) text = text (i > 1 ? " " : "") world[i]
  print "L\t" field_or_dash(text)
  print "S\t" int(installed_size / 1048576) "\t" installed_count + 0
  write_changes()
}
