"""Pseudonyms, redaction, and the projection that every record passes before the disk."""
