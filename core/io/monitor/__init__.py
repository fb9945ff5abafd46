"""A training that runs elsewhere, watched: its monitor writes a folder, and the app reads it while it grows."""

from .frame import Frame
from .reader import MonitoredRun, list_monitored

__all__ = ["Frame", "MonitoredRun", "list_monitored"]
