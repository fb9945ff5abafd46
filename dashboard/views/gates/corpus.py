"""The panel of a corpus: what is read, the reading with its progress, the table of units and the unit that was clicked."""

import streamlit as st

from core.analysis.corpus_readers import CorpusModel
from core.analysis.unit_table import UnitStudy
from dashboard.common.i18n import _, join_sentences
from dashboard.common.labels import say_by_label
from dashboard.common.markdown import escape_markdown
from dashboard.serving.scheduler import TurnCancelledError
from dashboard.serving.turns import time_slice
from dashboard.session.live_run import LiveRun
from dashboard.session.state import state
from dashboard.views.gates import corpus_input
from dashboard.views.gates.corpus_model import draw_model
from dashboard.views.gates.corpus_state import (
    CorpusState,
    begin_study,
    end_study,
    present_table,
)
from dashboard.views.gates.corpus_table import draw_followers, draw_table
from dashboard.views.gates.corpus_unit import draw_unit
from dashboard.views.gates.header import InspectedLayer


def draw_corpus(run: LiveRun, inspected: InspectedLayer) -> None:
    """The whole panel, for the run or for the reader's own model."""
    st.caption(
        _(
            "The network reads a text of yours, and a table says of each unit of this layer how long it keeps its state, how often its gates are shut or open, what the loss gains without it, what it follows, and where it is largest. With thousands of symbols a unit that stands for something can be told from one that was on by chance."
        )
    )
    model = draw_model(run, inspected)
    if model is None:
        return
    mine = state(CorpusState)
    is_finished = present_table() is not None
    with st.expander(_("The corpus"), expanded=not is_finished, key=f"corpus box {is_finished}"):
        corpus_input.draw_input(run.trainer if inspected.own is None else None)
        st.caption(corpus_input.describe_limits())
        if mine.content:
            _draw_start(run, inspected, model)
    if mine.study is None or mine.of != mine.shown:
        if mine.study is not None:
            st.info(
                _(
                    "The last table is of another network or layer. Read the corpus again for this one."
                )
            )
        return
    if mine.study.table is None:
        _read_on(mine.study)
    table = present_table()
    if table is None:
        return
    _describe_reading(run, mine.study)
    left, right = st.columns([2, 1], gap="medium")
    with left:
        draw_table(table)
    with right:
        draw_followers(table)
    draw_unit(table, mine.study, inspected, run.id)


def _draw_start(run: LiveRun, inspected: InspectedLayer, model: CorpusModel) -> None:
    mine = state(CorpusState)
    st.markdown(
        _(
            "**{source}**, {n:,} characters",
            source=escape_markdown(_(mine.source)),
            n=len(mine.content),
        )
    )
    form, columns, text = corpus_input.draw_form()
    if not st.button(_("Read it"), key="corpus read", type="primary"):
        return
    try:
        with time_slice():
            corpus = corpus_input.make_corpus(model, form, columns)
            study = UnitStudy(model.reader, corpus, inspected.where, text)
        begin_study(study, -1 if inspected.own else run.trainer.index)
    except ValueError as error:
        end_study()
        st.warning(escape_markdown(say_by_label(error)))


def _read_on(study: UnitStudy) -> None:
    """Reads on, one time slice after the other, so that other readers get theirs. A click on Stop ends the script."""
    place = st.empty()
    with place.container(horizontal=True, vertical_alignment="center"):
        st.button(_("Stop"), key="corpus stop", on_click=end_study, icon=":material/stop:")
        bar = st.progress(0.0, width="stretch")
    is_first = True
    while study.table is None:
        bar.progress(*_describe_progress(study))
        try:
            with time_slice(is_click=is_first) as slice_:
                while study.advance() and slice_.now() - slice_.begun < slice_.seconds:
                    pass
        except TurnCancelledError:
            continue  # the next thing that is shown ends this script
        is_first = False
    place.empty()
    st.rerun()  # so that the box above is folded


def _describe_progress(study: UnitStudy) -> tuple[float, str]:
    N, H = len(study.corpus), study.reader.layers.sizes[study.where[0]]
    if study.read < N:
        return study.read / N, _("Read {n:,} of {all:,} symbols", n=study.read, all=N)
    return study.silenced / H, _(
        "Silenced {n} of {all} units, one after the other", n=study.silenced, all=H
    )


def _describe_reading(run: LiveRun, study: UnitStudy) -> None:
    """What was read, what was not, and what the loss is of."""
    table, corpus, mine = study.table, study.corpus, state(CorpusState)
    assert table is not None
    many = len(corpus.lengths)
    sentences = [
        _("{n:,} symbols in {k:,} sequences, each from a state of zeros.", n=len(corpus), k=many)
        if many > 1
        else _("{n:,} symbols, read through with the state carried.", n=len(corpus))
    ]
    sentences += [_(note) for note in corpus.notes]
    if table.sample:
        sentences.append(
            _(
                "The loss without a unit is measured on a sample of {n} symbols, spread over the corpus, where the mean loss is {loss:.4g} nats.",
                n=table.sample,
                loss=table.loss,
            )
        )
    else:
        sentences.append(
            _(
                "Without scores of the next symbol there is no loss, so the table does not say what is lost without a unit."
            )
        )
    if 0 <= mine.update != run.trainer.index:
        sentences.append(
            _(
                "This is the network of update {then}; the run is at {now}. Read it again to see what has changed.",
                then=mine.update,
                now=run.trainer.index,
            )
        )
    st.markdown(escape_markdown(join_sentences(sentences)))
