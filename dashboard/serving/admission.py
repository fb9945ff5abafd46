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
    _expect_pace(experiments, seeds)


def start_beside(page: str, experiments: list[Experiment], before: str) -> tuple[Turn, bool]:
    """As `start_runs`, but the page's last runs stay, under the name `before` -> the turn, and whether they may.

    Where the server has no memory for both, those of `before` have to go.
    """
    scheduler().exchange_memory(client(), page, before)
    try:
        return start_runs(page, experiments), True
    except ValueError:
        scheduler().exchange_memory(client(), page, before)
    reserve_memory(before, 0)
    return start_runs(page, experiments), False


def exchange_runs(page: str, before: str, experiments: list[Experiment]) -> Turn:
    """The turn in which the runs of `page` and those kept under `before` change places.

    experiments: of those that are on the page afterwards.
    """
    scheduler().exchange_memory(client(), page, before)
    _expect_pace(experiments)
    return time_slice()


def continue_runs(experiments: list[Experiment], seeds: int = 1) -> Turn:
    """The turn in which the runs go on as these experiments; the pace that was measured is theirs."""
    client().runs = (experiments, seeds)
    return time_slice()


def _expect_pace(experiments: list[Experiment], seeds: int = 1) -> None:
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
