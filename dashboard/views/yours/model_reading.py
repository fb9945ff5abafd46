"""One layer of the reader's own model: what it reads, where the gradients start, and what came of it."""

from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.analysis.inspection import Inspection
from core.cells import CELL_TITLES, CELLS
from core.common.options import SETTING
from core.io.cell_candidates import Candidate
from core.io.checkpoints import CheckpointLayer
from core.io.companions import Head, find_heads
from core.io.export import arrays
from core.io.model_files import ModelFile
from core.io.user_model import LOSSES, inspect_layer, layer_bytes
from core.layers.recording import Recording
from dashboard.common.i18n import N_, _, in_context, join_sentences, join_words
from dashboard.common.labels import choice_label, say_by_label
from dashboard.common.markdown import escape_markdown
from dashboard.navigation import PAGES, link_to
from dashboard.serving.turns import reserve_memory
from dashboard.session import sticky
from dashboard.session.checkpoints import model_bytes
from dashboard.session.inspected import forget_model, inspect_once
from dashboard.session.own_model import RESERVED, OpenedFile
from dashboard.views.yours import checkpoints, sequence
from dashboard.views.yours.downloads import offer_file
from dashboard.widgets import recording_panels
from dashboard.widgets.choice import draw_list

LOSS_TITLES = {
    "last state": N_("the size of the last state, ‖h_T‖"),
    "one unit": N_("one unit of the last state, h_T[k]"),
    "all states": N_("the sum of all states at all steps, Σ h"),
    "one output": N_("one output of the head at the last step, y_T[k]"),
    "class": N_("the cross-entropy of a class at the last step"),
}
# A question that is longer than its box is broken, not cut.
PAGE_LINKS_STYLE = (
    "<style>.st-key-own-pages a * { white-space: normal; overflow: visible; }</style>"
)
UNIT_TITLES = {"one unit": N_("Unit"), "one output": N_("Output"), "class": N_("Class")}
# What the reader sets for a layer, by the names of the controls: what is read, and all.
READ_BY = (
    *("own cell", "own activation", "own reset", "own head", "own loss", "own unit"),
    *sequence.SETTINGS,
)
SETTINGS = (*READ_BY, recording_panels.STEPS)


def draw_reading(
    stored: CheckpointLayer, opened: OpenedFile, left: DeltaGenerator, right: DeltaGenerator
) -> None:
    """The sequence it reads, in the left place, and what the gradients are of, in the right one; below them the way
    to the pages that look inside, and what was recorded."""
    reserved = model_bytes()
    with left:
        st.markdown(f"## {_('Sequence')}")
        candidate = None if stored.cell else pick_cell(stored)
        if not stored.cell and candidate is None:  # nothing is read as a cell that it may not be
            forget_model()
            reserve_memory(RESERVED, reserved)
            return
        options = dict(candidate.options) if candidate else pick_unknown_options(stored)
        source = sequence.choose_source(stored, opened.model)
        if len(opened.model.layers) > 1:
            st.caption(
                _(
                    "The layer starts from a state of zeros here. In your model it may start from the last state of another layer, as a decoder starts from its encoder's."
                )
            )
    with right:
        st.markdown(f"## {_('Gradients of')}")
        heads = find_heads(opened.model, stored)
        head_name = _pick_head(heads)
        loss, unit = _pick_loss(stored, None if head_name is None else heads[head_name])

    def make(file: ModelFile) -> Inspection:
        present = _layer_in(file, stored)
        x, symbols = source(present, file)
        layer = present.make_layer(candidate.cell if candidate else None, **options)
        title = present.title or CELL_TITLES[layer.cell.name]
        own_head = find_heads(file, present)[head_name] if head_name is not None else None
        return inspect_layer(title, layer, x, symbols, LOSSES[loss], unit, own_head)

    def make_with_memory() -> Inspection:
        subject = make(opened.model)
        (layer,) = subject.layers.values()
        reserve_memory(RESERVED, reserved + layer_bytes(layer, len(subject.symbols)))
        return subject

    settings = checkpoints.settings_of((*READ_BY, "own layer"))
    try:
        own = inspect_once(opened.model, settings, make_with_memory)
    except (ValueError, LookupError) as error:
        right.warning(escape_markdown(say_by_label(error)))
        return
    assert own.subject is not None
    with right:
        st.markdown(
            _(
                "{what} = **{value:.4g}**",
                what=escape_markdown(own.subject.derived),
                value=own.reading.loss,
            )
        )
    draw_page_links()
    checkpoints.draw_series(checkpoints.Reader(make, settings))
    with st.container(horizontal=True):
        draw_downloads(own.recording, own.symbols)
    draw_recorded(own.recording, own.symbols)


def draw_recorded(recording: Recording, symbols: tuple[str, ...]) -> None:
    """Every map of the recording, when it is unfolded."""
    box = st.expander(
        _("All that was recorded, as maps"), key="own recording box", on_change="rerun"
    )
    if box.open:
        with box:
            recording_panels.draw_recording(recording, symbols)


def _layer_in(file: ModelFile, stored: CheckpointLayer) -> CheckpointLayer:
    """The same layer in another checkpoint."""
    return next(
        each for each in file.layers if (each.source, each.name) == (stored.source, stored.name)
    )


