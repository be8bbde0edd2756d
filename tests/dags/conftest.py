"""Airflow writes its settings where it is first imported: a folder of this test session, never the user's own."""

import os
import tempfile

os.environ["AIRFLOW_HOME"] = tempfile.mkdtemp(prefix="comptoir-airflow-")
