"""The reader's whole model: what was matched to what, which the reader confirms, and what it says and loses."""

from dataclasses import replace

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.analysis.inspection import Inspection
from core.io.model_files import ModelFile
from core.io.whole_model.inspection import inspect_whole, network_bytes
from core.io.whole_model.network import WholeModel
from core.io.whole_model.parts import ModelParts, read_parts
from core.io.whole_model.plan import BETWEEN, READS, Plan, Side
from core.io.whole_model.proposal import (
    HeadFit,
    Proposal,
    describe_arrangement,
    fitting_arrangements,
    fitting_heads,
    fitting_tables,
)
from dashboard.common.i18n import N_, _, join_words
from dashboard.common.labels import say_by_label
from dashboard.common.markdown import escape_markdown
from dashboard.serving.turns import reserve_memory
from dashboard.session.checkpoints import model_bytes
from dashboard.session.inspected import Inspected, forget_model, inspect_once
from dashboard.session.own_model import RESERVED, OpenedFile
from dashboard.session.state import state
from dashboard.session.whole_model import (
    OUT,
    SETTINGS,
    WholeModelState,
    read_once,
    vocabulary_of,
)
from dashboard.views.yours import (
    checkpoints,
    model_reading,
    whole_accuracy,
    whole_input,
    whole_target,
)
from dashboard.widgets.choice import pick_option

NUMBERS, ONE_HOT = "numbers", "one-hot"  # in place of an embedding
BETWEEN_TITLES = {
    "relu": "ReLU",
    "tanh": "tanh",
    "gelu": "GELU",
    "sigmoid": N_("sigmoid"),
    "none": N_("nothing"),
}
READS_TITLES = {
    "every": N_("the states of each step"),
    "last": N_("both directions’ last states"),
    "mean": N_("the mean of the states so far"),
    "max": N_("the maximum of the states so far"),
}
MAX_TITLE = 40  # characters
OF_THE_SEQUENCE = (
    "whole sequence",
    "whole first line",
    "whole lines",
)  # that alone is read by them
SHOWN_STEPS, SHOWN_OUTPUTS = 200, 3  # of what the model says


def draw_whole(opened: OpenedFile, columns: tuple[DeltaGenerator, ...]) -> None:
    """The form in three columns (the parts, what is read, the loss), and below them what came of it."""
    parts, proposal = read_once(opened.model)
    first, second, third = columns
    with first:
        plan, reads_symbols = _confirm_parts(parts, proposal)
    if plan is None:
        forget_model()
        reserve_memory(RESERVED, model_bytes())
        return
    try:
        network = WholeModel(parts, plan)
        with second:
            st.markdown(f"## {_('Sequence')}")
            given = whole_input.choose_input(network, reads_symbols)
        with third:
            st.markdown(f"## {_('Loss')}")
            objective = whole_target.choose_objective(network, given)
        labels = objective.labels or vocabulary_of(OUT).labels(network.outputs)

        def make(file: ModelFile) -> Inspection:
            present = WholeModel(read_parts(file), plan)
            target = objective.target_of(present, given.read)
            return inspect_whole(present, given.read, given.symbols, target, _title(plan), labels)

        def make_with_memory() -> Inspection:
            reserve_memory(RESERVED, model_bytes() + network_bytes(network, given.read))
            return make(opened.model)

        beside = state(WholeModelState)
        read_by = (checkpoints.settings_of(SETTINGS), plan, beside.table, {**beside.vocabularies})
        own = inspect_once(opened.model, read_by, make_with_memory)
    except (ValueError, LookupError) as error:
        forget_model()
        reserve_memory(RESERVED, model_bytes())
        third.warning(escape_markdown(say_by_label(error)))  # in sight, as the form is long
        return
    assert own.subject is not None
    with third:
        st.markdown(_("Loss = **{value:.4g}**", value=own.reading.loss))
        st.caption(whole_target.describe_loss(own.subject.at))
        if objective.values is not None:
            target = objective.target_of(network, given.read)
            if hits := whole_accuracy.describe_hits(target, own.reading.scores):
                st.markdown(hits)
        if given.table is not None and objective.column is not None:
            names = [name for name in SETTINGS if name not in OF_THE_SEQUENCE]
            settings = checkpoints.settings_of(tuple(names), plan)
            whole_accuracy.draw_count(opened.model, network, given.table, objective, settings)
    model_reading.draw_page_links()
    first = (
        own.reading.at[0] if plan.reads == "last" else whole_input.first_output_step(own.subject)
    )
    _draw_answers(own, objective, first)
    settings = checkpoints.settings_of(SETTINGS, beside.names, hash(beside.table), plan)
    checkpoints.draw_series(checkpoints.Reader(make, settings))
    with st.container(horizontal=True):
        model_reading.draw_downloads(own.recording, given.symbols)
    model_reading.draw_recorded(own.recording, given.symbols)


