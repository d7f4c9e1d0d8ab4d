"""The metric tree read in both directions: why a score moved, what would move it, and the metrics around it."""
