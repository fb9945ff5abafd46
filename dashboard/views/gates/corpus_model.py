"""What reads the corpus: the run's network, or the reader's own layers with the table, the vocabulary and the head that
the reader names here."""

import streamlit as st
import torch

from core.analysis.corpus_readers import CorpusModel, make_model, reader_of_run
from core.analysis.inspection import Inspection
from core.common.messages import say
from core.io.companions import find_embeddings, find_heads
from core.io.user_sequences import parse_vocabulary
from core.layers.recurrent import Recurrent
from dashboard.common.i18n import N_, _
from dashboard.common.labels import say_by_label
from dashboard.common.markdown import escape_markdown
from dashboard.session import sticky
from dashboard.session.live_run import LiveRun
from dashboard.session.own_model import OwnModelState
from dashboard.session.state import state
from dashboard.session.whole_model import IN, vocabulary_of
from dashboard.views.gates.header import InspectedLayer
from dashboard.widgets import inspected_switch
from dashboard.widgets.choice import pick_option, pick_segment

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
        return _draw_own(subject)
    except ValueError as error:
        st.info(escape_markdown(say_by_label(error)))
        return None


def _draw_own(subject: Inspection) -> CorpusModel:
    """The controls for what the file does not say, which are the same as on Yours. ValueError: they do not fit."""
    if len(subject.layers) > 1:
        raise ValueError(
            say(
                "corpus: expected a model that reads one sequence, got an encoder and a decoder. "
                "Look at one of both on Yours."
            )
        )
    (layers,) = subject.layers.values()
    tables = _find_tables(layers)
    heads = _find_heads(subject, layers, {len(table) for table in tables.values()})
    uploaded = vocabulary_of(IN)
    table_place, unit_place, head_place = st.columns([2, 1, 2])
    with table_place:
        name = pick_option(_("Each symbol becomes"), list(tables), "corpus table", str)
    with unit_place:
        has_words = any(len(token) > 1 for token in uploaded.ids)
        first = sticky.get_value("own units", "word" if has_words else "character")
        unit = pick_segment(
            _("Its symbols are"),
            list(UNITS),
            "own units",
            lambda u: _(UNITS[u]),
            [*UNITS].index(first),
        )
    with head_place:
        head = pick_option(
            _("Scores of the next symbol"),
            [*heads, NO_HEAD],
            "corpus head",
            lambda name: name or _("none: nothing is known of a loss"),
        )
    table, scores = tables[name], heads.get(head)
    if uploaded:
        st.caption(_("Vocabulary: the {n:,} tokens that you uploaded on Yours.", n=len(uploaded)))
        return make_model(layers, table, scores, uploaded.ids, unit)
    guess = ALPHABET[: len(table)]
    alphabet = sticky.get_value("own alphabet", guess)
    st.text_area(
        _("Vocabulary, in the order of your model; a JSON list or dict is read too"),
        alphabet,
        height=70,
        **sticky.connect("own alphabet", alphabet),
    )
    if alphabet == guess:
        st.caption(
            _(
                "The file does not hold its vocabulary, so these letters are a guess. With other symbols, or in another order, the table means nothing."
            )
        )
    return make_model(layers, table, scores, parse_vocabulary(alphabet, unit == "word"), unit)


def _find_tables(layers: Recurrent) -> dict[str, torch.Tensor]:
    """Tables whose rows the first layer can read, by their names in the opened file; and one-hot symbols."""
    tables = dict[str, torch.Tensor]()
    opened = state(OwnModelState).opened
    if opened is not None:
        for layer in opened.model.layers:
            if layer.input_size == layers.input_size:
                tables |= find_embeddings(opened.model, layer)
    return tables | {_("one-hot, {n} symbols", n=layers.input_size): torch.eye(layers.input_size)}


def _find_heads(
    subject: Inspection, layers: Recurrent, sizes: set[int]
) -> dict[str, tuple[torch.Tensor, torch.Tensor | None]]:
    """Linear layers behind the states with an output for each symbol: that of the whole model first."""
    heads = dict[str, tuple[torch.Tensor, torch.Tensor | None]]()
    own = subject.head
    if own is not None:
        bias = None if own.bias is None else torch.from_numpy(own.bias)
        heads[_("the model’s head, as on Yours")] = torch.from_numpy(own.weight), bias
    opened = state(OwnModelState).opened
    if opened is not None:
        for layer in opened.model.layers:
            if layer.output_size == layers.hidden_size:
                linears = find_heads(opened.model, layer).items()
                heads |= {name: (linear.weight, linear.bias) for name, linear in linears}
    return {name: head for name, head in heads.items() if len(head[0]) in sizes}
