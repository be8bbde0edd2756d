"""Files that people drop: read as they are sent, or refused whole with a reason that a clerk understands."""
