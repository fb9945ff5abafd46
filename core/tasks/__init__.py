"""The tasks. A new one is a file here and a line in the registry, which is also the order in menus."""

from core.tasks.base import Batch as Batch, Probe as Probe, Task as Task
from core.tasks.names import Names
from core.tasks.text import Text
from core.tasks.words import Words
from core.tasks.adding import Adding
from core.tasks.echo import Echo
from core.tasks.subtraction import Subtraction
from core.tasks.air_quality import AirQuality
from core.tasks.digits import Digits
from core.tasks.melody import Melody
from core.tasks.agreement import Agreement
from core.tasks.load import Load
from core.tasks.translate import Translate
from core.tasks.copy import Copy
from core.tasks.temporal_order import TemporalOrder
from core.tasks.two_sequence import TwoSequence
from core.registry import Registry

TASKS: Registry[type[Task]] = Registry(
    "task",
    {
        "names": Names,
        "text": Text,
        "words": Words,
        "adding": Adding,
        "echo": Echo,
        "subtraction": Subtraction,
        "air_quality": AirQuality,
        "digits": Digits,
        "melody": Melody,
        "translate": Translate,
        "agreement": Agreement,
        "load": Load,
        "copy": Copy,
        "temporal_order": TemporalOrder,
        "two_sequence": TwoSequence,
    },
)
