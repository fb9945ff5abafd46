"""Lists of names with labels: from Faker, or from the PyTorch tutorial's files.

Both have the same form: a sorted tuple of (name, label), the name in letters a to z, each pair once.
"""

import io
import random
import unicodedata
import zipfile
from functools import cache
from importlib import import_module

from ...common.messages import say, sentence_of
from .download import fetch_file

Pairs = tuple[tuple[str, str], ...]

# Keeps the classes balanced: Faker has 2183 Irish and 100 Japanese names.
MAX_PER_CLASS = 700
SAMPLE_SEED = 2024  # of the choice of these 700, the same for every run

# Label -> Faker's lists: (locale, attribute of its person provider).
FAKER_LISTS: dict[str, tuple[tuple[str, str], ...]] = {
    "Chinese": (
        *(("zh_CN", "last_romanized_names"), ("zh_CN", "first_romanized_names")),
        *(("zh_TW", "last_romanized_names"), ("zh_TW", "first_romanized_names")),
    ),
    "Czech": (("cs_CZ", "last_names_male"), ("cs_CZ", "last_names_female")),
    "Dutch": (("nl_NL", "last_names"), ("nl_BE", "last_names")),
    "French": (("fr_FR", "last_names"), ("fr_BE", "last_names")),
    "German": (("de_DE", "last_names"), ("de_AT", "last_names")),
    "Greek": (("el_GR", "last_names"),),
    "Irish": (("en_IE", "last_names"),),
    "Italian": (("it_IT", "last_names"),),
    "Japanese": (("ja_JP", "last_romanized_names"), ("ja_JP", "first_romanized_names")),
    "Spanish": (("es_ES", "last_names"), ("es_MX", "last_names"), ("es_CL", "last_names")),
}

# Greek letter by letter, as in the Latin script of a Greek passport; ou is one sound.
GREEK_LETTERS = dict(zip("αβγδεζηικλμνξοπρσςτυφω", "avgdeziiklmnxoprsstyfo", strict=True))
GREEK_LETTERS |= {"θ": "th", "χ": "ch", "ψ": "ps"}
SPECIAL_LETTERS = {
    "ß": "ss",
    "æ": "ae",
    "œ": "oe",
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ı": "i",
    "þ": "th",
}
LATIN_SPELLING = str.maketrans(GREEK_LETTERS | SPECIAL_LETTERS | dict.fromkeys(" '’`.-", ""))

ORIGINAL_URL = "https://download.pytorch.org/tutorial/data.zip"
ORIGINAL_MAX_BYTES = 20_000_000  # bytes; the file has about 3 MB
ORIGINAL_MIN_NAMES = 3000  # names in the ten classes; 4400 are known


def spell_in_latin(name: str) -> str:
    """`name` in the letters a to z: without accents and apostrophes, Greek in Latin letters.

    Characters without such a spelling stay: see `is_spelled_in_latin`.
    """
    name = unicodedata.normalize("NFKD", name.strip().lower())
    name = "".join(c for c in name if not unicodedata.combining(c))
    return name.replace("ου", "ou").translate(LATIN_SPELLING)


def is_spelled_in_latin(name: str) -> bool:
    """Whether `name` consists of letters a to z."""
    return name.isascii() and name.isalpha()


def distinct_pairs(names: list[tuple[str, str]]) -> Pairs:
    """The pairs whose name can be spelled in letters a to z, sorted, each once."""
    return tuple(
        sorted(
            {
                (spelled, label)
                for name, label in names
                if is_spelled_in_latin(spelled := spell_in_latin(name))
            }
        )
    )


@cache
def faker_names() -> Pairs:
    """The ten classes from Faker's lists, no network needed; at most MAX_PER_CLASS of each.

    The lists are attributes of Faker's provider classes, read without making a Faker object, which
    takes 0.2 s instead of seconds. Raises ValueError when Faker is missing or has other lists.
    """
    names: list[tuple[str, str]] = []
    generator = random.Random(SAMPLE_SEED)
    try:
        for label, lists in FAKER_LISTS.items():
            label_names: list[tuple[str, str]] = []
            for locale, attribute in lists:
                provider = import_module(f"faker.providers.person.{locale}").Provider
                label_names += [(name, label) for name in getattr(provider, attribute)]
            pairs = distinct_pairs(label_names)
            names += generator.sample(pairs, min(len(pairs), MAX_PER_CLASS))
    except (ImportError, AttributeError) as error:
        raise ValueError(
            say(
                "names: expected Faker 40 with its lists of names, got none ({error}). "
                "Install it with pip install Faker, or give a file of your own.",
                error=sentence_of(error),
            )
        ) from error
    return tuple(sorted(names))


@cache
def original_names() -> Pairs:
    """The same ten classes of the PyTorch tutorial's files, downloaded once (3 MB) when asked for.

    Raises ValueError without network, and when the file has other content.
    """
    instead = say("use source faker, which needs none.")
    return fetch_file("names", ORIGINAL_URL, ORIGINAL_MAX_BYTES, _read_original, instead)


def _read_original(content: bytes) -> Pairs:
    names: list[tuple[str, str]] = []
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for label in FAKER_LISTS:
                member = archive.getinfo(f"data/names/{label}.txt")
                if member.file_size > ORIGINAL_MAX_BYTES:
                    raise ValueError(say("{filename} is too big", filename=member.filename))
                lines = archive.read(member).decode("utf-8").splitlines()
                names += [(line, label) for line in lines]
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise ValueError(
            say(
                "names: expected the tutorial's zip with data/names/*.txt, got {got}. Use source faker.",
                got=sentence_of(error),
            )
        ) from error
    pairs = distinct_pairs(names)
    if len(pairs) < ORIGINAL_MIN_NAMES:
        raise ValueError(
            say(
                "names: expected at least {least} names in the tutorial's file, got {got}. "
                "Use source faker.",
                least=ORIGINAL_MIN_NAMES,
                got=len(pairs),
            )
        )
    return pairs
