# Which triggers are to run, to fire: "package, version, checksum, directories"; and the new list of
# all triggers, to triggers. A package that has just come looks at every directory, others at those
# that were touched.

# A shell pattern whose stars stop at slashes, as a regular expression.
function fits(text, pattern) {
  gsub(/[.+]/, "\\\\&", pattern)
  gsub(/\*/, "[^/]*", pattern)
  gsub(/\?/, "[^/]", pattern)
  return text ~ ("^" pattern "$")
}

kind == "log" {
  split($0, parts, "\t")
  if (parts[1] == "add") {
    version[parts[2]] = parts[3]
    checksum[parts[2]] = parts[4]
    fresh[parts[2]] = 1
    while ((getline line < parts[6]) > 0) if (line ~ /^F:/) all["/" substr(line, 3)] = 1
    close(parts[6])
  } else if (parts[1] == "drop") dropped[parts[2]] = 1
  else if (parts[1] == "watches") {
    watches[parts[2]] = parts[3]
    order[++count] = parts[2]
  }
}
kind == "installed" {
  if (/^C:/) sum = substr($0, 3)
  if (/^P:/) package = substr($0, 3)
  if (/^V:/) {
    gone = (package in dropped) || (package in fresh)
    if (!gone) { version[package] = substr($0, 3); checksum[package] = sum; by_sum[sum] = package }
  }
  if (/^F:/ && !(package in dropped)) all["/" substr($0, 3)] = 1
}
kind == "triggers" && ($1 in by_sum) {
  package = by_sum[$1]
  if (!(package in watches)) order[++count] = package
  watches[package] = substr($0, length($1) + 2)
}
kind == "touched" { touched["/" $0] = 1; all["/" $0] = 1 }
END {
  printf "" >(out "/fire")
  printf "" >(out "/triggers")
  for (directory in all) names[++total] = directory
  for (i = 2; i <= total; i++) {
    held = names[i]
    for (j = i - 1; j >= 1 && held < names[j]; j--) names[j + 1] = names[j]
    names[j + 1] = held
  }
  for (i = 1; i <= count; i++) {
    package = order[i]
    number = split(watches[package], patterns, " ")
    print checksum[package] " " watches[package] >(out "/triggers")
    found = ""
    for (j = 1; j <= total; j++) {
      if (!(package in fresh) && !(names[j] in touched)) continue
      for (k = 1; k <= number; k++)
        if (fits(names[j], patterns[k])) { found = found " " names[j]; break }
    }
    if (found != "") print package "\t" version[package] "\t" checksum[package] "\t" substr(found, 2) >(out "/fire")
  }
}
