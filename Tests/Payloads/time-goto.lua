-- A jump without end.
-- ends: limit processor time
::again:: goto again
