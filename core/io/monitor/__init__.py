"""A training that runs elsewhere, watched: its monitor writes a folder, and the app reads it while it grows."""

from .frame import Frame
from .monitor import Monitor
from .reader import MonitoredRun, list_monitored

__all__ = ["Frame", "Monitor", "MonitoredRun", "list_monitored"]
