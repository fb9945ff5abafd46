"""Where the states go: their paths over several sequences and over training, and the points at which they would rest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import streamlit as st

from core.analysis.fixed_points import (
    FixedPoint,
    find_fixed_points,
    spread_starts,
    step_map,
)
from core.analysis.principal_space import Space, principal_space
from core.analysis.trajectories import MAX_SEQUENCES, Path, paths_of, points_of, read_paths
from core.common.messages import sentence_of
from core.layers.recurrent import Recurrent
from dashboard.common.i18n import N_, _, join_sentences, join_words
from dashboard.common.labels import say_by_label
from dashboard.common.markdown import escape_markdown
from dashboard.figures import trajectories as figures
from dashboard.figures.time_axis import symbol_label
from dashboard.serving.turns import time_slice
from dashboard.session import sticky
from dashboard.session.inspected import Inspected
from dashboard.session.live_run import LiveRun, get_run
from dashboard.session.state import state
from dashboard.widgets.charts import draw_titled_chart
from dashboard.widgets.choice import pick_option, pick_segment
from dashboard.widgets.inspected_switch import say_weights_are_needed
from dashboard.widgets.layer_picker import layer_title, pick_part

MAX_UPDATES = 16  # of the run's history that are on the slider
MAX_SYMBOLS = 24  # of a sequence, in the list of them
CONTROL_WIDTH = 260  # pixels
ZEROS, LIT = "zeros", "lit"
INPUTS = {LIT: N_("the input at the lit step"), ZEROS: N_("zeros")}


@dataclass
class TrajectoryState:
    """of: what the paths are of. paths: of that, by update. space: the last axes. points: that were found, points_of:
    of which paths, update and input."""

    of: tuple = ()
    paths: dict[int, list[Path]] = field(default_factory=dict)
    space: Space | None = None
    points: Sequence[FixedPoint] = ()
    searches: int = 0
    points_of: tuple = ()


def draw_trajectories(own: Inspected | None) -> None:
    """The whole section, of the session's run or of what is looked at in its place."""
    live = get_run()
    layers = _layers(own, live)
    controls = st.container(horizontal=True, vertical_alignment="bottom")
    with controls:
        part = pick_part(list(layers), "trajectory part")
        where = layers[part][1][0]
        if len(layers[part][1]) > 1:
            where = pick_option(
                _("Layer"), layers[part][1], "trajectory layer", layer_title, width=180
            )
        states = layers[part][2]
        quantity = states[0]
        if len(states) > 1:
            quantity = pick_segment(_("State"), states, "trajectory state", str)
        dimensions = pick_segment(_("Dimensions"), (2, 3), "trajectory dimensions", str)
    seen = state(TrajectoryState)
    of = (live.id if own is None else own.run, part, where)
    if seen.of != of:
        seen.of, seen.paths, seen.space, seen.points, seen.points_of = of, {}, None, (), ()
    newest = live.trainer.index if own is None else 0
    with st.spinner(_("Reading the sequences …")):
        _read(seen, own, live, part, where, states)
    H = seen.paths[newest][0].states.shape[1] // len(states)
    columns = slice(states.index(quantity) * H, (states.index(quantity) + 1) * H)
    if not all(np.isfinite(path.states).all() for path in seen.paths[newest]):
        st.info(_("The states are not finite, so they have no place in a picture."))
        return
    with controls:
        update = _pick_update(sorted(seen.paths))
        chosen, step = _pick_place(seen.paths[update])
    spots = points_of(seen.paths[newest])[:, columns]
    like = seen.space if seen.space and seen.space.directions.shape == (dimensions, H) else None
    space = seen.space = principal_space(spots, dimensions, like)
    left, right = st.columns([3, 2])
    with right:
        place = (of, update, live.trainer.index)
        _draw_points(seen, own, live, place, seen.paths[update][chosen], step)
    with left:
        _draw_paths(seen, space, columns, (update, chosen, step), own)


def _layers(
    own: Inspected | None, live: LiveRun
) -> Mapping[str, tuple[Recurrent | None, list[tuple[int, str]], list[str]]]:
    """Part of the network -> its layer where there are weights, its layers and directions, the names of its states."""
    if own is not None and own.subject is None:
        return {"": (None, [*own.batch.layers], [*own.batch.cell.states])}
    layers = live.trainer.model.parts if own is None or own.subject is None else own.subject.layers
    return {
        name: (
            layer,
            [(k, direction) for k in range(layer.num_layers) for direction in layer.directions],
            [*layer.cell.states],
        )
        for name, layer in layers.items()
    }


