"""Airflow writes its settings where it is first imported: a folder of this test session, never the user's own."""

import atexit
import os
import shutil
import tempfile

home = tempfile.mkdtemp(prefix="comptoir-airflow-")
atexit.register(shutil.rmtree, home, ignore_errors=True)
os.environ["AIRFLOW_HOME"] = home
