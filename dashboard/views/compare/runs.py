"""The comparison that is on the page: held in the session, trained in slices, sent to the player.

As in `dashboard.session.live_run`, the player pulls and nothing trains when nobody asks; one update of every
experiment is one frame of each column.
"""

import statistics
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.analysis.horizon import gradient_reach
from core.analysis.parameters import count_parameters
from core.studies.comparison import LETTERS, Comparison, bytes_needed
from core.studies.lockstep import Lockstep, Round
from core.training.divergence import suggest_remedy
from core.training.events import Update
from core.training.settings_log import find_changes
from dashboard.common.file_names import file_name
from dashboard.common.i18n import N_, _, join_sentences
from dashboard.common.theme import EXPERIMENTS
from dashboard.navigation import COMPARE
from dashboard.player import encoding
from dashboard.player.component import mount_stream
from dashboard.player.messages import Message
from dashboard.player.pull import MAX_UPDATES_PER_ANSWER, Pull
from dashboard.serving.admission import continue_runs, start_runs
from dashboard.serving.scheduler import TimeSlice
from dashboard.serving.turns import time_slice
from dashboard.session import position
from dashboard.session.frame_buffer import FrameBuffer, collect_scalars
from dashboard.session.playing import read_question
from dashboard.session.settings import Settings
from dashboard.session.state import state
from dashboard.session.streams import get_stream
from dashboard.views.compare.log import ComparisonLog
from dashboard.widgets import download_progress

FAIR_TITLES = {
    "units": N_("Equal hidden units"),
    "parameters": N_("Equal parameters"),
    "time": N_("Equal time per update"),
    "sizes": N_("Sizes as set"),
}