def _read(
    seen: TrajectoryState,
    own: Inspected | None,
    live: LiveRun,
    part: str,
    where: tuple[int, str],
    states: Sequence[str],
) -> None:
    """Fills `seen.paths`: of a run for updates of its history and the newest one."""
    if own is not None:
        if not seen.paths:
            seen.paths[0] = _own_paths(own, part, where, states)
        return
    newest = live.trainer.index
    history = [pair for pair in live.weights.before(newest) if pair[0] < newest]
    every = -(-len(history) // (MAX_UPDATES - 1)) if history else 1
    wanted = dict(history[::every])
    for update in [*seen.paths]:
        if update not in wanted:
            del seen.paths[update]
    for update, weights in wanted.items():
        if update not in seen.paths:
            with time_slice():
                seen.paths[update] = read_paths(live.trainer, part, where, states, weights)
    with time_slice():
        seen.paths[newest] = read_paths(live.trainer, part, where, states)


def _own_paths(
    own: Inspected, part: str, where: tuple[int, str], states: Sequence[str]
) -> list[Path]:
    if own.subject is None:
        batch = own.batch
        symbols = [[str(t) for t in range(1, batch.T + 1)]] * min(batch.B, MAX_SEQUENCES)
        return paths_of(batch, where, states, symbols)
    with time_slice():
        own.subject.read()
        recording = own.subject.layers[part].recording
    assert recording is not None
    return paths_of(recording.sequence(0), where, states, [own.symbols])


def _pick_update(updates: Sequence[int]) -> int:
    if len(updates) == 1:
        return updates[0]
    newest = updates[-1]
    update = sticky.get_value("trajectory update", newest)
    if update not in updates:
        update = newest
    st.select_slider(_("At update"), updates, update, **sticky.connect("trajectory update", update))
    return update


def _pick_place(paths: Sequence[Path]) -> tuple[int, int]:
    """The sequence whose path is strong, and the step of it that is lit."""

    def words(k: int) -> str:
        symbols = paths[k].symbols
        text = " ".join(symbol_label(symbol) for symbol in symbols[:MAX_SYMBOLS])
        return f"{k + 1}: {text}" + (" …" if len(symbols) > MAX_SYMBOLS else "")

    chosen = pick_option(
        *(_("Sequence"), range(len(paths)), "trajectory sequence", words), width=CONTROL_WIDTH
    )
    last = len(paths[chosen].states)
    step = min(sticky.get_value("trajectory step", last), last)
    if last > 1:
        st.slider(
            *(_("At step"), 1, last, step),
            width=CONTROL_WIDTH,
            **sticky.connect("trajectory step", step),
        )
    return chosen, step - 1


def _draw_paths(
    seen: TrajectoryState,
    space: Space,
    columns: slice,
    place: tuple[int, int, int],
    own: Inspected | None,
) -> None:
    update, chosen, step = place
    paths = seen.paths[update]
    placed = [
        figures.PlacedPath(
            space.place(path.states[:, columns]), path.symbols, _("sequence {n}", n=k + 1)
        )
        for k, path in enumerate(paths)
    ]
    everywhere = np.concatenate(
        [
            space.place(spots[np.isfinite(spots).all(1)])
            for each in seen.paths.values()
            for spots in [points_of(each)[:, columns]]
        ]
    )
    points = [
        figures.PlacedPoint(
            space.place(point.state[columns]), point.kind, _point_title(k, point, seen.searches)
        )
        for k, point in enumerate(seen.points)
    ]
    spots = [everywhere, *(point.place[None] for point in points)]
    bounds = np.stack([np.concatenate(spots).min(0), np.concatenate(spots).max(0)])
    title = _("States of {n} sequences, coloured by step", n=len(paths))
    if own is None:
        title = _(
            "States of {n} held-out sequences after update {update}, coloured by step",
            n=len(paths),
            update=update,
        )
    figure = figures.paths_figure(placed, chosen, step, bounds, points)
    draw_titled_chart(title, figure, "trajectories", None if own is None else own.file)
    shares = space.shares(points_of(paths)[:, columns])
    st.caption(
        _(
            "The axes are the directions in which the newest states vary most (principal components), the same for every "
            "update. They hold {each} of the variance of the states shown, {all:.0%} together; the rest is not in "
            "the picture, so paths that cross here need not meet.",
            each=_join_shares(shares),
            all=float(shares.sum()),
        )
    )


def _join_shares(shares: np.ndarray) -> str:
    return join_words(_("{share:.0%}", share=float(share)) for share in shares)


def _draw_points(
    seen: TrajectoryState,
    own: Inspected | None,
    live: LiveRun,
    place: tuple,
    path: Path,
    step: int,
) -> None:
    """The search for fixed points, on request, and what was found."""
    st.markdown(f"**{_('Where would the state rest?')}**")
    of, update, index = place
    if own is not None and own.subject is None:
        say_weights_are_needed(_("A fixed point"))
        return
    if own is None and update != index:
        st.caption(_("Fixed points are those of the newest weights: move the slider to its end."))
        seen.points, seen.points_of = (), ()
        return
    held = pick_segment(
        _("With the input held at"), list(INPUTS), "fixed input", lambda k: _(INPUTS[k])
    )
    x = np.zeros_like(path.inputs[step]) if held == ZEROS else path.inputs[step]
    key = (of, index, held, None if held == ZEROS else (step, path.symbols))
    if seen.points_of != key:
        seen.points, seen.points_of = (), ()
    if st.button(_("Search for fixed points"), key="search fixed points"):
        _search(seen, own, live, x, key)
    if seen.points_of == key:
        _draw_found(seen, None if own is None else own.file)
    else:
        st.caption(
            _(
                "From up to 40 of the states on the left, with the input held, the search goes to where the next state is the "
                "same as this one. Near such a point the eigenvalues of the step say what becomes of a small difference: "
                "below 1 in size it fades, above 1 it grows."
            )
        )


def _search(
    seen: TrajectoryState, own: Inspected | None, live: LiveRun, x: np.ndarray, key: tuple
) -> None:
    _run, part, where = key[0]
    subject = None if own is None else own.subject
    layers = live.trainer.model.parts if subject is None else subject.layers
    newest = seen.paths[max(seen.paths)]
    with st.spinner(_("Searching …")):
        try:
            with time_slice():
                step = step_map(layers[part], where, x)
            starts = spread_starts(points_of(newest))
            seen.points = find_fixed_points(step, starts, turn=time_slice())
        except ValueError as error:
            st.warning(escape_markdown(say_by_label(sentence_of(error))))
            return
    seen.points_of, seen.searches = key, len(starts)


def _draw_found(seen: TrajectoryState, about: str | None) -> None:
    ended = sum(point.starts for point in seen.points)
    if not seen.points:
        st.info(
            _(
                "None of the {n} searches ended at a point where the state rests: for this input it keeps moving.",
                n=seen.searches,
            )
        )
        return
    which = pick_option(
        _("Point"),
        range(len(seen.points)),
        "fixed point",
        lambda k: _point_title(k, seen.points[k], seen.searches),
    )
    point = seen.points[which]
    title = _("Eigenvalues at this point")
    figure = figures.point_eigenvalues_figure(_("this point"), point.eigenvalues)
    draw_titled_chart(title, figure, "fixed point eigenvalues", about)
    st.caption(_describe(point, seen.searches - ended))


def _point_title(k: int, point: FixedPoint, searches: int) -> str:
    return _(
        "{n}: {kind}, from {starts} of {searches} searches",
        n=k + 1,
        kind=figures.kind_title(point.kind),
        starts=point.starts,
        searches=searches,
    )


def _describe(point: FixedPoint, lost: int) -> str:
    largest = abs(point.eigenvalues[0])
    grows = int((np.abs(point.eigenvalues) > 1).sum())
    if point.kind == "slow":
        text = _(
            "Not quite at rest: the next state differs by up to {residual:.1e}. The largest eigenvalue has size {size:.3g}.",
            residual=point.residual,
            size=largest,
        )
    elif grows:
        text = _(
            "In {n} of {S} directions a small difference grows, by up to ×{size:.3g} a step: the state leaves this point.",
            n=grows,
            S=len(point.eigenvalues),
            size=largest,
        )
    else:
        text = _(
            "Every small difference fades: the slowest is e times smaller after {steps:.3g} steps. That long the state "
            "remembers that it was elsewhere.",
            steps=point.memory,
        )
    if not lost:
        return text
    return join_sentences([text, _("{n} searches ended at no such point.", n=lost)])
