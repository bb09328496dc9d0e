# The lines about files in the record of `package`.
/^P:/ { mine = substr($0, 3) == package }
mine && /^[FMRaZ]:/ { print }
