"""The frames of one run, in order, until the player has received them: whoever makes them."""

from collections.abc import Callable, Mapping
from typing import Any

from core.cells import Cell
from core.common.messages import say
from dashboard.common.i18n import _
from dashboard.common.quantities import NAMES
from dashboard.player.encoding import FrameEncoder
from dashboard.player.pull import MAX_UPDATES_PER_ANSWER, Pull

MAX_ANSWER_BYTES = 4 * 2**20  # of frames; a single larger frame is still sent


class FrameQueue:
    """The frames that the player has not received yet.

    id: of the run, as the player knows it. total: frames that were ever added. layouts: one for each sequence that
    the network has read.
    """

    def __init__(self, identity: str, encoder: FrameEncoder):
        self.id = identity
        self.encoder = encoder
        self.total, self.frames = 0, list[bytes]()
        self.layouts = list[dict[str, Any]]()

    @property
    def start(self) -> int:
        """Number of the first frame in the queue."""
        return self.total - len(self.frames)

    @property
    def is_full(self) -> bool:
        """Whether no further frame fits into this answer; the player asks for the rest."""
        return sum(map(len, self.frames)) >= MAX_ANSWER_BYTES

    def forget_frames(self) -> None:
        """Begins with nothing: no frame, and no sequence that was read."""
        self.total, self.frames, self.layouts = 0, [], []

    def drop_frames_before(self, have: int) -> None:
        """Drops the frames before number `have`: the player has received them."""
        del self.frames[: max(0, have - self.start)]

    def check_have(self, have: int) -> None:
        """ValueError when a player says that it has more frames than there are."""
        if have > self.total:
            raise ValueError(
                say(
                    "frames: expected at most {total} at the player, got {have}. Reload the page.",
                    total=self.total,
                    have=have,
                )
            )

    def take_pull(self, pull: Pull, begin_anew: Callable[[], None]) -> int:
        """Drops what the player has received -> the frames that it asks for; 0 where it knows another run.

        begin_anew: makes all frames once more, under another name, for a player that lacks some that were dropped.
        ValueError: the player cannot have so many frames.
        """
        is_known = pull.run == self.id
        have = pull.have if is_known else 0
        self.check_have(have)
        if have < self.start - (pull.n == 0):
            begin_anew()
            have = 0
        self.drop_frames_before(have if pull.n else have - 1)
        return min(pull.n, MAX_UPDATES_PER_ANSWER) if is_known else 0

    def add_numbers(self, index: int, numbers: Mapping[str, float]) -> None:
        """Adds the frame of update `index`, of which there are only numbers."""
        self.append(self.encoder.encode(index, len(self.layouts) - 1, numbers))

    def append(self, frame: bytes) -> None:
        """Adds a frame that is encoded already."""
        self.frames.append(frame)
        self.total += 1


def describe_cell(cell: Cell) -> dict[str, Any]:
    """What the header says of a cell: its quantities, which of them are gates, and what they are called."""
    return {
        "names": cell.quantities,
        "gates": cell.bounded_gates,
        "titles": {name: _(NAMES.get(name, name)) for name in cell.quantities},
    }


def select_finite(values: Mapping[str, float]) -> dict[str, float]:
    """The values that are finite numbers."""
    return {name: v for name, v in values.items() if v == v and abs(v) != float("inf")}
