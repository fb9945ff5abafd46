"""Where a reader looks, as part of a link: the update, the step, the layer, the number that is explained.

    ?task=adding&update=200&step=4                      Live: trains to update 200, lights step 4
    /unrolled?...&update=200&phase=9&number=dc.3.5      the phase, and what is under the microscope
    /unrolled?...&number=dc.3.5&blanks=half             its formula with blanks to fill in
    /gradients?...&update=200&tab=1&loss=7&step=2       the row and the column of the triangle

Numbers count from 1, as on the page; units count from 0, as there. A component keeps its own position and
does not send it while it plays; the page Share asks for all of them (web/position.js, where it is called cursor).
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.analysis.blanks import DEGREES
from core.analysis.explanation import Place
from core.common.checks import choice, integer, shorten
from core.common.messages import say, sentence_of
from core.training.trainer import Trainer
from dashboard.common.i18n import _
from dashboard.navigation import LIVE, PAGES, Page
from dashboard.session import workbench
from dashboard.session.state import state

Position = dict[str, Any]
MAX_UPDATES_FOR_LINK = 2000  # updates that a page trains by itself when a link asks for them
MAX_BROWSER_CHARACTERS = 4000  # characters from the browser
MAX_SEQUENCE_CHARACTERS = 200  # characters of a sequence that the reader typed
NUMBER = re.compile(
    r"([A-Za-z_]{1,8})\.(\d{1,6})\.(\d{1,6})(?:\.(\d{1,2})\.(forward|reverse)(?:\.([a-z]{0,8})(?:\.(\d{1,6}))?)?)?"
)
CURE = say("Copy the whole link, or leave that part of it out.")


def _whole(low: int, high: int) -> Callable[[str, str], int]:
    def read(name: str, text: str) -> int:
        value = int(text) if re.fullmatch(r"[0-9]{1,12}", text) else text
        return integer(name, value, low, high, CURE)

    return read


def _one_of(*names: str) -> Callable[[str, str], str]:
    return lambda name, text: choice(name, text, names)


def _matching(pattern: str, sentence: str) -> Callable[[str, str], str]:
    def read(name: str, text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(say(sentence, what=name, got=shorten(text), cure=CURE))
        return text

    return read


_quantity = _matching(r"[A-Za-z_]{1,8}", say("{what}: expected a gate or state, got {got}. {cure}"))
_number = _matching(
    NUMBER.pattern,
    say("{what}: expected a quantity, a step and a unit like dc.3.5, got {got}. {cure}"),
)
_rows = _matching(
    r"[A-Za-z_]{1,20}(,[A-Za-z_]{1,20}){0,7}",
    say("{what}: expected up to eight rows or folds like keeps,loss, got {got}. {cure}"),
)


def _sequence(name: str, text: str) -> str:
    if len(text) > MAX_SEQUENCE_CHARACTERS or not text.isprintable():
        raise ValueError(
            say(
                "{what}: expected a sequence of at most {most} characters, got {got}. {cure}",
                what=name,
                most=MAX_SEQUENCE_CHARACTERS,
                got=shorten(text),
                cure=CURE,
            )
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
    "open": _rows,
    "phase": _whole(0, 10**7),
    "number": _number,
    "cut": _whole(0, 10**6),
    "loss": _whole(1, 10**6),
    "state": _whole(1, 99),
    "scale": _one_of("size", "share"),
    "blanks": _one_of(*DEGREES),
    **workbench.READERS,
}


# The values that a page begins with.
USUAL = {"tab": 1, "layer": 1, "cut": 0, "blanks": "worked", **workbench.FIRST}


def from_query(query: Mapping[str, str]) -> tuple[Position, list[str]]:
    """The position of a link, and a sentence for each part of it that makes no sense."""
    position, complaints = {}, []
    for name, read in PARAMETERS.items():
        if query.get(name):
            try:
                position[name] = read(name, query[name])
            except ValueError as error:
                complaints.append(sentence_of(error))
    return position, complaints


def to_query(position: Mapping[str, Any]) -> dict[str, str]:
    """The position's part of a link."""
    return {name: str(position[name]) for name in PARAMETERS if name in position}


