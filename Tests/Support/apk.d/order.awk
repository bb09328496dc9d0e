# From the packages that are chosen to the list of changes, in the order in which apk makes them:
# what nobody needs any more goes first, what others need comes before them.

function count_needs(package, step,    list, count, i) {
  count = split(depends[package], list, " ")
  for (i = 1; i <= count; i++) {
    parse(list[i])
    if (!dep_not && (dep_name in holder)) needed[holder[dep_name]] += step
  }
}

function own_choice(what) {
  return (what in chosen) && name[chosen[what]] == what
}

function record(old, new) {
  change_old[++changes] = old
  change_new[changes] = new
}

function remove(package,    list, count, i, other) {
  if (ordered_package[package] || own_choice(name[package])) return
  ordered_name[name[package]] = ordered_package[package] = 1
  for (other = 1; other <= packages; other++) {
    if (!installed[other]) continue
    count = split(depends[other], list, " ")
    for (i = 1; i <= count; i++)
      if (judge(package, list[i]) > 0) { remove(other); break }
  }
  without_reason(package)
  record(package, "")
  count = split(depends[package], list, " ")
  for (i = 1; i <= count; i++) release(list[i])
}

# One that was installed because of others goes when one of those goes.
function without_reason(package,    list, count, i, reasons, others, j) {
  others = split(name[package] " " provides[package], reasons, " ")
  for (j = 1; j <= others; j++) {
    parse(reasons[j])
    count = split(wakes[dep_name], list, " ")
    for (i = 1; i <= count; i++)
      if (installed[list[i]] && !ordered_name[name[list[i]]] && !(name[list[i]] in chosen) \
          && !needed[name[list[i]]] && ordered_name[name[package]] && !(name[package] in chosen))
        remove(list[i])
  }
}

function release(dependency) {
  parse(dependency)
  if (dep_not || !(dep_name in holder)) return
  if (--needed[holder[dep_name]] > 0) return
  if (dep_name in installed_as) remove(installed_as[dep_name])
}

function remove_orphans(what,    list, count, i) {
  if (ordered_name[what]) return
  ordered_name[what] = 1
  if ((what in installed_as) && !own_choice(what)) remove(installed_as[what])
  count = split(providers[what], list, " ")
  for (i = 1; i <= count; i++)
    if (installed[list[i]] && !(name[list[i]] in chosen)) remove(list[i])
}

function place(what,    package, old, list, count, i) {
  if (ordered_name[what]) return
  remove_orphans(what)
  if (!(what in chosen)) return
  package = chosen[what]
  if (ordered_package[package]) return
  ordered_package[package] = 1
  count = split(name[package] " " provides[package], list, " ")
  for (i = 1; i <= count; i++) { parse(list[i]); remove_orphans(dep_name) }
  old = (name[package] in installed_as) ? installed_as[name[package]] : ""
  count = split(depends[package], list, " ")
  for (i = 1; i <= count; i++) { parse(list[i]); place(dep_name) }
  record(old, package)
  place_woken(package)
  count_needs(package, 1)
  if (old != "") {
    count = split(depends[old], list, " ")
    for (i = 1; i <= count; i++) release(list[i])
  }
}

function place_woken(package,    names, others, j, list, count, i, conditions, number, k, all) {
  others = split(name[package] " " provides[package], names, " ")
  for (j = 1; j <= others; j++) {
    parse(names[j])
    count = split(wakes[dep_name], list, " ")
    for (i = 1; i <= count; i++) {
      if (!is_selected[list[i]] || ordered_name[name[list[i]]]) continue
      number = split(install_if[list[i]], conditions, " ")
      all = 1
      for (k = 1; k <= number && all; k++) {
        parse(conditions[k])
        all = ordered_name[dep_name] && (dep_name in chosen) && judge(chosen[dep_name], conditions[k]) > 0
      }
      if (all) place(name[list[i]])
    }
  }
}

function order_changes(    package, list, count, i, names, total) {
  for (package = 1; package <= packages; package++) {
    if (!installed[package]) continue
    names[++total] = name[package]
    holder[name[package]] = name[package]
    count = split(provides[package], list, " ")
    for (i = 1; i <= count; i++) {
      parse(list[i])
      if (dep_version != "") holder[dep_name] = name[package]
    }
  }
  sort_names(names, total)
  for (i = 1; i <= total; i++) count_needs(installed_as[names[i]], 1)
  for (i = 1; i <= total; i++)
    if (!needed[names[i]] && !(names[i] in chosen)) remove(installed_as[names[i]])
  for (i = 1; i <= world_count; i++) { parse(world[i]); place(dep_name) }
  for (i = 1; i <= total; i++) place(names[i])
}
