"""Where the states go: their paths over several sequences and over training."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import streamlit as st

from core.analysis.principal_space import Space, principal_space
from core.analysis.trajectories import MAX_SEQUENCES, Path, paths_of, points_of, read_paths
from core.layers.recurrent import Recurrent
from dashboard.common.i18n import _, join_sentences, join_words
from dashboard.figures import trajectories as figures
from dashboard.figures.time_axis import symbol_label
from dashboard.serving.turns import time_slice
from dashboard.session import sticky
from dashboard.session.inspected import Inspected
from dashboard.session.live_run import LiveRun, get_run
from dashboard.session.state import state
from dashboard.views.gradients import fixed_points
from dashboard.widgets.charts import draw_titled_chart
from dashboard.widgets.choice import pick_option, pick_segment
from dashboard.widgets.inspected_switch import say_weights_are_needed
from dashboard.widgets.layer_picker import layer_title, pick_part

MAX_UPDATES = 16  # of the run's history that are on the slider
MAX_SYMBOLS = 24  # of a sequence, in the list of them
CONTROL_WIDTH = 260  # pixels


@dataclass
class TrajectoryState:
    """of: what the paths are of. paths: of that, by update. space: the last axes."""

    of: tuple = ()
    paths: dict[int, list[Path]] = field(default_factory=dict)
    space: Space | None = None


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
        seen.of, seen.paths, seen.space = of, {}, None
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
        st.markdown(f"**{_('Where would the state rest?')}**")
        layer = layers[part][0]
        if layer is None:
            say_weights_are_needed(_("A fixed point"))
        elif own is None and update != newest:
            st.caption(
                _("Fixed points are those of the newest weights: move the slider to its end.")
            )
            fixed_points.forget_points()
        else:
            path = seen.paths[update][chosen]
            of = (*of, newest)
            about = None if own is None else own.file
            fixed_points.draw_search(of, layer, where, points_of(seen.paths[newest]), path, step)
            fixed_points.draw_found(about)
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
        figures.PlacedPoint(space.place(point.state[columns]), point.kind, title)
        for title, point in fixed_points.found_points()
    ]
    bounds = figures.bounds_of(everywhere, points)
    title = _("States of the sequence, coloured by step")
    if own is not None and len(paths) > 1:
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
    axes = _("The axes are the directions in which these states vary most (principal components).")
    if own is None:
        axes = _(
            "The axes are the directions in which the newest states vary most (principal components), the same for every "
            "update."
        )
    rest = _(
        "They hold {each} of the variance of the states shown, {all:.0%} together; the rest is not in the picture, so paths "
        "that cross here need not meet.",
        each=_join_shares(shares),
        all=float(shares.sum()),
    )
    st.caption(join_sentences([axes, rest]))


def _join_shares(shares: np.ndarray) -> str:
    return join_words(_("{share:.0%}", share=float(share)) for share in shares)
