"""What reaches across every store: the doctor, housekeeping."""
