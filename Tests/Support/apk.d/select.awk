# Chooses packages for a world. apk's own solver weighs everything at once; this one chooses package
# by package, starts over with a choice excluded when it turns out to clash, and so comes to the same
# result wherever a repository has one version of each package.

function shown(package) { return name[package] "-" version[package] }

function available(package) {
  if (installed[package] || package == virtual_package) return 1
  return (package in repository) && !unreachable[repository[package]]
}

function tag_fits(package,    tag) {
  if (installed[package] || !(package in repository)) return 1
  tag = repository_tag[repository[package]]
  return tag == "" || wanted_tag[name[package]] == tag
}

# --- what is wanted ------------------------------------------------------------------------------

function constrain(dependency, by) {
  parse(dependency)
  constraints[dep_name]++
  constraint[dep_name, constraints[dep_name]] = dependency
  constraint_by[dep_name, constraints[dep_name]] = by
  if (!dep_not && !(dep_name in is_wanted)) {
    is_wanted[dep_name] = 1
    wanted[++wanted_count] = dep_name
  }
}

# Whether no constraint that is known yet speaks against the package.
function welcome(package,    list, count, i, j, what) {
  if (!available(package) || !tag_fits(package) || excluded[package]) return 0
  count = split(name[package] " " provides[package], list, " ")
  for (i = 1; i <= count; i++) {
    parse(list[i])
    what = dep_name
    for (j = 1; j <= constraints[what]; j++)
      if (judge(package, constraint[what, j]) < 0) return 0
  }
  count = split(depends[package], list, " ")
  for (i = 1; i <= count; i++) {
    parse(list[i])
    if (dep_not && (dep_name in chosen) && judge(chosen[dep_name], list[i]) < 0) return 0
  }
  return 1
}

# Whether everything that the package needs could be had at all.
function feasible(package,    list, count, i, options, others, j, found, what) {
  if (package in feasibility) return feasibility[package]
  feasibility[package] = 1
  count = split(depends[package], list, " ")
  for (i = 1; i <= count; i++) {
    parse(list[i])
    if (dep_not) continue
    what = dep_name
    others = split(providers[what], options, " ")
    found = 0
    for (j = 1; j <= others && !found; j++)
      found = available(options[j]) && judge(options[j], list[i]) > 0 && feasible(options[j])
    if (!found) return feasibility[package] = 0
  }
  return 1
}

# Positive when `a` is the better provider of `what`.
function better(a, b, what,    order) {
  if (b == "") return 1
  order = (welcome(a) && feasible(a)) - (welcome(b) && feasible(b))
  if (order) return order
  order = !excluded[a] - !excluded[b]
  if (order) return order
  if (!upgrading && !upgrade[name[a]] && !upgrade[name[b]]) {
    order = installed[a] - installed[b]
    if (order) return order
  }
  order = compare(provided[what, a], provided[what, b])
  if (order) return order
  if (name[a] == name[b]) {
    order = compare(version[a], version[b])
    if (order) return order
  }
  order = installed[a] - installed[b]
  if (order) return order
  order = priority[a] - priority[b]
  if (order) return order
  return repository[b] - repository[a]
}

function select_package(package,    list, count, i) {
  selected[++selected_count] = package
  is_selected[package] = 1
  count = split(name[package] " " provides[package], list, " ")
  for (i = 1; i <= count; i++) {
    parse(list[i])
    if (!(dep_name in chosen)) chosen[dep_name] = package
    else if (chosen[dep_name] != package && provided[dep_name, package] provided[dep_name, chosen[dep_name]] != "")
      clash[package] = clash[chosen[dep_name]] = 1
  }
  count = split(depends[package], list, " ")
  for (i = 1; i <= count; i++) constrain(list[i], package)
}

function choose(what,    list, count, i, best, package) {
  count = split(providers[what], list, " ")
  best = ""
  for (i = 1; i <= count; i++) {
    package = list[i]
    # A mere alternative is nobody's choice unless its packager gave it a priority.
    if (provided[what, package] == "" && !(name[package] in is_wanted) && !priority[package]) continue
    if (better(package, best, what) > 0) best = package
  }
  if (best == "") missing[what] = 1
  else if (!is_selected[best]) select_package(best)
  else chosen[what] = best
}

