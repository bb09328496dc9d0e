-- The same as an error.
-- ends: error
error("\27]0;owned\7\27[2J\r\nalpod: done\n\u{9b}31m\u{202e}")
