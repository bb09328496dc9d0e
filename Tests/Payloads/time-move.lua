-- Elements that are not there, moved.
-- ends: limit processor time
table.move({}, 1, 1 << 60, 2)
