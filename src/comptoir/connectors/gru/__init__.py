"""Citizen-relationship systems."""
