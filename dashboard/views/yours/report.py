"""A run as one HTML file: settings, curves, states, gates, gradients, diagnosis. It opens without a network.

Plotly's program stands in the file once, and a content security policy forbids anything else to load.
All that a reader typed is escaped.
"""

import datetime
import html
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import plotly.graph_objects as go

from core.analysis.diagnosis import diagnose
from core.analysis.facts import Norms, read_facts
from core.analysis.horizon import last_loss_flow
from core.cells import CELL_TITLES
from core.tasks import TASKS, Task
from core.training.curves import Curves
from core.training.events import ProbePass, Update
from core.training.experiment import Experiment
from core.training.settings_log import settings_in_words
from core.training.trainer import Trainer
from dashboard.common.i18n import _, join_sentences, join_words, language
from dashboard.common.labels import choice_label, label
from dashboard.common.plotly_config import plotly_config
from dashboard.figures import curves as lines
from dashboard.figures import recordings
from dashboard.figures.book_notes import convention_note
from dashboard.figures.books import NOTATIONS
from dashboard.figures.equation_html import equation_html
from dashboard.figures.equations import equations
from dashboard.session import interventions
from dashboard.session.classes import answer_in_words
from dashboard.widgets.layer_picker import layer_title

MAX_SETTING_CHARACTERS = 200  # characters of a setting
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:"
)
STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #14181f; max-width: 1100px; margin: 2rem auto;
  padding: 0 1rem; background: #fff }
