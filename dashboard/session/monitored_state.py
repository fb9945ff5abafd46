"""How a training that runs elsewhere stands, in words."""

import time

from core.io.monitor import MonitoredRun
from dashboard.common.i18n import N_, _, join_sentences

TITLES = {"running": N_("trains now"), "silent": N_("silent"), "ended": N_("ended")}


def is_gone(run: MonitoredRun) -> bool:
    """Whether its folder was deleted."""
    return not run.folder.is_dir()


def newest_update(run: MonitoredRun) -> int:
    """The newest of which anything is known."""
    return max([run.state.update, *run.updates[-1:], next(reversed(run.numbers), 0)])


def say_state(run: MonitoredRun) -> str:
    """One sentence: it trains, it is silent, it has ended."""
    state = run.state
    if is_gone(run):
        return _("Its folder is gone.")
    newest = newest_update(run)
    if state.name == "running":
        return _("It trains now; update {n} is the newest.", n=newest)
    if state.name == "ended":
        return _("It has ended at update {n}.", n=newest)
    seconds = round(max(0.0, time.time() - state.since))
    if seconds < 120:
        return _("It has been silent for {n} seconds.", n=seconds)
    return _("It has been silent for {n} minutes.", n=seconds // 60)


def warn_of(run: MonitoredRun, notice: str = "") -> str:
    """What its reader should know, "" for nothing: it is silent, its folder is gone, what its monitor says went wrong."""
    sentences = [_(notice), *(_(sentence) for sentence in run.state.sentences)]
    if is_gone(run):
        sentences.append(
            _(
                "The folder of this training is gone: what is on this page can still be played, and nothing new comes."
            )
        )
    elif run.state.name == "silent":
        sentences.append(
            _(
                "There is no sign of life: its script has been stopped, or one update takes long. When it goes on, so does "
                "this page."
            )
        )
    return join_sentences(sentences)
