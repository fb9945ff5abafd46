"""The embedding of the session's run: which symbols are alike, before training and now, and where they move."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import streamlit as st

from core.analysis.embedding import cosines, find_symbols, nearest
from core.analysis.principal_space import Space, principal_space
from core.analysis.weight_history import WeightHistory
from dashboard.common.i18n import _
from dashboard.common.markdown import escape_markdown
from dashboard.figures.embedding import cosine_figure, map_figure
from dashboard.session.controls import connect_control
from dashboard.session.live_run import LiveRun, get_run
from dashboard.session.state import state
from dashboard.widgets.charts import draw_chart

WELL_KNOWN = ("cat", "dog", "hotel", "motel", "king", "queen", "sees", "chases", "old", "young")
MAX_SYMBOLS, FIRST_SYMBOLS = 12, 6


@dataclass
class EmbeddingState:
    """chosen: the symbols that are compared, by name. plane: the last axes, of the run `plane_of`. update: that is shown
    on the map; None: the newest."""

    chosen: list[str] = field(default_factory=list)
    plane: Space | None = None
    plane_of: str = ""
    update: int | None = None


@st.fragment
def draw_embedding() -> None:
    """Drawn anew by itself when a symbol or an update is chosen; training goes on undisturbed."""
    live, seen = get_run(), state(EmbeddingState)
    labels = live.trainer.task.input_labels
    index, now = live.read_embedding()
    if not np.isfinite(now).all():
        st.info(_("The run has diverged: its vectors are no numbers any more."))
        return
    chosen = _choose_symbols(live, labels)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            _(
                "{symbols} symbols, each a learned vector of {size} numbers, after update **{n}**.",
                symbols=len(now),
                size=now.shape[1],
                n=index,
            ),
            width="stretch",
        )
        st.button(_("Look again"), key="look at embedding")
    if len(chosen) < 2:
        st.info(_("Choose two symbols or more."))
        return
    _draw_cosines(live.embeddings, labels, chosen, now)
    _draw_map(live, seen, labels, chosen, (index, now))


def _choose_symbols(live: LiveRun, labels: Sequence[str]) -> list[int]:
    seen = state(EmbeddingState)
    present = [label for label in seen.chosen if label in labels]
    if not present:
        read = [symbol for symbol in dict.fromkeys(live.trainer.probe.symbols) if symbol in labels]
        present = [label for label in WELL_KNOWN if label in labels]
        present = list(dict.fromkeys([*present, *read]))[:FIRST_SYMBOLS]

    def choose(names: list[str]) -> None:
        seen.chosen = names

    st.multiselect(
        _("Symbols to compare"),
        list(labels),
        default=present,
        max_selections=MAX_SYMBOLS,
        placeholder=_("none"),
        **connect_control("embedding symbols", present, choose),
    )
    return find_symbols(labels, present)


def _draw_cosines(
    history: WeightHistory, labels: Sequence[str], chosen: list[int], now: np.ndarray
) -> None:
    """One-hot vectors, the vectors before training, and those of now."""
    names = [labels[k] for k in chosen]
    first, before = (0, now) if not history.updates else (history.updates[0], history.weights[0])
    tables = (
        (_("One-hot: no symbol is like another"), np.eye(len(chosen))),
        (
            _("Before training, by chance") if first == 0 else _("At update {n}", n=first),
            cosines(before[chosen]),
        ),
        (_("Now"), cosines(now[chosen])),
    )
    for k, (column, (title, table)) in enumerate(zip(st.columns(3), tables, strict=True)):
        with column:
            st.markdown(f"**{title}**")
            draw_chart(cosine_figure(names, table, title), f"cosines {k}", alt=title)
    alike = [
        _(
            "“{symbol}” is most like “{other}” ({cosine:.2f})",
            symbol=escape_markdown(labels[k]),
            other=escape_markdown(labels[other]),
            cosine=cosine,
        )
        for k in chosen[:4]
        for other, cosine in nearest(now, k, 1)
    ]
    st.caption(
        _(
            "The cosine of the angle between two vectors: 1 the same direction, 0 nothing in common, −1 opposite. With one-hot "
            "vectors “hotel” is no nearer to “motel” than to “cat”: every cosine is 0. Learned vectors turn towards each other "
            "where words stand in the same company."
        )
        + "  \n"
        + " · ".join(alike)
    )


def _draw_map(
    live: LiveRun,
    seen: EmbeddingState,
    labels: Sequence[str],
    chosen: list[int],
    newest: tuple[int, np.ndarray],
) -> None:
    """The two directions in which the vectors vary most now, and how the symbols came there.

    newest: the update, and the vectors then.
    """
    index, now = newest
    kept = live.embeddings.before(index)
    if not kept or kept[-1][0] != index:
        kept = [*kept, newest]
    earlier = seen.plane if seen.plane_of == live.id else None
    if earlier is not None and earlier.directions.shape[1] != now.shape[1]:
        earlier = None
    seen.plane, seen.plane_of = principal_space(now, 2, like=earlier), live.id
    paths = np.stack([seen.plane.place(vectors) for _update, vectors in kept])
    updates = [update for update, _vectors in kept]
    last = len(updates) - 1
    if len(updates) > 1:
        present = seen.update if seen.update in updates else updates[-1]

        def choose(update: int) -> None:
            seen.update = None if update == updates[-1] else update

        st.select_slider(
            _("The map at update"),
            updates,
            present,
            **connect_control("embedding update", present, choose),
        )
        last = updates.index(present)
    shown = kept[last][1]
    bounds = np.stack([paths.min((0, 1)), paths.max((0, 1))])
    titles = (_("first axis"), _("second axis"))
    draw_chart(
        map_figure(labels, chosen, paths[: last + 1], bounds, titles),
        "embedding map",
        alt=_("The symbols on a plane, after update {n}", n=updates[last]),
    )
    st.caption(
        _(
            "The axes are the two directions in which the newest vectors vary most (their principal components); they are the "
            "same for every update of the slider, so what moves is the word. They hold {share:.0%} of the variance of the "
            "vectors shown, the rest is not in the picture. A line is the way since the first update.",
            share=seen.plane.shares(shown).sum(),
        )
    )
