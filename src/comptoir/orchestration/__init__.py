"""The steps of a night, the DAG factory around them, and the run on one machine."""
