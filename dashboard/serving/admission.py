"""New runs: the memory that they need, and the pace that they will have, beside what others train here."""

from core.studies.comparison import bytes_needed
from core.training.experiment import Experiment
from core.training.time_budget import update_seconds
from dashboard.serving.turns import Turn, client, reserve_memory, scheduler, time_slice


def start_runs(page: str, experiments: list[Experiment], seeds: int = 1) -> Turn:
    """The turn in which new runs of these experiments begin, in place of the page's last ones.

    ValueError with a sentence when the server has no memory left for them.
    """
    expect_runs(page, experiments, seeds)
    return time_slice()


def expect_runs(page: str, experiments: list[Experiment], seeds: int = 1) -> None:
    """As `start_runs`, in a turn that has begun."""
    reserve_memory(page, seeds * sum(bytes_needed(e) for e in experiments))
    me = client()
    me.update_seconds, me.expected_seconds = 0.0, _estimate_update(experiments, seeds)
    me.runs = (experiments, seeds)


def forecast(experiments: list[Experiment], seeds: int = 1) -> str:
    """A sentence on the pace of runs that will be slow on this server at present; "" when they will not."""
    me = client()
    measured = me.update_seconds if me.runs == (experiments, seeds) else 0.0
    return scheduler().forecast(me, measured or _estimate_update(experiments, seeds))


def _estimate_update(experiments: list[Experiment], seeds: int) -> float:
    """Seconds that one update of all of them takes."""
    return seeds * sum(update_seconds(e) for e in experiments)
