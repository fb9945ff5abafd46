"""How far a download has come, on the page that waits for it."""

from streamlit.delta_generator import DeltaGenerator

from core.tasks.data.download import reporting_to
from core.training.trainer import Experiment
from dashboard.common.i18n import _


def load_data(place: DeltaGenerator, *experiments: Experiment) -> None:
    """Has the data of all of them at hand, downloaded where that is what they ask for.

    place: where a bar shows what arrives; without a download it stays empty.
    """

    def report(what: str, received: int, total: int | None) -> None:
        so_far = received / 1e6
        text = (
            _(
                "Downloading {what}: {so_far:.1f} MB of {total:.1f} MB",
                what=what,
                so_far=so_far,
                total=total / 1e6,
            )
            if total
            else _("Downloading {what}: {so_far:.1f} MB", what=what, so_far=so_far)
        )
        place.progress(min(1.0, received / total) if total else 0.0, text)

    try:
        with reporting_to(report):
            for experiment in experiments:
                _data = experiment.make_task().held_out
    finally:
        place.empty()