class ComparedRuns:
    """The runs of one comparison: a reel for each experiment, which shows its first seed."""

    def __init__(self, comparison: Comparison):
        self.from_link = False  # whether these are the runs that the session's link leads to
        self.restart(comparison)

    def restart(self, comparison: Comparison) -> None:
        """Starts from the first weights, under a new id."""
        self.comparison = comparison
        self.lockstep = Lockstep(comparison.levelled, comparison.seeds)
        self.log = ComparisonLog(comparison)
        self.begin_anew()

    def begin_anew(self) -> None:
        """Under another name, as the networks are: a player that has none of the frames can begin."""
        self.id = state(position.PositionState).compared = uuid.uuid4().hex[:8]
        self.reels = [
            FrameBuffer(f"{self.id}.{letter}", trainers[0])
            for letter, trainers in zip(LETTERS, self.lockstep.trainers, strict=False)
        ]
        self._share_scales(self.reels)
        looks = [self._measure(reel) for reel in self.reels]
        for reel, look in zip(self.reels, looks, strict=True):
            reel.add_first_frame(look, self._extras(reel))

    def _share_scales(self, reels: Sequence[FrameBuffer]) -> None:
        films = [reel.encoder for reel in reels]
        for film in films:
            film.side_by_side = films

    def _measure(self, reel: FrameBuffer):
        look = reel.trainer.look()
        reel.encoder.follow(look.recording, len(look.output))
        return look

    def _extras(self, reel: FrameBuffer) -> dict[str, Any]:
        """What a look at the network adds beside its recording."""
        extras: dict[str, Any] = self._reach(reel)
        if self.comparison.seeds > 1:
            extras["scalars"] = {}  # of one seed; the curves show the median of all
        return extras

    def _reach(self, reel: FrameBuffer) -> dict[str, Any]:
        if reel.trainer.task.at == "last":
            return {}  # it is what every frame has
        return {"reach": gradient_reach(reel.trainer).tolist()}

    def answer(self, pull: Pull, slice_: TimeSlice, redraws: bool = False) -> bytes:
        """The frames that are asked for, of every run; trains until they are there, or the slice is over.

        redraws: whether the page has to be drawn anew. ValueError: the player cannot have so many frames.
        """
        longest = self._longest()
        is_known = pull.run == self.id
        have = pull.have if is_known else 0
        longest.check_have(have)
        if have < longest.start - (pull.n == 0):
            self.begin_anew()
            longest, have = self._longest(), 0
        for reel in self.reels:
            reel.drop_frames_before(have if pull.n else have - 1)
        n = min(pull.n, MAX_UPDATES_PER_ANSWER) if is_known else 0
        while len(longest.frames) < n and not longest.is_full:
            update = next(self.lockstep, None)
            if update is None:
                break
            self._add(update, detail=update.index % pull.every == 0)
            longest = self._longest()
            if slice_.ends_after_update():
                break
        return self.data(redraws)

    def _longest(self) -> FrameBuffer:
        return max(self.reels, key=lambda reel: reel.total)

    def rest(self) -> None:
        """Nothing is left to do after an answer: comparisons are not saved by themselves."""

    def _add(self, update: Round, detail: bool) -> None:
        self.log.add(update)
        running = [
            (reel, steps[0])
            for reel, steps in zip(self.reels, update.updates, strict=True)
            if steps[0] is not None and steps[0].finite
        ]
        if detail or any(step.evaluation is not None for _, step in running):
            self._share_scales([reel for reel, _ in running])
            for reel, step in running:
                reel.encoder.follow(step.recording, len(step.probe_output))
        shown = {id(reel): step for reel, step in running}
        for reel, steps in zip(self.reels, update.updates, strict=True):
            numbers = self._numbers(steps)
            step = shown.get(id(reel))
            if step is None:  # its other seeds may still run
                if numbers:
                    reel.add_numbers(update.index, numbers)
                continue
            extra: dict[str, Any] = {"scalars": numbers}
            if step.evaluation is not None:
                extra |= self._reach(reel)
            reel.add(step, detail, extra)

    def _numbers(self, steps: Sequence[Update | None]) -> dict[str, float]:
        """Of one experiment: the median over its seeds, and with several the lowest and highest."""
        scalars_of_seeds = [
            collect_scalars(step) for step in steps if step is not None and step.finite
        ]
        if len(steps) == 1:
            return scalars_of_seeds[0] if scalars_of_seeds else {}
        numbers: dict[str, float] = {}
        for name in scalars_of_seeds[0] if scalars_of_seeds else ():
            values = [each[name] for each in scalars_of_seeds if name in each]
            numbers[name] = statistics.median(values)
            numbers[f"{name} low"], numbers[f"{name} high"] = min(values), max(values)
        return numbers

    def can_go_on_as(self, comparison: Comparison) -> bool:
        """Whether it is the same but for settings that a run can change, and no run has diverged."""
        mine = self.comparison
        if len(mine.experiments) != len(comparison.experiments):
            return False
        if any(t.diverged for trainers in self.lockstep.trainers for t in trainers):
            return False
        pairs = zip(mine.levelled, comparison.levelled, strict=True)
        same_rules = (mine.fair, mine.seeds) == (comparison.fair, comparison.seeds)
        return same_rules and all(find_changes(e, wanted) is not None for e, wanted in pairs)

    def go_on_as(self, comparison: Comparison) -> None:
        """The runs go on with these settings."""
        with continue_runs(list(comparison.levelled), comparison.seeds):
            self.lockstep.change_settings(comparison.levelled)
            self.log.change(comparison, self.lockstep.index)
            self.comparison = comparison

    def set_probe(self, text: str) -> None:
        """The reader typed a sequence: from now on all networks read it."""
        try:
            self.lockstep.set_probe(text)
        except (ValueError, LookupError) as error:
            self.reels[0].refuse_probe(text, error)
            return
        self.reels[0].probe_error = ""
        for reel, look in [(reel, self._measure(reel)) for reel in self.reels]:
            reel.replace_newest(look, self._extras(reel))

    def diverged(self) -> list[int]:
        """The columns whose shown run has left the finite numbers."""
        return [k for k, reel in enumerate(self.reels) if reel.trainer.diverged]

    def with_remedies(self) -> Comparison:
        """The same comparison, with the remedy for each experiment that diverged."""
        experiments = list(self.comparison.experiments)
        for k in self.diverged():
            experiments[k] = experiments[k].but(**suggest_remedy(experiments[k]))
        return self.comparison.but(experiments=tuple(experiments), sizes=self.comparison.sizes)

    def table(self) -> list[dict[str, Any]]:
        """Of each experiment: units, parameters, CPU milliseconds of an update (None: not yet), memory."""
        rows = []
        for k, e in enumerate(self.lockstep.experiments):
            seconds = self.lockstep.update_time(k)
            ended = sum(bool(trainer.diverged) for trainer in self.lockstep.trainers[k])
            rows.append(
                {
                    "units": e.hidden_size,
                    "parameters": count_parameters(e),
                    "milliseconds": None if seconds is None else 1e3 * seconds,
                    "megabytes": bytes_needed(e) / 2**20,
                    "diverged": ended,
                }
            )
        return rows

    def as_csv(self) -> bytes:
        """The numbers as a file; no update is made meanwhile."""
        with time_slice():
            return self.log.as_csv()

    def as_npz(self) -> bytes:
        """The numbers and the present recordings as a file; no update is made meanwhile."""
        with time_slice():
            return self.log.as_npz(self.lockstep)

    def data(self, redraws: bool = False) -> bytes:
        """What the player is told: how the runs stand, and the frames it may not have."""
        columns, names = [], [_(name) for name in self.comparison.names()]
        for k, (reel, facts) in enumerate(zip(self.reels, self.table(), strict=True)):
            letter = LETTERS[k]
            about = {"letter": letter.upper(), "name": names[k], "colour": EXPERIMENTS[letter]}
            columns.append(
                encoding.encode_batch(reel.header() | about | {"facts": facts}, reel.frames)
            )
        first = self.reels[0].header()
        header = {
            name: first[name]
            for name in (
                *("at", "headline", "headline title", "headline is share", "baselines"),
                *("layouts", "strings", "language"),
            )
        } | {
            "run": self.id,
            "file": file_name(*self.comparison.experiments),
            "done": all(t.diverged for trainers in self.lockstep.trainers for t in trainers),
            "banner": self._banner(names),
            "probe": first["probe"],
            "title": _(self.reels[0].trainer.task.title),
            "fair": self._describe_matching(),
            "seeds": self.comparison.seeds,
            "cursor": position.position_for_player(COMPARE, self),
            "redraws": redraws,
            "gates": any(reel.trainer.model.recurrent.cell.bounded_gates for reel in self.reels),
        }
        return encoding.encode_group(header, columns)

    def _describe_matching(self) -> str:
        """What was made equal, and how large it is: "Equal hidden units: 12 each"."""
        title, facts = _(FAIR_TITLES[self.comparison.fair]), self.table()
        units = {each["units"] for each in facts}
        if self.comparison.fair == "units" and len(units) == 1:
            return _("{what}: {n} each", what=title, n=units.pop())
        if self.comparison.fair == "parameters":
            most = max(each["parameters"] for each in facts)
            return _("{what}: about {n:,} each", what=title, n=most)
        return title

    def _banner(self, names: Sequence[str]) -> dict[str, Any] | None:
        diverged = self.diverged()
        if not diverged:
            return None
        sentences = [
            f"{LETTERS[k].upper()} · {names[k]}: {_(sentence)}"
            for k in diverged
            if (sentence := self.reels[k].trainer.diverged)
        ]
        return {
            "text": join_sentences(sentences),
            "button": _("Start again with this advice"),
            "frame": min(self.reels[k].total for k in diverged) - 1,
        }


