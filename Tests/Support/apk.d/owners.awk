# Who owns which path: "path, package, version, origin, checksum", fields separated by tabs; for a
# directory the path ends in "/". A later line about a path replaces an earlier one, "-" frees it.
BEGIN { OFS = "\t" }
/^P:/ { package = substr($0, 3); origin = package }
/^V:/ { version = substr($0, 3) }
/^o:/ { origin = substr($0, 3) }
/^F:/ { directory = substr($0, 3); print directory "/", package, version, origin, "-" }
/^R:/ { file = (directory == "" ? "" : directory "/") substr($0, 3) }
/^Z:/ { print file, package, version, origin, substr($0, 3) }