def parse_positions(text: Any) -> dict[str, tuple[str, Position]]:
    """The positions that the browser sent: address of a page -> (run, position).

    Parts that make no sense are ignored.
    """
    is_text = isinstance(text, str) and len(text) <= MAX_BROWSER_CHARACTERS
    try:
        sent = json.loads(text) if is_text else {}
    except (ValueError, RecursionError):
        return {}
    positions = {}
    for url, page in PAGES.items():
        values = sent.get(url) if isinstance(sent, dict) and page.position else None
        if isinstance(values, dict):
            query = {name: str(v) for name in page.position if (v := values.get(name)) is not None}
            positions[url] = (str(values.get("run")), from_query(query)[0])
    return positions


def parse_number(number: str) -> tuple[Place, int | None]:
    """Where the number of a link stands, which matches NUMBER, and its column when it is one of dW_hh."""
    match = NUMBER.fullmatch(number)
    assert match is not None
    name, t, unit, layer, direction, part, column = match.groups()
    place = Place(
        name, int(t) - 1, int(unit), part or "", int(layer or 1) - 1, direction or "forward"
    )
    return place, None if column is None else int(column)


def format_number(place: Place, column: int | None) -> str:
    """The text that `parse_number` reads; layer 1, forward, of the whole network are left out."""
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
    """Where the reader stands. links: how many links this session has followed, its own and those of lessons' steps.

    page: that is open. link_page, position: where the session's link leads to; taken: that page has set itself
    up by it. noted: address of a page -> what only the page knows of its position. numbers: that were put under
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
    links: int = 0


def read_position(page: Page, query: Mapping[str, str]) -> tuple[Position, list[str]]:
    """The position of a link to this page, and a sentence for each part of it that had to be left out."""
    position, complaints = from_query(query)
    if (update := position.get("update", 0)) > MAX_UPDATES_FOR_LINK:
        position["update"] = MAX_UPDATES_FOR_LINK
        complaints.append(
            _(
                "The link asks for update {update}. This page trains to update {most} by itself; press Play, or "
                "Train, to continue.",
                update=update,
                most=MAX_UPDATES_FOR_LINK,
            )
        )
    return {name: value for name, value in position.items() if name in page.position}, complaints


def restore_from_link(page: Page, position: Position) -> None:
    """Notes that the session's link leads to this position on this page."""
    mine = state(PositionState)
    mine.link_page, mine.position, mine.taken = page, position, False
    mine.links += 1


def get_link_position(page: Page, run: Any = None) -> Position | None:
    """The position of the session's link; None where it leads to another page, or to another run.

    run: that of the page; None before there is one.
    """
    mine = state(PositionState)
    if mine.link_page != page or (run is not None and not run.from_link):
        return None
    return mine.position


def position_for_player(page: Page, run: Any = None) -> Position | None:
    """As `get_link_position`, for a player, which goes there once: `link` tells one link from the next."""
    position = get_link_position(page, run)
    return None if position is None else {**position, "link": state(PositionState).links}


def set_probe_from_link(trainer: Trainer) -> None:
    """Lets the network read the link's sequence, if it has one. ValueError or LookupError: it cannot."""
    if text := state(PositionState).position.get("reads"):
        trainer.set_probe(text)


def take_link_position(page: Page) -> Position:
    """The position of the link, for what the page sets up when it is opened; the second time it is empty."""
    mine = state(PositionState)
    if mine.taken or mine.link_page != page:
        return {}
    mine.taken = True
    return mine.position


def note_position(page: Page, **values: Any) -> None:
    """Notes for Share what only the page knows of its position: its tab, its layer, its cut.

    values: names of USUAL; a usual value, as the first tab, is left out of links.
    """
    state(PositionState).noted[page.url] = {
        name: value for name, value in values.items() if value != USUAL[name]
    }
