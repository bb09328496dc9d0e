# What of a package's record is to be removed: files, and directories with the deepest first. Writes
# below `out`: files, directories, freed (lines for the owners), left (directories that were touched).

function finish_file() {
  if (path == "") return
  if (!(path in keep) && (!(path in owner) || owner[path] == package)) {
    # A file that somebody changed stays, below /etc.
    if (!(path in sum) || sum[path] == hexadecimal(checksum)) print path >(out "/files")
    print path "\t-" >(out "/freed")
  }
  path = ""
}

BEGIN {
  printf "" >(out "/files"); printf "" >(out "/directories")
  printf "" >(out "/freed"); printf "" >(out "/left")
}
kind == "owners" {
  split($0, parts, "\t")
  if (parts[1] ~ /\/$/) {
    holders[parts[1]] = holders[parts[1]] "\t" parts[2] "\t"
  } else owner[parts[1]] = parts[2]
}
kind == "sums" { sum[substr($0, 43)] = $1 }
kind == "kept" {
  if (/^F:/) { directory = substr($0, 3); keep[directory "/"] = 1 }
  if (/^R:/) keep[(directory == "" ? "" : directory "/") substr($0, 3)] = 1
}
kind == "record" {
  letter = substr($0, 1, 1)
  value = substr($0, 3)
  if (letter == "F" || letter == "R") finish_file()
  if (letter == "F") { directory = value; directories[++count] = value }
  if (letter == "R") { path = (directory == "" ? "" : directory "/") value; checksum = "" }
  if (letter == "Z") checksum = value
}
END {
  finish_file()
  for (i = count; i >= 1; i--) {
    print directories[i] >(out "/left")
    others = holders[directories[i] "/"]
    gsub("\t" package "\t", "", others)
    if (!((directories[i] "/") in keep) && others == "") print directories[i] >(out "/directories")
  }
}
