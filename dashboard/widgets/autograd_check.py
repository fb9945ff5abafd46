"""The button that checks a page's numbers against torch.autograd, and the badge with what came out.

    autograd_check.draw_check(lambda: CheckSubject(live.inspect(), f"{live.id}.{live.trainer.index}", 120))

One widget for all pages: what was checked on one is known on the other, until weights, sequence,
interventions or truncation change.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from core.analysis.autograd_check import check_against_autograd
from core.analysis.check_result import CheckResult, Comparison
from core.analysis.inspection import Inspection
from dashboard.common.i18n import _, join_sentences
from dashboard.serving.turns import time_slice
from dashboard.session.state import state


@dataclass(frozen=True)
class CheckSubject:
    """What is checked. run: another name for other weights. update: None of the reader's own model.

    truncate: the number of steps that the gradient is truncated after; None: as the layers are set.
    """

    inspection: Inspection
    run: str
    update: int | None = None
    truncate: int | None = None

    def key(self) -> tuple:
        """Another one where there is something else to check."""
        layers = self.inspection.layers.values()
        settings = [(layer.truncate, repr(layer.intervention)) for layer in layers]
        truncate = settings[0][0] if self.truncate is None else self.truncate
        return (self.run, self.inspection.symbols, truncate, *(clamps for _k, clamps in settings))

    def check(self) -> CheckResult:
        """Runs the sequence again, in both ways."""
        layer = next(iter(self.inspection.layers.values()))
        with self.inspection.chunks(layer.truncate if self.truncate is None else self.truncate):
            return check_against_autograd(self.inspection)


@dataclass
class CheckState:
    """The last check and what it was of."""

    of: tuple = ()
    update: int | None = None
    result: CheckResult | None = None


def draw_check(get_subject: Callable[[], CheckSubject]) -> None:
    """The button; beside it the badge, once the present numbers were checked."""
    with st.container(horizontal=True, vertical_alignment="center", key="autograd check"):
        st.button(
            _("Check against autograd"),
            key="check",
            icon=":material/fact_check:",
            on_click=_check,
            args=(get_subject,),
            help=_(
                "Reads this sequence again as a plain loop over time, lets torch.autograd differentiate it, "
                "and compares every recorded value and gradient, in float32 and in float64."
            ),
        )
        checked = state(CheckState)
        if checked.result is not None and checked.of == get_subject().key():
            st.markdown(describe_result(checked.result, checked.update), width="content")
            with st.popover(_("Numbers")):
                st.dataframe(_table(checked.result), hide_index=True, key="check table")
                st.caption(join_sentences(list_exceptions(checked.result)))


def _check(get_subject: Callable[[], CheckSubject]) -> None:
    with time_slice():
        subject = get_subject()
        checked = state(CheckState)
        checked.result, checked.of = subject.check(), subject.key()
        checked.update = subject.update


def describe_result(result: CheckResult, update: int | None) -> str:
    """The badge: how far apart they are, or which number is wrong and where that begins."""
    moment = "" if update is None else _("update {n}: ", n=update)
    wrong = result.wrong
    if not wrong:
        badge = _(
            "{moment}largest difference {single:.1e} over {quantities} quantities, {steps} steps",
            moment=moment,
            single=result.single,
            quantities=result.quantities,
            steps=result.steps,
        )
        return f":green-badge[:material/check: {badge}]"
    first = wrong[0]
    badge = _("{moment}{quantity} is not autograd's", moment=moment, quantity=name_place(first))
    sentence = _(
        "recorded {recorded:.4g}, autograd {expected:.4g}",
        recorded=first.recorded,
        expected=first.expected,
    )
    if len(wrong) > 1:
        sentence = _(
            "{sentence}; it begins there, and {n} more quantities differ",
            sentence=sentence,
            n=len(wrong) - 1,
        )
    return f":red-badge[:material/error: {badge}] {sentence}."


def name_place(comparison: Comparison) -> str:
    """Quantity, step and unit, and the layer where there may be others."""
    layer, direction = comparison.key
    arrow = "←" if direction == "reverse" else "→"
    where = _("layer {layer} {arrow}", layer=layer + 1, arrow=arrow)
    part = f"{_(comparison.part)}, " if comparison.part else ""
    if comparison.step < 0:
        return f"{comparison.name} ({part}{where})"
    return _(
        "{name} at step {t}, unit {unit} ({part}{where})",
        name=comparison.name,
        t=comparison.step + 1,
        unit=comparison.unit,
        part=part,
        where=where,
    )


def _table(result: CheckResult) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                _("quantity"): c.name,
                _("where"): " ".join(
                    filter(None, (_(c.part) if c.part else "", f"{c.key[0] + 1} {c.key[1]}"))
                ),
                _("largest number"): f"{c.largest:.3g}",
                _("difference, float32"): f"{c.single:.1e}",
                _("difference, float64"): f"{c.double:.1e}",
                _("agrees"): "✗" if c.is_wrong else "✓",
            }
            for c in result.comparisons
        ]
    )


def list_exceptions(result: CheckResult) -> list[str]:
    """How the differences are measured, and what was not compared."""
    sentences = [
        _(
            "{numbers:,} numbers; a difference is a share of its quantity's largest number. Float32: the numbers "
            "on the page against the loop in float64. Float64: both run again in float64, where the largest "
            "difference is {double:.1e}.",
            numbers=result.numbers,
            double=result.double,
        ),
        _(
            "Not compared: the gradients of the input weights, the biases, the embedding and the head, which "
            "are not on these pages. Head and loss are torch's own on both sides."
        ),
    ]
    if result.not_finite:
        sentences.append(
            _("{n} numbers are infinite or not a number, and were left out.", n=result.not_finite)
        )
    if result.held:
        sentences.append(
            _(
                "{names} of what is held is set by the intervention, and was left out.",
                names=", ".join(result.held),
            )
        )
    if result.sensitive:
        sentences.append(
            _(
                "Rounding alone changes these values in float32 by more than 1 %, so differences up to 1 % "
                "count as agreement."
            )
        )
    return sentences
