"""Files that real publishers produced, replayed unchanged over their own protocols. The files are not part of it."""
