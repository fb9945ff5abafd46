"""What reads the corpus: the run's network, or the reader's own layers with the table, the vocabulary and the head that
the reader names here."""

import streamlit as st
import torch

from core.analysis.corpus_readers import CorpusModel, make_model, reader_of_run
from core.io.companions import Head, find_embeddings, find_heads
from core.io.user_sequences import parse_vocabulary
from core.layers.recurrent import Recurrent
from dashboard.common.i18n import N_, _
from dashboard.common.labels import say_by_label
from dashboard.common.markdown import escape_markdown
from dashboard.session import sticky
from dashboard.session.live_run import LiveRun
from dashboard.session.own_model import OwnModelState
from dashboard.session.state import state
from dashboard.views.gates.header import InspectedLayer
from dashboard.widgets import inspected_switch

ALPHABET = "abcdefghijklmnopqrstuvwxyz"
UNITS = {"character": N_("characters"), "word": N_("whole words")}
NO_HEAD = ""


def draw_model(run: LiveRun, inspected: InspectedLayer) -> CorpusModel | None:
    """The network that is looked at, as it reads a corpus; None, with a sentence, where it cannot."""
    try:
        if inspected.own is None:
            return reader_of_run(run.trainer)
        subject = inspected.own.subject
        if subject is None:
            inspected_switch.say_weights_are_needed(_("Reading a corpus"))
            return None
        return _draw_own(subject.layers[[*subject.layers][-1]])
    except ValueError as error:
        st.info(escape_markdown(say_by_label(error)))
        return None


def _draw_own(layers: Recurrent) -> CorpusModel:
    """The controls for what the file does not say, which are the same as on Yours. ValueError: they do not fit."""
    tables, heads = _find_companions(layers)
    table_place, unit_place, head_place = st.columns([2, 1, 2])
    name = sticky.get_value("own table", "")
    name = name if name in tables else next(iter(tables))
    table_place.selectbox(
        _("Each symbol becomes"),
        list(tables),
        list(tables).index(name),
        **sticky.connect("own table", name),
    )
    unit = sticky.get_value("own units", "character")
    unit_place.segmented_control(
        _("Its symbols are"),
        list(UNITS),
        default=unit,
        required=True,
        format_func=lambda unit: _(UNITS[unit]),
        **sticky.connect("own units", unit),
    )
    names = [*heads, NO_HEAD]
    head = sticky.get_value("corpus head", names[0])
    head = head if head in names else names[0]
    head_place.selectbox(
        _("Scores of the next symbol"),
        names,
        names.index(head),
        format_func=lambda name: name or _("none: nothing is known of a loss"),
        **sticky.connect("corpus head", head),
    )
    alphabet = sticky.get_value("own alphabet", ALPHABET[: len(tables[name])])
    st.text_area(
        _("Vocabulary, in the order of your model; a JSON list or dict is read too"),
        alphabet,
        height=70,
        **sticky.connect("own alphabet", alphabet),
    )
    vocabulary = parse_vocabulary(alphabet, unit == "word")
    linear = heads.get(head)
    scores = None if linear is None else (linear.weight, linear.bias)
    return make_model(layers, tables[name], scores, vocabulary, unit)


def _find_companions(layers: Recurrent) -> tuple[dict[str, torch.Tensor], dict[str, Head]]:
    """By their names in the opened file: tables whose rows the first layer can read, and heads with an output for
    each row of one of them."""
    opened = state(OwnModelState).opened
    one_hot = _("one-hot, {n} symbols", n=layers.input_size)
    tables, heads = {one_hot: torch.eye(layers.input_size)}, dict[str, Head]()
    if opened is None:
        return tables, heads
    model = opened.model
    for layer in model.layers:
        if layer.input_size == layers.input_size:
            tables = find_embeddings(model, layer) | tables
        if layer.output_size == layers.hidden_size:
            heads = find_heads(model, layer) | heads
    sizes = {len(table) for table in tables.values()}
    return tables, {name: head for name, head in heads.items() if head.outputs in sizes}