def settle_sizes(comparison: Comparison) -> Comparison:
    """The comparison with its hidden sizes known; where they have to be measured, that takes seconds."""
    if comparison.settled:
        return comparison
    search, place = comparison.measure(), st.empty()
    while True:
        place.empty()  # where Streamlit looks whether the reader has clicked on something else meanwhile
        with time_slice():  # others may train between two measurements
            try:
                next(search)
            except StopIteration as stop:
                return stop.value


@dataclass
class CompareState:
    """runs: the session's, once the page has started some."""

    runs: ComparedRuns | None = None


def find_runs() -> ComparedRuns | None:
    """The session's runs, if the page has begun some."""
    return state(CompareState).runs


def get_runs() -> ComparedRuns:
    """The session's runs, on a page that has begun some."""
    runs = find_runs()
    assert runs is not None
    return runs


def open_comparison(comparison: Comparison) -> ComparedRuns:
    """The session's runs of this comparison; one that is another by more than settings begins new ones."""
    runs, place = find_runs(), st.empty()
    chosen = state(Settings)
    begins_anew, chosen.comparison_begins_anew = chosen.comparison_begins_anew, False
    if runs is not None and runs.comparison == comparison and not begins_anew:
        return runs
    if runs is not None and not begins_anew and runs.can_go_on_as(comparison):
        runs.go_on_as(comparison)
    else:
        download_progress.load_data(place, *comparison.experiments)
        with start_runs("columns", list(comparison.levelled), comparison.seeds):
            is_first, runs = runs is None, ComparedRuns(comparison)
            runs.from_link = is_first or begins_anew
            state(CompareState).runs = runs
    return runs


def _set_probe(runs: ComparedRuns, action: Message) -> None:
    runs.set_probe(action.text("text"))


def _begin_again(runs: ComparedRuns, _action: Message) -> None:
    text, runs.from_link = runs.reels[0].trainer.probe.text, False
    runs.restart(runs.comparison)  # the same object: the page's buttons hold it
    if text:
        runs.set_probe(text)


def _rewind(runs: ComparedRuns, action: Message) -> bool:
    changes = bool(runs.diverged())
    if changes:
        runs.comparison = state(Settings).comparison = runs.with_remedies()
    _begin_again(runs, action)
    return changes


ACTIONS: dict[str, Callable[[ComparedRuns, Message], bool | None]] = {
    "reset": _begin_again,
    "probe": _set_probe,
    "rewind": _rewind,
}


def draw_player() -> None:
    """The player, with the runs of the session."""
    stream = get_stream("compare", lambda message: read_question(message, get_runs, ACTIONS))
    runs = get_runs()
    mount_stream("compare", stream.token, [runs.id], "compare")
