"""The tasks. A new one is a file here and a line in the registry, which is also the order in menus."""

from .base import Batch as Batch, Probe as Probe, Task as Task
from .names import Names
from .text import Text
from .words import Words
from .adding import Adding
from .echo import Echo
from .subtraction import Subtraction
from .air_quality import AirQuality
from .digits import Digits
from .melody import Melody
from .agreement import Agreement
from .fill_in import FillIn
from .load import Load
from .entities import Entities
from .parts_of_speech import PartsOfSpeech
from .translate import Translate
from .copy import Copy
from .temporal_order import TemporalOrder
from .two_sequence import TwoSequence
from .classify import Classify
from .forecast import Forecast
from ..common.registry import Registry

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
        "entities": Entities,
        "parts_of_speech": PartsOfSpeech,
        "translate": Translate,
        "agreement": Agreement,
        "fill_in": FillIn,
        "load": Load,
        "copy": Copy,
        "temporal_order": TemporalOrder,
        "two_sequence": TwoSequence,
        "classify": Classify,
        "forecast": Forecast,
    },
)