def _title(plan: Plan) -> str:
    """The modules in the order in which they compute: "emb → rnn → fc"; a long one without the embeddings."""
    sides = [plan.encoder, *([plan.decoder] if plan.decoder else [])]
    layers = [name for side in sides for name in side.layers if name]
    names = [name for side in sides for name in (side.embedding, *side.layers) if name]
    title = " → ".join([*names, *plan.head])
    return title if len(title) <= MAX_TITLE else " → ".join([*layers, *plan.head])


def _confirm_parts(parts: ModelParts, proposal: Proposal) -> tuple[Plan | None, bool]:
    """(the plan, whether it reads symbols): a select for each part that fits in several ways.

    None for the plan while the reader has not said which cell it is.
    """
    arrangements = fitting_arrangements(parts)
    arrangement = arrangements[0]
    if len(arrangements) > 1:
        arrangement = pick_option(
            _("Recurrent layers"),
            arrangements,
            "whole layers",
            lambda each: _(describe_arrangement(each)),
        )
    encoder = _pick_embedding(parts, arrangement[0], proposal.plan.encoder, is_decoder=False)
    side, reads_symbols = encoder
    decoder = None
    if arrangement[1] is not None:
        first = proposal.plan.decoder or arrangement[1]
        decoder, _reads = _pick_embedding(parts, arrangement[1], first, is_decoder=True)
    plan = Plan(side, decoder)
    plan = _pick_head(parts, plan)
    module = parts.modules[side.layers[0]]
    if module.cell:
        plan = replace(plan, options=tuple(model_reading.pick_unknown_options(module).items()))
    else:
        candidate = model_reading.pick_cell(module)
        if candidate is None:
            return None, False
        plan = replace(plan, cell=candidate.cell, options=tuple(candidate.options.items()))
    _draw_reasons(parts, proposal, plan)
    return plan, reads_symbols


def _pick_embedding(
    parts: ModelParts, side: Side, proposed: Side, is_decoder: bool
) -> tuple[Side, bool]:
    """(the side with its table, whether it reads symbols)."""
    tables = fitting_tables(parts, side)
    options = [*tables, ONE_HOT] if is_decoder else [*tables, NUMBERS, ONE_HOT]
    first = proposed.embedding if proposed.embedding in options else options[len(tables)]
    inputs = parts.modules[side.layers[0]].input_size
    titles = {
        NUMBERS: _("none: it reads {n} numbers", n=inputs),
        ONE_HOT: _("none: one-hot, {n} symbols", n=inputs),
    }
    chosen = pick_option(
        _("Embedding of the decoder") if is_decoder else _("Embedding"),
        options,
        "whole decoder embedding" if is_decoder else "whole embedding",
        lambda name: (
            titles.get(name)
            or _(
                "{name}: {n} symbols",
                name=name,
                n=parts.linears[name].outputs,
            )
        ),
        options.index(first),
    )
    table = chosen if chosen in tables else ""
    return Side(side.layers, table), chosen != NUMBERS


