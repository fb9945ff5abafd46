"""Taking an example of the course."""

from core.training.presets import PRESETS
from dashboard.session.live_run import RunState
from dashboard.session.settings import choose_experiment
from dashboard.session.state import state


def choose_example(name: str) -> None:
    """Takes this example's settings. Its run begins anew, with the example's sequence and under no intervention.

    LookupError: there is none of that name.
    """
    choose_experiment(PRESETS[name].experiment)
    state(RunState).begins_anew = True
