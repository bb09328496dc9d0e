# Which files of a package go where. Writes below `out`: exclude (not to be extracted), beside (to be
# extracted as .apk-new), errors, owned (lines for the owners), touched (directories), notes (lines
# for the log), contents (what the record is to list).

function guarded(path) { return path ~ /^etc\// && path !~ /^etc\/init\.d\// }

function create(file) { printf "" >(out "/" file) }

function finish_file(    mine, hex) {
  if (path == "") return
  mine = owner[path]
  if (mine != "" && mine != package && owner_origin[path] != origin && !(mine in replaced)) {
    print "ERROR: " package "-" version ": trying to overwrite " path " owned by " mine "-" owner_version[path] "." \
      >(out "/errors")
    print path >(out "/exclude")
    path = ""
    return
  }
  if (guarded(path) && (path in sum) && sum[path] != hexadecimal(owner_sum[path])) {
    print path >(out "/exclude")
    if (sum[path] != hexadecimal(checksum)) print path >(out "/beside")
  }
  print path "\t" package "\t" version "\t" origin "\t" checksum >(out "/owned")
  printf "%s", text >(out "/contents")
  path = ""
}

BEGIN {
  create("errors"); create("exclude"); create("beside"); create("owned")
  create("touched"); create("notes"); create("contents")
}
kind == "info" && $1 == "origin" { origin = $3 }
kind == "info" && $1 == "replaces" { replaced[$3] = 1; replaces = replaces " " $3 }
kind == "info" && $1 == "triggers" {
  sub(/^triggers = /, "")
  print "watches\t" package "\t" $0 >(out "/notes")
}
kind == "owners" {
  split($0, parts, "\t")
  owner[parts[1]] = parts[2] == "-" ? "" : parts[2]
  owner_version[parts[1]] = parts[3]
  owner_origin[parts[1]] = parts[4]
  owner_sum[parts[1]] = parts[5]
}
kind == "sums" { sum[substr($0, 43)] = $1 }
kind == "contents" {
  letter = substr($0, 1, 1)
  value = substr($0, 3)
  if (letter == "F" || letter == "R") finish_file()
  if (letter == "F") {
    directory = value
    print value "/\t" package "\t" version "\t" origin "\t-" >(out "/owned")
    print value >(out "/touched")
    print >(out "/contents")
  } else if (letter == "M") {
    print >(out "/contents")
  } else {
    if (letter == "R") { path = (directory == "" ? "" : directory "/") value; text = "" }
    if (letter == "Z") checksum = value
    text = text $0 "\n"
  }
}
END {
  finish_file()
  if (replaces != "") print "replaces\t" package "\t" substr(replaces, 2) >(out "/notes")
}
