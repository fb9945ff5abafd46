"""A run as one HTML file: settings, curves, states, gates, gradients, diagnosis; opens without a network.

Plotly's program stands in the file once, and a content security policy forbids anything else to load.
All that a reader typed is escaped.
"""

import datetime
import html
from collections.abc import Sequence

import plotly.graph_objects as go

from core.analysis.diagnosis import Norms, diagnose
from core.cells import CELL_TITLES
from core.training.curves import Curves
from core.training.events import ProbePass, Update
from core.training.settings_log import settings_in_words
from core.training.trainer import Trainer
from dashboard.common.i18n import _
from dashboard.common.labels import label
from dashboard.figures import curves as lines
from dashboard.figures import recordings
from dashboard.figures.equations import equations
from dashboard.figures.formula_html import formula_to_html
from dashboard.session import interventions

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
.notes { white-space: pre-wrap } .muted { color: #57606a } pre { overflow-x: auto }
"""


def render_report(
    trainer: Trainer,
    curves: Curves,
    latest: Sequence[Update | Norms] = (),
    name: str = "",
    notes: str = "",
) -> bytes:
    """The run as it is now. latest: its newest updates, for the diagnosis; none: nothing is diagnosed.

    name, notes: the reader's, shown as plain text. Makes no update.
    """
    e, task, look = trainer.experiment, trainer.task, trainer.look()
    title = name or f"{_(task.title)} · {CELL_TITLES[e.cell]}"
    parts = [f"<h1>{_text(title)}</h1>", f"<p class='muted'>{_text(_summary(trainer))}</p>"]
    if latest:
        parts.append(f"<p class='says'>{_text(diagnose(list(latest), at=task.at).sentence)}</p>")
    if trainer.diverged:
        parts.append(f"<p class='says'>{_text(trainer.diverged)}</p>")
    if under := _describe_interventions(trainer):
        parts.append(f"<p class='says'>{_text(under)}</p>")
    if trainer.settings_log:
        earlier = settings_in_words(trainer.settings_log, trainer.experiment)
        sentence = _("Trained otherwise at first: {earlier}.").format(earlier=earlier)
        parts.append(f"<p class='says'>{_text(sentence)}</p>")
    if notes:
        parts.append(f"<h2>{_('Notes')}</h2><p class='notes'>{_text(notes)}</p>")
    page = _Figures()
    parts.append(f"<h2>{_('Curves')}</h2>")
    parts += _curves(page, curves, trainer)
    parts += _recordings(page, look)
    parts.append(f"<h2>{_('Settings')}</h2><div class='settings'>{_settings(trainer)}</div>")
    lines_of_cell = equations(e.cell, e.cell_options, "torch")
    parts.append(f"<h2>{_('Equations')}</h2>")
    parts.append(f"<p class='formulas'>{'<br>'.join(map(formula_to_html, lines_of_cell))}</p>")
    parts.append(f"<p class='muted'>{_text(task.source)}</p>")
    return (
        f'<!doctype html><html><head><meta charset=\'utf-8\'><meta http-equiv="Content-Security-Policy" content="{POLICY}"><title>{_text(title)}</title><style>{STYLE}</style></head><body>{"".join(parts)}</body></html>'
    ).encode()


def _text(value: object) -> str:
    return html.escape(str(value))


def _summary(trainer: Trainer) -> str:
    today = datetime.date.today().isoformat()
    return _("Unrolled, {date}: {title}; after {n} updates, seed {seed}.").format(
        date=today, title=_(trainer.task.title), n=trainer.index, seed=trainer.experiment.seed
    )


def _describe_interventions(trainer: Trainer) -> str:
    """What the run was trained under, and what it is held under in the pictures; "" when nothing."""
    history, now = (
        interventions.describe_history(trainer),
        interventions.get_run_interventions(trainer),
    )
    sentences = (
        [_("Trained under an intervention: {what}.").format(what=history)] if history else []
    )
    if now:
        what = interventions.describe(now)
        sentences.append(_("Held in all that is shown of the network: {what}.").format(what=what))
    elif history:
        sentences.append(_("Nothing is held in what is shown of the network."))
    return " ".join(sentences)


class _Figures:
    """Figures as HTML; the first one brings Plotly's program along."""

    def __init__(self) -> None:
        self.first = True

    def __call__(self, figure: go.Figure) -> str:
        figure.update_layout(template="plotly_white")
        text = figure.to_html(
            full_html=False,
            include_plotlyjs=self.first,
            config={"displaylogo": False, "responsive": True},
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


def _recordings(page: _Figures, look: ProbePass) -> list[str]:
    symbols, recording = look.probe.symbols, look.recording
    sentence = _("The network reads {symbols}.").format(symbols=" ".join(symbols))
    if look.probe.answer:
        sentence += " " + _("Right is {answer}.").format(answer=look.probe.answer)
    parts = [f"<h2>{_('One sequence, step by step')}</h2><p>{_text(sentence)}</p>"]
    for layer, direction in recording.layers:
        trace = recording[layer, direction]
        where = ""
        if len(recording.layers) > 1:
            where = ", " + _("layer {n}, {direction}").format(n=layer, direction=_(direction))
        parts += [
            f"<h3>{_('States and gates')}{where}</h3>",
            f"<p class='muted'>{_('A row for each unit. Signed values: blue below 0, red above; gates: empty 0, brown 1.')}</p>",
            page(recordings.value_figure(trace, symbols)),
            f"<h3>{_('Total gradients of the loss')}{where}</h3>",
            f"<p class='muted'>{_('Colour: sign and size, on a logarithmic scale; hover for the number.')}</p>",
            page(recordings.gradient_figure(trace, symbols)),
            page(recordings.norm_figure(trace, symbols)),
        ]
    return parts


def _settings(trainer: Trainer) -> str:
    rows = []
    for name, value in trainer.experiment.to_dict().items():
        shown = (
            str(value)
            if len(str(value)) <= MAX_SETTING_CHARACTERS
            else f"{str(value)[:MAX_SETTING_CHARACTERS]} …"
        )
        rows.append(f"<div>{_text(label(name))}: <b>{_text(shown)}</b></div>")
    return "".join(rows)
