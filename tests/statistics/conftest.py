"""The files of this folder share the rendering of macros and the simulated cases."""

import sys
from pathlib import Path

# pytest's importlib mode leaves the test folders out of the path.
sys.path.append(str(Path(__file__).parent))
