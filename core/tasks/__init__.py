"""The tasks. A new one is a file here and a line in the registry, which is also the order in menus."""

from core.tasks.base import Batch as Batch, Probe as Probe, Task as Task
from core.tasks.names import Names
from core.tasks.text import Text
from core.tasks.adding import Adding
from core.registry import Registry

TASKS: Registry[type[Task]] = Registry("task", {"names": Names, "text": Text, "adding": Adding})