def _pick_head(parts: ModelParts, plan: Plan) -> Plan:
    heads: list[HeadFit | None] = [*fitting_heads(parts, plan), None]
    head = pick_option(
        _("Head"),
        heads,
        "whole head",
        lambda head: (
            _("none: the states themselves")
            if head is None
            else _(
                "{names}: {n} outputs",
                names=" → ".join(head.layers),
                n=parts.linears[head.layers[-1]].outputs,
            )
        ),
    )
    layers = head.layers if head else ()
    between = "relu"
    if len(layers) > 1:
        between = pick_option(
            _("Between its layers (the file does not say)"),
            BETWEEN,
            "whole between",
            lambda name: _(BETWEEN_TITLES[name]),
        )
    sums = bool(head and head.sums)
    return replace(plan, head=layers, between=between, sums=sums, reads=_pick_reads(parts, plan))


def _pick_reads(parts: ModelParts, plan: Plan) -> str:
    """What the head reads of the states: as the file says, else as the reader does."""
    name = plan.top.layers[-1]
    top = parts.modules[name]
    if known := parts.read_as.get(name):
        title = (
            READS_TITLES[known] if known != "last" or top.bidirectional else N_("the last state")
        )
        st.caption(_("The head reads {what}, as the file says.", what=_(title)))
        return known
    return pick_option(
        _("The head reads (the file does not say)"),
        [way for way in READS if way != "last" or top.bidirectional],
        "whole reads",
        lambda way: _(READS_TITLES[way]),
    )


def _draw_reasons(parts: ModelParts, proposal: Proposal, plan: Plan) -> None:
    """What was matched and why; what the file leaves open; what is not computed with."""
    for sentence in parts.describe_rest(plan.used):
        st.warning(escape_markdown(_(sentence)))
    with st.expander(_("What was matched, and why"), expanded=bool(proposal.ambiguous)):
        for sentence in proposal.matched:
            st.markdown(escape_markdown(_(sentence)))
        if proposal.ambiguous:
            st.markdown(_("**The file leaves open**, so look at these choices:"))
            for sentence in proposal.ambiguous:
                st.markdown("- " + escape_markdown(_(sentence)))


def _draw_answers(own: Inspected, objective: whole_target.Objective, first: int) -> None:
    """What the model says at each step from the `first` one on that it says something at: its likeliest outputs with their chances, or its numbers, beside its class and its loss."""
    assert own.subject is not None
    output, labels = own.reading.output, own.subject.labels
    losses = dict(zip(own.reading.at, own.reading.losses, strict=True))
    classes = objective.class_at
    rows = []
    for t in range(first, min(len(output), first + SHOWN_STEPS)):
        rows.append(
            {
                _("At step"): str(t + 1),
                _("Reads"): escape_markdown(own.symbols[t]),
                _("Says"): escape_markdown(_say_output(output[t], labels, objective.phi)),
                **({_("Class"): escape_markdown(classes.get(t, ""))} if classes else {}),
                _("Loss"): f"{losses[t]:#.4g}" if t in losses else "",
            }
        )
    box = st.expander(_("What the model says at each step"), expanded=True, key="whole answers")
    with box, st.container(height=320 if len(rows) > 8 else "content"):
        st.table(rows)


def _say_output(values: np.ndarray, labels: tuple[str, ...], phi: str) -> str:
    if phi == "identity":
        return ", ".join(f"{v:.4g}" for v in values[:6]) + (", …" if len(values) > 6 else "")
    best = np.argsort(-values)[:SHOWN_OUTPUTS]
    return join_words(
        _("{name}: {chance:.1%}", name=_quote(labels[k] if labels else str(k)), chance=values[k])
        for k in best
    )


def _quote(label: str) -> str:
    return label if label.isprintable() and label.strip() == label else repr(label)