def _pick_head(heads: dict[str, Head]) -> str | None:
    """The name of the linear layer behind the states that the reader takes for the head; None where the file has none."""
    names = list(heads)
    if not names:
        return None
    name = sticky.get_value("own head", names[0])
    if len(names) > 1:
        draw_list(
            _("Head: the linear layers whose inputs fit"),
            names,
            names.index(name),
            format_func=lambda name: _(
                "{name}, {n} outputs", name=name or "weight", n=heads[name].outputs
            ),
            **sticky.connect("own head", name),
        )
    return name


def _pick_loss(stored: CheckpointLayer, head: Head | None) -> tuple[str, int]:
    """(the name of what the gradients start from, its unit)."""
    names = [name for name, loss in LOSSES.items() if head is not None or not loss.of_head]
    name = sticky.get_value("own loss", names[0])
    draw_list(
        _("The gradients are those of"),
        names,
        names.index(name),
        format_func=lambda name: _(LOSS_TITLES[name]),
        **sticky.connect("own loss", name),
    )
    unit = 0
    if LOSSES[name].has_unit:
        last = (
            head.outputs if head is not None and LOSSES[name].of_head else stored.output_size
        ) - 1
        unit = min(sticky.get_value("own unit", 0), last)
        st.number_input(_(UNIT_TITLES[name]), 0, last, unit, **sticky.connect("own unit", unit))
    st.caption(_describe_start(stored, head, name))
    return name, unit


def _describe_start(stored: CheckpointLayer, head: Head | None, loss: str) -> str:
    """What is derived, and what is known of the head."""
    if head is None:
        return _(
            "This is not the loss of your model: the file has no linear layer with {n} inputs that could be the head, and does not hold the targets.",
            n=stored.output_size,
        )
    if not LOSSES[loss].of_head:
        return _(
            "This is not the loss of your model, which the file does not hold. A linear layer with {n} inputs could be the head: its outputs can be chosen here, too.",
            n=stored.output_size,
        )
    sentence = _(
        "The head was found by its shape and reads the states directly. Anything else between them in your model (a norm, attention) is left out here."
    )
    reverse = _("At the last step the reverse direction has read one step only.")
    return join_sentences([sentence, reverse]) if stored.bidirectional else sentence


def pick_cell(stored: CheckpointLayer) -> Candidate | None:
    """The cell that the reader says it is, where no torch class has such weights; None: nothing yet."""
    number = sticky.get_value("own cell", None)
    st.radio(
        _("Which cell is it? Its shapes fit:"),
        range(len(stored.candidates)),
        index=number,
        format_func=lambda k: _describe_candidate(stored.candidates[k]),
        **sticky.connect("own cell", number),
    )
    return None if number is None else stored.candidates[number]


def _describe_candidate(candidate: Candidate) -> str:
    return _(
        "{cell} (blocks {blocks})",
        cell=join_words([CELL_TITLES[candidate.cell], *describe_variant(candidate)]),
        blocks=join_words(candidate.block_names),
    )


def describe_variant(candidate: Candidate) -> list[str]:
    """Its options that are not the usual ones, a word or two each."""
    words = []
    for name, value in candidate.variant.items():
        setting = in_context(SETTING, name.replace("_", " "))
        known = "" if value is True else choice_label(name, value)
        words.append(_("{setting} {known}", setting=setting, known=known) if known else setting)
    return words


def pick_unknown_options(stored: CheckpointLayer) -> dict[str, Any]:
    """What the file cannot tell of torch's cells; nothing where it tells all."""
    if len(stored.candidates) == 1:
        return {}
    known = CELLS[stored.cell]().torch_options if stored.cell else {}
    if len(known.get("activation", ())) > 1:  # a module says which, its weights do not
        activation = sticky.get_value("own activation", "tanh")
        st.segmented_control(
            _("Activation (the file does not say)"),
            list(known["activation"]),
            default=activation,
            required=True,
            format_func=lambda name: choice_label("activation", name),
            **sticky.connect("own activation", activation),
        )
        return {"activation": activation}
    if "reset" in known:
        reset = sticky.get_value("own reset", "after")
        st.segmented_control(
            _("Reset gate (torch: after the product)"),
            ["after", "before"],
            default=reset,
            required=True,
            format_func=lambda name: choice_label("reset", name),
            **sticky.connect("own reset", reset),
        )
        return {"reset": reset}
    return {}


def draw_page_links() -> None:
    """The way to the pages that look inside, each with its question."""
    pages = [page for page in PAGES.values() if page.looks_inside]
    st.html(PAGE_LINKS_STYLE)
    with st.container(key="own pages"):
        for place, page in zip(st.columns(len(pages)), pages, strict=True):
            with place.container(border=True):
                link_to(
                    page,
                    _("{part}: {what}", part=f"**{_(page.title)}**", what=_(page.question)),
                    ":material/arrow_forward:",
                    "stretch",
                )


def draw_downloads(recording: Recording, symbols: tuple[str, ...]) -> None:
    """The recording as files."""
    offer_file(
        _("Recording, npz"),
        lambda: arrays.recording_npz(recording),
        "recording.npz",
        "application/octet-stream",
        key="own npz",
    )
    offer_file(
        _("Recording, CSV"),
        lambda: arrays.recording_csv(recording, symbols),
        "recording.csv",
        "text/csv",
        key="own recording csv",
    )
