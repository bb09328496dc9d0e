# The new installed database, on standard output; "MiB packages" to totals.

function before(a, b) {
  if (tolower(a) != tolower(b)) return tolower(a) < tolower(b)
  return a < b
}

function finish_record(    what, sum) {
  if (record == "") return
  what = value["P"]
  sum = value["C"]
  if (kind == "installed") {
    if (!(what in dropped) && !(what in added)) {
      if (what in tags) sub(/\ns:[^\n]*\n/, "\n", record)
      keep(what, record tail(what), files)
    }
  } else if ((what in added) && added[what] == value["V"] "\t" sum && !(what in kept)) {
    keep(what, record tail(what), read_file(contents[what]))
  }
  record = files = ""
}

function keep(what, text, list) {
  kept[what] = text list
  names[++total] = what
  installed_size += value["I"]
}

function tail(what,    text) {
  if (what in replaces) text = "r:" replaces[what] "\n"
  if (tags[what] != "") text = text "s:" tags[what] "\n"
  if (flags[what] != "") text = text "f:" (flags[what] ~ /f/ ? "f" : "") (flags[what] ~ /s/ ? "s" : "") "\n"
  return text
}

function read_file(path,    line, text) {
  while ((getline line < path) > 0) text = text line "\n"
  close(path)
  return text
}

kind == "log" {
  split($0, parts, "\t")
  if (parts[1] == "add") {
    added[parts[2]] = parts[3] "\t" parts[4]
    contents[parts[2]] = parts[6]
    if (parts[5] == "-") created[parts[2]] = parts[7]
  } else if (parts[1] == "drop") dropped[parts[2]] = 1
  else if (parts[1] == "flags") flags[parts[2]] = flags[parts[2]] parts[3]
  else if (parts[1] == "tag") tags[parts[2]] = parts[3]
  else if (parts[1] == "replaces") replaces[parts[2]] = parts[3]
}
kind == "installed" || kind ~ /^[0-9]+$/ {
  if ($0 == "") { finish_record(); next }
  letter = substr($0, 1, 1)
  if (substr($0, 2, 1) != ":") next
  value[letter] = substr($0, 3)
  if (letter ~ /[FMRaZ]/ && kind == "installed") files = files $0 "\n"
  else if (letter ~ /[FMRaZ]/) next
  else {
    if (letter == "C") { record = ""; value["I"] = 0 }
    record = record $0 "\n"
  }
}
END {
  for (what in created) {
    split(added[what], parts, "\t")
    value["I"] = 0
    keep(what, "C:" parts[2] "\nP:" what "\nV:" parts[1] "\nA:noarch\nS:0\nI:0\nT:virtual meta package\nU:\nL:\n" \
      (created[what] == "-" ? "" : "D:" created[what] "\n"), "")
  }
  for (i = 2; i <= total; i++) {
    held = names[i]
    for (j = i - 1; j >= 1 && before(held, names[j]); j--) names[j + 1] = names[j]
    names[j + 1] = held
  }
  for (i = 1; i <= total; i++) print kept[names[i]]
  print int(installed_size / 1048576), total + 0 >(out "/totals")
}
