"""The switch of the pages that look inside: the run, the reader's own model, or what a notebook recorded.

    own = inspected_switch.choose_inspected()        # None: the run

There is a switch only where there is a choice, and it holds on all these pages alike. It begins the context line, so
that what is looked at stands beside it; and at the top of the sidebar, whose settings are those of the run.
"""

from dataclasses import replace

import streamlit as st

from core.common.messages import count, say
from core.io.carried_layer import OF_THE_LOSS
from dashboard.common.i18n import N_, _, join_words
from dashboard.common.markdown import escape_markdown
from dashboard.navigation import YOURS, Page, link_to
from dashboard.session.controls import connect_control
from dashboard.session.inspected import (
    MODEL,
    RECORDED,
    RUN,
    Inspected,
    InspectedState,
    choose_kind,
    read_model,
    read_recording,
)
from dashboard.session.own_model import close_model, close_recordings, file_name
from dashboard.session.state import state
from dashboard.widgets.choice import draw_list
from dashboard.widgets.context_place import join_parts, open_context
from dashboard.widgets.layer_picker import pick_layer

TITLES = {RUN: N_("The run"), MODEL: N_("Own model"), RECORDED: N_("Recording")}


def choose_inspected(layer_key: str = "") -> Inspected | None:
    """The context line of what is looked at where it is not the run; None: the run, whose line the page draws.

    layer_key: the key of a control for the layer, where the whole page looks at one: see `pick_layer`.
    """
    kind = chosen_kind()
    if kind == RUN:
        return None
    with open_context():
        draw_switch()
        own = read_model() if kind == MODEL else choose_recording()
        if layer_key:
            own = replace(own, where=pick_layer(own.recording, layer_key))
        st.markdown(_describe(own, kind), width="content")
        if kind == MODEL:
            link_to(YOURS, _("Another sequence"), ":material/edit:")
        _draw_close(kind)
    if sentence := own.recording.not_finite:
        st.warning(_(sentence))
    if own.subject is not None and own.subject.derived:
        st.caption(_say_what_loss_is(own.subject.derived, kind))
    return own


def _say_what_loss_is(derived: str, kind: str) -> str:
    """What stands for a loss that is not known here."""
    what = escape_markdown(derived)
    if kind == MODEL:
        return _(
            "Wherever this page says loss, or L, it means {what}: the file does not hold your model's own loss.",
            what=what,
        )
    if derived == OF_THE_LOSS:
        return _(
            "Wherever this page says loss, or L, it means {what}, with the gradients ∂L/∂h that your notebook’s own loss sent into this layer. So every gradient is the one that it had there.",
            what=what,
        )
    return _(
        "No gradient reached this layer in your notebook. Wherever this page says loss, or L, it means {what}.",
        what=what,
    )


def draw_inspected_line() -> bool:
    """The same line on the page where the model or the recording was brought, which has the controls itself.

    False, and nothing drawn, where the run is looked at.
    """
    kind = chosen_kind()
    if kind == RUN:
        return False
    own = read_model() if kind == MODEL else read_recording(*_present_place())
    with open_context():
        draw_switch()
        st.markdown(_describe(own, kind), width="content")
        _draw_close(kind)
    return True


def draw_switch() -> None:
    """The switch, where there is a choice; in the line of what is looked at."""
    kinds = _kinds()
    if len(kinds) == 1:
        return
    kind = chosen_kind()
    st.segmented_control(
        _("Look at"),
        kinds,
        default=kind,
        format_func=lambda kind: _(TITLES[kind]),
        required=True,
        label_visibility="collapsed",
        width="content",
        **connect_control("look at", kind, choose_kind),
    )


def _draw_close(kind: str) -> None:
    st.button(
        _("Close"),
        key="looking close",
        on_click=close_model if kind == MODEL else close_recordings,
        help=_("Closes it, and shows the run again."),
    )


