"""What is shown: versions of the served files, the pointer to the current one, publish and rollback."""
