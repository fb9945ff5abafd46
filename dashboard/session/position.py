"""Where a reader looks, as part of a link: the update, the step, the layer, the number that is explained.

    ?task=adding&update=200&step=4                      Live: trains to update 200, lights step 4
    /unrolled?...&update=200&phase=9&number=dc.3.5      the phase, and what is under the microscope
    /gradients?...&update=200&tab=1&loss=7&step=2       the row and the column of the triangle

Numbers count from 1, as on the page; units count from 0, as there. A component keeps its own cursor and
tells nobody while it plays; the page Share asks for all of them (web/position.js).
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.analysis.microscope import Place
from core.common.checks import choice, integer, shorten
from core.training.trainer import Trainer
from dashboard.common.i18n import _
from dashboard.navigation import LIVE, PAGES, Page
from dashboard.session.state import state

Position = dict[str, Any]
MAX_UPDATES_FOR_LINK = 2000  # updates that a page trains by itself when a link asks for them
MAX_BROWSER_CHARACTERS = 4000  # characters from the browser
MAX_SEQUENCE_CHARACTERS = 200  # characters of a sequence that the reader typed
NUMBER = re.compile(
    r"([A-Za-z_]{1,8})\.(\d{1,6})\.(\d{1,6})(?:\.(\d{1,2})\.(forward|reverse)(?:\.([a-z]{0,8})(?:\.(\d{1,6}))?)?)?"
)
CURE = _("Copy the whole link, or leave that part of it out.")


def _whole(low: int, high: int) -> Callable[[str, str], int]:
    def read(name: str, text: str) -> int:
        value = int(text) if re.fullmatch(r"[0-9]{1,12}", text) else text
        return integer(name, value, low, high, CURE)

    return read


def _one_of(*names: str) -> Callable[[str, str], str]:
    return lambda name, text: choice(name, text, names)


def _quantity(name: str, text: str) -> str:
    if not re.fullmatch(r"[A-Za-z_]{1,8}", text):
        raise ValueError(f"{name}: expected a gate or state, got {shorten(text)}. {CURE}")
    return text


def _number(name: str, text: str) -> str:
    if not NUMBER.fullmatch(text):
        raise ValueError(
            f"{name}: expected a quantity, a step and a unit like dc.3.5, got {shorten(text)}. {CURE}"
        )
    return text


def _sequence(name: str, text: str) -> str:
    if len(text) > MAX_SEQUENCE_CHARACTERS or not text.isprintable():
        raise ValueError(
            f"{name}: expected a sequence of at most {MAX_SEQUENCE_CHARACTERS} characters, got {shorten(text)}. {CURE}"
        )
    return text


# What can stand in a link -> how it is read.
PARAMETERS: dict[str, Callable[[str, str], Any]] = {
    "update": _whole(0, 10**9),
    "reads": _sequence,
    "tab": _whole(1, 9),
    "step": _whole(1, 10**6),
    "layer": _whole(1, 99),
    "quantity": _quantity,
    "unit": _whole(0, 10**6),
    "show": _one_of("values", "gradients", "difference"),
    "phase": _whole(0, 10**7),
    "number": _number,
    "cut": _whole(0, 10**6),
    "loss": _whole(1, 10**6),
    "state": _whole(1, 99),
    "scale": _one_of("size", "share"),
}


USUAL = {"tab": 1, "layer": 1, "cut": 0}  # what a page begins with


def from_query(query: Mapping[str, str]) -> tuple[Position, list[str]]:
    """The cursor of a link, and a sentence for each part of it that makes no sense."""
    found, complaints = {}, []
    for name, read in PARAMETERS.items():
        if query.get(name):
            try:
                found[name] = read(name, query[name])
            except ValueError as error:
                complaints.append(str(error))
    return found, complaints


def to_query(cursor: Mapping[str, Any]) -> dict[str, str]:
    """Its part of a link."""
    return {name: str(cursor[name]) for name in PARAMETERS if name in cursor}


def parse_positions(text: Any) -> dict[str, tuple[str, Position]]:
    """What the browser says: address of a page -> (run, cursor). What makes no sense in it is passed over."""
    try:
        said = (
            json.loads(text)
            if isinstance(text, str) and len(text) <= MAX_BROWSER_CHARACTERS
            else {}
        )
    except (ValueError, RecursionError):
        return {}
    found = {}
    for url, page in PAGES.items():
        one = said.get(url) if isinstance(said, dict) and page.position else None
        if isinstance(one, dict):
            query = {name: str(one[name]) for name in page.position if one.get(name) is not None}
            found[url] = (str(one.get("run")), from_query(query)[0])
    return found


def parse_number(number: str) -> tuple[Place, int | None]:
    """The number that a link puts under the microscope, and its column when it is one of dW_hh."""
    match = NUMBER.fullmatch(number)
    assert match is not None
    name, t, unit, layer, direction, part, column = match.groups()
    place = Place(
        name, int(t) - 1, int(unit), part or "", int(layer or 1) - 1, direction or "forward"
    )
    return place, None if column is None else int(column)


def format_number(place: Place, column: int | None) -> str:
    """What `place_of` reads; what is as usual is left out."""
    text = f"{place.name}.{place.t + 1}.{place.unit}"
    if (place.layer, place.direction, place.part, column) == (0, "forward", "", None):
        return text
    text += f".{place.layer + 1}.{place.direction}"
    if place.part or column is not None:
        text += f".{place.part}"
    return text if column is None else f"{text}.{column}"


# ---------------------------------------------------------------- of this session


@dataclass
class PositionState:
    """Where the reader stands.

    page: that is open. link_page, cursor: where the session's link leads to; taken: that page has set itself
    up by it. noted: address of a page -> what only the page knows of its cursor. numbers: that were put under
    the microscope, the last one now, in the run named numbers_of. compared: name of the runs on Compare.
    """

    page: Page = LIVE
    link_page: Page | None = None
    position: Position = field(default_factory=dict)
    taken: bool = False
    noted: dict[str, Position] = field(default_factory=dict)
    numbers: list[tuple[Place, int | None]] = field(default_factory=list)
    numbers_of: str = ""
    compared: str = ""


def read_position(page: Page, query: Mapping[str, str]) -> tuple[Position, list[str]]:
    """The cursor of a link to this page, and a sentence for each part of it that had to be left out."""
    cursor, complaints = from_query(query)
    if (update := cursor.get("update", 0)) > MAX_UPDATES_FOR_LINK:
        cursor["update"] = MAX_UPDATES_FOR_LINK
        complaints.append(
            _(
                "The link stands at update {update}. This page trains {most} by itself; press Play, or Train, "
                "to go on."
            ).format(update=update, most=MAX_UPDATES_FOR_LINK)
        )
    return {name: value for name, value in cursor.items() if name in page.position}, complaints


def restore_from_link(page: Page, cursor: Position) -> None:
    """The session's link leads here."""
    mine = state(PositionState)
    mine.link_page, mine.position, mine.taken = page, cursor, False


def get_link_position(page: Page, run: Any = None) -> Position | None:
    """The cursor of the session's link, if it leads to this page.

    run: None, before there is one; else a run, which may be another than the link's by now.
    """
    mine = state(PositionState)
    if mine.link_page != page or (run is not None and not run.from_link):
        return None
    return mine.position


def set_probe_from_link(trainer: Trainer) -> None:
    """The network reads what the link says. ValueError or LookupError: it cannot."""
    if text := state(PositionState).position.get("reads"):
        trainer.set_probe(text)


def take_link_position(page: Page) -> Position:
    """The cursor of the link once, for what a page sets up when it is opened; afterwards nothing."""
    mine = state(PositionState)
    if mine.taken or mine.link_page != page:
        return {}
    mine.taken = True
    return mine.position


def note_position(page: Page, **values: Any) -> None:
    """What only the page knows of its cursor: its tab, its layer. Kept until Share asks.

    Values that a page has anyway, as its first tab, need not stand in a link.
    """
    state(PositionState).noted[page.url] = {
        name: value for name, value in values.items() if value != USUAL[name]
    }