def _kinds() -> list[str]:
    choice = state(InspectedState)
    kinds = [RUN]
    kinds += [MODEL] if choice.subject is not None else []
    kinds += [RECORDED] if choice.watched else []
    return kinds


def chosen_kind() -> str:
    """What the pages that look inside show: RUN, MODEL or RECORDED."""
    kind = state(InspectedState).kind
    return kind if kind in _kinds() else RUN


def say_what_is_inspected(page: Page) -> None:
    """At the top of the sidebar of a page that shows something else than the run: what, and what the settings are."""
    kind = chosen_kind()
    if not page.looks_inside or kind == RUN:
        return
    choice = state(InspectedState)
    if kind == MODEL and choice.subject is not None:
        names = [file_name(), choice.subject.title]
    else:
        names = [choice.place[0] or next(iter(choice.watched), "")]
    what = " · ".join(f"**{escape_markdown(name)}**" for name in names if name)
    what = what or _(TITLES[kind])
    st.container(border=True).markdown(
        _(
            "This page shows your own model: {what}. The settings below are those of the run.",
            what=what,
        )
        if kind == MODEL
        else _(
            "This page shows a recording: {what}. The settings below are those of the run.",
            what=what,
        )
    )


def _present_place() -> tuple[str, int]:
    """The layer and the sequence of the recordings that are looked at."""
    choice = state(InspectedState)
    name, sequence = choice.place
    name = name if name in choice.watched else next(iter(choice.watched))
    return name, min(sequence, choice.watched[name].B - 1)


def choose_recording() -> Inspected:
    """What a notebook recorded; with controls for the layer and the sequence, where there are several."""
    choice = state(InspectedState)
    names = list(choice.watched)
    name, sequence = _present_place()
    batch = choice.watched[name]

    def choose_layer(name: str) -> None:
        choice.place = (name, choice.place[1])

    def choose_sequence(which: int) -> None:
        choice.place = (choice.place[0], which)

    if len(names) > 1:
        draw_list(
            _("Layer of the model"),
            names,
            names.index(name),
            format_func=lambda n: n or _("the model itself"),
            label_visibility="collapsed",
            width=170,
            **connect_control("recorded layer", name, choose_layer),
        )
    if batch.B > 1:
        draw_list(
            _("Sequence"),
            range(batch.B),
            sequence,
            format_func=lambda k: _("sequence {n} of {B}", n=k + 1, B=batch.B),
            label_visibility="collapsed",
            width=170,
            **connect_control("recorded sequence", sequence, choose_sequence),
        )
    return read_recording(name, sequence)


def _describe(own: Inspected, kind: str) -> str:
    """What it is, in words: the file, the layer, its size, and what the gradients start from."""
    cell = own.recording.cell.name
    title = own.title if own.title.lower() != cell else ""
    names = [file_name() if kind == MODEL else "", title]
    steps = count(len(own.symbols), say("{n} step"), say("{n} steps"))
    units = count(own.recording.H, say("{n} unit"), say("{n} units"))
    size = join_words([_(steps), _(units)])
    parts = [f"**{escape_markdown(name)}**" for name in names if name]
    parts += [own.recording.cell.title, size]
    if own.subject is not None and kind == MODEL:
        parts.append(
            _(
                "gradients of {what} = **{value:.4g}**",
                what=escape_markdown(own.subject.derived or _("the loss")),
                value=own.reading.loss,
            )
        )
    return join_parts(parts)


def say_run_is_needed(what: str) -> None:
    """In place of a view that has no meaning for a model that does not train here."""
    st.info(
        _(
            "{what} needs a run that trains here: choose “{run}” above.",
            what=what,
            run=_(TITLES[RUN]),
        )
    )


def say_weights_are_needed(what: str) -> None:
    """In place of a view that a recording is not enough for."""
    st.info(
        _(
            "{what} needs the weights, and a recording holds numbers alone. Upload the model's state_dict on Yours.",
            what=what,
        )
    )
