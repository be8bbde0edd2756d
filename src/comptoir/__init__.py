"""Comptoir: a data warehouse of territorial marketing KPIs for residents and visitors."""