# A package that is to be there as soon as others are.
function wake(    package, list, count, i, all) {
  for (package = 1; package <= packages; package++) {
    if (install_if[package] == "" || (name[package] in chosen) || (name[package] in is_wanted)) continue
    count = split(install_if[package], list, " ")
    all = available(package) && tag_fits(package)
    for (i = 1; i <= count && all; i++) {
      parse(list[i])
      if (dep_name in chosen) all = judge(chosen[dep_name], list[i]) > 0
      else all = dep_not
    }
    if (all && welcome(package) && feasible(package)) {
      is_wanted[name[package]] = 1
      wanted[++wanted_count] = name[package]
      return 1
    }
  }
  return 0
}

function concrete(what,    list, count, i) {
  count = split(providers[what], list, " ")
  for (i = 1; i <= count; i++) if (name[list[i]] == what) return 1
  return 0
}

function settle(    i, pick, rank, best_rank) {
  for (;;) {
    best_rank = 9
    for (i = 1; i <= wanted_count; i++) {
      if ((wanted[i] in chosen) || (wanted[i] in missing)) continue
      rank = concrete(wanted[i]) ? 0 : 1
      if (rank < best_rank) { best_rank = rank; pick = wanted[i] }
    }
    if (best_rank < 9) choose(pick)
    else if (!wake()) break
  }
}

# Excludes one package that clashes though another could take its place; false when there is none.
function improve(    what, i, package, list, count, j) {
  for (what in constraints) {
    if (!(what in chosen)) continue
    package = chosen[what]
    for (i = 1; i <= constraints[what]; i++) {
      if (judge(package, constraint[what, i]) >= 0) continue
      count = split(providers[what], list, " ")
      for (j = 1; j <= count; j++)
        if (list[j] != package && !excluded[list[j]] && available(list[j]) && tag_fits(list[j]) \
            && judge(list[j], constraint[what, i]) > 0 && feasible(list[j])) {
          excluded[package] = 1
          return 1
        }
    }
  }
  return 0
}

function empty(array,    key) { for (key in array) delete array[key] }

function solve(    i) {
  do {
    empty(constraints); empty(is_wanted); empty(chosen); empty(missing); empty(clash)
    empty(is_selected); empty(feasibility)
    wanted_count = selected_count = 0
    for (i = 1; i <= world_count; i++) constrain(world[i], "world")
    settle()
  } while (improve())
}

# Marks what is wrong and counts it, as apk does: names without a provider, and packages that break
# a rule, whose own needs are not met, or that need such a package.
function count_errors(    i, j, k, package, list, count, what, changed, errors) {
  errors = 0
  for (what in missing) errors++
  for (i = 1; i <= selected_count; i++) {
    package = selected[i]
    if (clash[package] || !available(package) || !tag_fits(package)) wrong[package] = 1
    count = split(name[package] " " provides[package], list, " ")
    for (j = 1; j <= count; j++) {
      parse(list[j])
      what = dep_name
      for (k = 1; k <= constraints[what]; k++)
        if (judge(package, constraint[what, k]) < 0) wrong[package] = 1
    }
  }
  do {
    changed = 0
    for (i = 1; i <= selected_count; i++) {
      package = selected[i]
      if (wrong[package]) continue
      count = split(depends[package], list, " ")
      for (j = 1; j <= count; j++) {
        parse(list[j])
        if (dep_name in chosen) {
          if (judge(chosen[dep_name], list[j]) < 0) wrong[package] = 1
          parse(list[j])
          if (!dep_not && wrong[chosen[dep_name]]) wrong[package] = 1
        } else if (!dep_not) wrong[package] = 1
      }
      if (wrong[package]) changed = 1
    }
  } while (changed)
  for (package in wrong) if (wrong[package]) errors++
  return errors
}
