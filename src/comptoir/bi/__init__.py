"""Superset: install, provision, validate, look."""
