"""A long text read in several places at once is read as from its beginning, or from its beginning."""

import numpy as np
import pytest
import torch

from core.analysis import corpus_lanes
from core.analysis.corpus import Corpus, CorpusReader, LongMemoryError, Span, StateStore, read_rows
from core.analysis.corpus_lanes import split_text
from core.analysis.unit_table import tabulate_units
from core.layers.recurrent import Recurrent

N, V, H = 7000, 4, 3
FORWARD = (0, "forward")


def make_reader(forget_bias: float = 0.0) -> CorpusReader:
    torch.manual_seed(5)
    layers = Recurrent("lstm", V, H, dtype=torch.float64).eval()
    with torch.no_grad():
        layers.bias_ih_l0[H : 2 * H] += forget_bias
    return CorpusReader(layers, torch.eye(V, dtype=torch.float64))


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    codes = np.random.default_rng(1).integers(0, V, N)
    return Corpus(codes, tuple("abcd"[c] for c in codes), np.array([0, N]))


def gather(reader: CorpusReader, corpus: Corpus, spans, states=None) -> np.ndarray:
    h = np.full((N, H), np.nan)
    for rows in read_rows(reader, corpus, FORWARD, states, spans):
        h[rows.positions] = rows["h"]
    return h


def test_a_network_that_forgets_is_read_in_lanes_as_in_one_piece(corpus):
    reader = make_reader()
    spans = split_text(reader, corpus)
    assert spans is not None
    assert len(spans) == 14
    stores = StateStore(400), StateStore(400)
    whole = gather(reader, corpus, None, stores[0])
    np.testing.assert_allclose(gather(reader, corpus, spans, stores[1]), whole, rtol=0, atol=1e-12)
    assert (
        sorted(stores[0].places())
        == sorted(stores[1].places())
        == [(0, k) for k in range(400, N, 400)]
    )
    for offset in range(400, N, 400):
        for one, other in zip(
            stores[0].before(0, offset)[0], stores[1].before(0, offset)[0], strict=True
        ):
            torch.testing.assert_close(one, other, rtol=0, atol=1e-12)


def test_a_network_that_remembers_is_read_from_the_beginning(corpus):
    assert split_text(make_reader(forget_bias=30), corpus) is None


def test_a_wrong_beginning_is_noticed_and_the_text_read_anew(corpus, monkeypatch):
    reader = make_reader()
    expected = tabulate_units(reader, corpus)
    spans = split_text(reader, corpus)
    assert spans is not None
    wrong = [
        *spans[:5],
        Span(spans[5].first, spans[5].stop, tuple(s + 1e-6 for s in spans[5].state)),
        *spans[6:],
    ]
    with pytest.raises(LongMemoryError):
        gather(reader, corpus, wrong)
    monkeypatch.setattr("core.analysis.unit_table.split_text", lambda *_: wrong)
    table = tabulate_units(reader, corpus)
    for name, column in expected.columns.items():
        np.testing.assert_allclose(table.columns[name], column, rtol=1e-10)


def test_several_sequences_and_short_texts_are_not_split(corpus):
    lines = Corpus(corpus.codes, corpus.symbols, np.array([0, 3000, N]))
    assert split_text(make_reader(), lines) is None
    short = corpus_lanes.MIN_SYMBOLS - 1
    text = Corpus(corpus.codes[:short], corpus.symbols[:short], np.array([0, short]))
    assert split_text(make_reader(), text) is None