h1 { margin-bottom: 0 } h2 { margin-top: 2.5rem; border-bottom: 1px solid #ccd }
table { border-collapse: collapse } td, th { padding: .15rem 1rem .15rem 0; text-align: left }
.settings { columns: 2 } .settings div { break-inside: avoid } .settings b { font-weight: 600 }
.says { font-size: 1.15rem; padding: .6rem 1rem; background: #f3f5f8; border-left: 4px solid #0b62a4 }
.notes { white-space: pre-wrap } .muted { color: #57606a }
.equations { font-family: "STIX Two Math", "Cambria Math", serif; line-height: 2; overflow-x: auto }
"""


@dataclass(frozen=True)
class ReportTexts:
    """What the reader typed for the report."""

    title: str = ""
    notes: str = ""


def render_report(
    trainer: Trainer,
    curves: Curves,
    latest: Sequence[Update | Norms] = (),
    texts: ReportTexts | None = None,
    book: str = "torch",
) -> bytes:
    """The run as it is now. latest: its newest updates, for the diagnosis; none: nothing is diagnosed.

    texts: shown as plain text. book: whose letters the equations have. Makes no update.
    """
    task, look = trainer.task, trainer.look()
    page = _Figures()
    above = _findings(trainer, latest)
    below = [
        f"<h2>{_('Curves')}</h2>",
        *_curves(page, curves, trainer),
        *_recordings(page, task, look),
    ]
    below.append(f"<h2>{_('Settings')}</h2><div class='settings'>{_settings(trainer)}</div>")
    below += _equations(trainer, book)
    below.append(f"<p class='muted'>{_text(_(task.source))}</p>")
    texts = texts or ReportTexts()
    title, notes = texts.title.strip(), texts.notes.strip()
    title = title or f"{_(task.title)} · {CELL_TITLES[trainer.experiment.cell]}"
    parts = [f"<h1>{_text(title)}</h1>", f"<p class='muted'>{_text(_summary(trainer))}</p>", *above]
    if notes:
        parts.append(f"<h2>{_('Notes')}</h2><p class='notes'>{_text(notes)}</p>")
    parts += below
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f"<title>{_text(title)}</title><style>{STYLE}</style>"
    )
    return (
        f'<!doctype html><html lang="{language()}"><head>{head}</head><body>{"".join(parts)}</body></html>'
    ).encode()


def _findings(trainer: Trainer, latest: Sequence[Update | Norms]) -> list[str]:
    """What is to be known before the figures: diagnosis, divergence, interventions, earlier settings."""
    sentences = []
    if latest:
        e, task = trainer.experiment, trainer.task
        flow = last_loss_flow(trainer) if task.at == "every" else None
        facts = read_facts(task, trainer.index, latest, None, trainer.evaluate(), flow)
        facts = replace(facts, sees=e.receptive_field)
        sentences.append(_(diagnose(facts, e.clipping, e.optimizer).sentence))
    if trainer.diverged:
        sentences.append(_(trainer.diverged))
    if under := _describe_interventions(trainer):
        sentences.append(under)
    if trainer.settings_log:
        earlier = settings_in_words(trainer.settings_log, trainer.experiment)
        sentences.append(_("Trained with other settings before: {earlier}.", earlier=earlier))
    return [f"<p class='says'>{_text(sentence)}</p>" for sentence in sentences]


def _equations(trainer: Trainer, book: str) -> list[str]:
    """The cell's equations, and what differs in the book from what is computed."""
    e, output = trainer.experiment, trainer.task.output_function
    lines = [
        equation_html(line) for line in equations(e.cell, e.cell_options, book, output, e.bias)
    ]
    parts = [
        f"<h2>{_('Equations')}</h2>",
        f"<p class='muted'>{_text(_('In the letters of {book}.', book=NOTATIONS[book].title))}</p>",
        f"<p class='equations'>{'<br>'.join(lines)}</p>",
    ]
    note = convention_note(e.cell, e.cell_options, book, output, e.bias, e.normalization)
    return [*parts, f"<p class='muted'>{_text(note)}</p>"]


def _text(value: object) -> str:
    return html.escape(str(value))


def _summary(trainer: Trainer) -> str:
    today = datetime.date.today().isoformat()
    return _(
        "Unrolled, {date}. {title}: the network after update {n}, seed {seed}.",
        date=today,
        title=_(trainer.task.title),
        n=trainer.index,
        seed=trainer.experiment.seed,
    )


def _describe_interventions(trainer: Trainer) -> str:
    """What the run was trained under, and what it is held under in the pictures; "" when nothing."""
    history, now = (
        interventions.describe_history(trainer),
        interventions.get_run_interventions(trainer),
    )
    sentences = [_("Trained under an intervention: {what}.", what=history)] if history else []
    if now:
        what = interventions.describe(now)
        sentences.append(
            _("All pictures of the network below are made under it, too: {what}.", what=what)
        )
    elif history:
        sentences.append(_("The pictures of the network below are made without it."))
    return join_sentences(sentences)


class _Figures:
    """Figures as HTML; the first one brings Plotly's program along."""

    def __init__(self) -> None:
        self.first = True

    def __call__(self, figure: go.Figure) -> str:
        figure.update_layout(template="plotly_white")
        text = figure.to_html(
            full_html=False,
            include_plotlyjs=self.first,
            config=plotly_config() | {"responsive": True, "showSendToCloud": False},
        )
        self.first = False
        return text


def _curves(page: _Figures, curves: Curves, trainer: Trainer) -> list[str]:
    if not len(curves):
        return [f"<p>{_('No update has been made yet.')}</p>"]
    task = trainer.task
    naive = {
        name: values[task.headline]
        for name, values in task.baselines.items()
        if task.headline in values
    }
    figures = [lines.loss_figure(curves), lines.metric_figure(curves, task.headline, naive)]
    return [page(figure) for figure in (*figures, lines.gradient_norm_figure(curves))]


def _recordings(page: _Figures, task: Task, look: ProbePass) -> list[str]:
    symbols, recording = look.probe.symbols, look.recording
    sentence = _("Sequence: {symbols}.", symbols=" ".join(symbols))
    if look.probe.answer:
        sentence = _(
            "Sequence: {symbols}. Target: {answer}.",
            symbols=" ".join(symbols),
            answer=answer_in_words(task, look.probe.answer),
        )
    parts = [f"<h2>{_('One sequence, step by step')}</h2><p>{_text(sentence)}</p>"]
    for layer, direction in recording.layers:
        trace = recording[layer, direction]
        where = [layer_title((layer, direction))] if len(recording.layers) > 1 else []
        parts += [
            f"<h3>{join_words([_('States and gates'), *where])}</h3>",
            f"<p class='muted'>{_('A row for each unit, a column for each step. Signed values: blue below 0, orange above; gates: empty 0 (shut), full 1 (open).')}</p>",
            page(recordings.value_figure(trace, symbols)),
            f"<h3>{join_words([_('Total gradients of the loss'), *where])}</h3>",
            f"<p class='muted'>{_('Colour: sign and size, on a logarithmic scale. Point at a cell for its number.')}</p>",
            page(recordings.gradient_figure(trace, symbols)),
            page(recordings.norm_figure(trace, symbols)),
        ]
    return parts


def _settings(trainer: Trainer) -> str:
    """Every setting that the run has, with the label of its control."""
    experiment = trainer.experiment
    rows = []
    for name, value in experiment.to_dict().items():
        shown = _setting_in_words(experiment, name, value)
        if len(shown) > MAX_SETTING_CHARACTERS:
            shown = f"{shown[:MAX_SETTING_CHARACTERS]} …"
        rows.append(f"<div>{_text(label(name))}: <b>{_text(shown)}</b></div>")
    return "".join(rows)


def _setting_in_words(experiment: Experiment, name: str, value: Any) -> str:
    if name == "task":
        return _(TASKS[experiment.task].title)
    if name == "cell":
        return CELL_TITLES[experiment.cell]
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value is None or value == "":
        return _("none")
    if isinstance(value, str):
        return choice_label(name, value)
    return _("{value:g}", value=value)
