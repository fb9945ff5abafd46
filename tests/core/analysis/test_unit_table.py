"""The table of units against plain NumPy: every column, the peaks, the reruns; in chunks as in one piece."""

import numpy as np
import pytest
import torch

from core.analysis import corpus as corpus_module
from core.analysis.corpus import (
    CHUNK_STEPS,
    LEAST_CHUNKS,
    Corpus,
    CorpusReader,
    StateStore,
    read_again,
    read_rows,
    zero_state,
)
from core.analysis.silencing import Silencing, choose_sample
from core.analysis.top_stretches import WIDTH
from core.analysis.unit_table import UnitStudy, UnitTable, tabulate_units
from core.layers.interventions import Clamp, Intervention
from core.layers.recording_facts import HIGH, LOW
from core.layers.recurrent import Recurrent

V, H = 7, 6
FORWARD = (0, "forward")


def make_reader(cell: str = "lstm", scale: float = 8.0, **settings) -> CorpusReader:
    torch.manual_seed(1)
    layers = Recurrent(cell, V, H, dtype=torch.float64, **settings).eval()
    with torch.no_grad():
        for weight in layers.parameters():
            weight *= scale  # so that gates open and shut
    head = torch.nn.Linear(H, V, dtype=torch.float64)
    return CorpusReader(
        layers, torch.eye(V, dtype=torch.float64), (head.weight.detach(), head.bias.detach())
    )


def make_corpus(*lengths: int) -> Corpus:
    codes = np.random.default_rng(2).integers(0, V, sum(lengths))
    return Corpus(codes, tuple("abcdefg"[c] for c in codes), np.cumsum([0, *lengths]))


def read_whole(reader: CorpusReader, corpus: Corpus, where=FORWARD) -> dict[str, np.ndarray]:
    """Every quantity [N, H], each sequence read in one piece."""
    pieces: dict[str, list[np.ndarray]] = {}
    for start, stop in zip(corpus.starts, corpus.starts[1:], strict=False):
        with torch.no_grad():
            reader.layers(reader.inputs(corpus.codes[start:stop, None]))
        for name, quantity in reader.layers.recording[where].items():
            pieces.setdefault(name, []).append(quantity.values[:, 0])
    return {name: np.concatenate(values) for name, values in pieces.items()}


@pytest.fixture(params=[LEAST_CHUNKS, 2], ids=["short chunks", "long chunks"])
def chunks(request, monkeypatch):
    """Of a corpus of some hundred symbols: one pass over CHUNK_STEPS, or over more of them."""
    monkeypatch.setattr(corpus_module, "LEAST_CHUNKS", request.param)


@pytest.mark.usefixtures("chunks")
@pytest.mark.parametrize(
    "lengths", [(8 * CHUNK_STEPS + 17,), (5, 230, 1, 40, *[9] * 20), (630, 7, 500)]
)
@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_reading_in_chunks_is_reading_in_one_piece(cell, lengths):
    reader, corpus = make_reader(cell, num_layers=2), make_corpus(*lengths)
    expected = read_whole(reader, corpus, (1, "forward"))
    values = {name: np.full((len(corpus), H), np.nan) for name in expected}
    for rows in read_rows(reader, corpus, (1, "forward")):
        for name in expected:
            values[name][rows.positions] = rows[name]
    for name in expected:
        np.testing.assert_allclose(values[name], expected[name], rtol=0, atol=1e-10)


@pytest.mark.usefixtures("chunks")
@pytest.mark.parametrize("lengths", [(850,), (5, 230, 1, 40)])
def test_a_stretch_is_read_again_from_the_nearest_saved_state(lengths):
    reader, corpus = make_reader(), make_corpus(*lengths)
    states = StateStore(every=CHUNK_STEPS)
    list(read_rows(reader, corpus, FORWARD, states))
    h = read_whole(reader, corpus)["h"]
    start = int(corpus.starts[np.argmax(corpus.lengths)])
    for first, stop in ((start, start + 7), (start + 95, start + 120), (start + 205, start + 230)):
        again = read_again(reader, corpus, FORWARD, states, first, stop)
        np.testing.assert_allclose(again, h[first:stop], rtol=0, atol=1e-12)


@pytest.fixture(scope="module", params=[(330,), (70, 3, 110, 40, 1)], ids=["text", "lines"])
def study(request) -> UnitStudy:
    reader = make_reader()
    with torch.no_grad():  # a unit that is silent by its weights: o = sigma(-inf) = 0
        reader.layers.weight_ih_l0[3 * H + 4] = reader.layers.weight_hh_l0[3 * H + 4] = 0
        reader.layers.bias_ih_l0[3 * H + 4] = -2000
    study = UnitStudy(reader, make_corpus(*request.param))
    while study.advance():
        pass
    return study


def test_every_column_against_numpy(study):
    q = read_whole(study.reader, study.corpus)
    columns = study.table.columns
    assert columns["dead"].tolist() == [0, 0, 0, 0, 1, 0]
    np.testing.assert_allclose(columns["mean |h|"], np.abs(q["h"]).mean(0), atol=1e-12)
    for gate in "ifo":
        np.testing.assert_allclose(columns[f"{gate} shut"], (q[gate] < LOW).mean(0))
        np.testing.assert_allclose(columns[f"{gate} open"], (q[gate] > HIGH).mean(0))
    assert all(columns[f"{gate} {way}"].any() for gate in "ifo" for way in ("shut", "open"))
    np.testing.assert_allclose(columns["half-life"], np.log(0.5) / np.log(q["f"]).mean(0))
    alive = [0, 1, 2, 3, 5]
    np.testing.assert_allclose(
        study.table.alike[np.ix_(alive, alive)], np.corrcoef(q["h"][:, alive].T), atol=1e-9
    )
    assert np.isnan(study.table.alike[4]).all()


def brute_peaks(h: np.ndarray, corpus: Corpus) -> list[int]:
    """The peaks of one unit: of each block the largest, then greedily those that are far enough apart."""
    blocks = [
        max(range(a, min(a + WIDTH, stop)), key=lambda t: (abs(h[t]), -t))
        for start, stop in zip(corpus.starts.tolist(), corpus.starts[1:].tolist(), strict=False)
        for a in range(start, stop, WIDTH)
    ]
    chosen: list[int] = []
    for place in sorted(blocks, key=lambda t: -abs(h[t])):
        apart = all(
            abs(place - other) >= WIDTH or corpus.sequence_of(place) != corpus.sequence_of(other)
            for other in chosen
        )
        if apart and h[place] and len(chosen) < 5:
            chosen.append(place)
    return chosen


def test_the_top_stretches_are_the_largest_that_do_not_overlap(study):
    h = read_whole(study.reader, study.corpus)["h"]
    for unit in range(H):
        peaks = study.table.peaks[unit]
        assert [peak.position for peak in peaks] == brute_peaks(h[:, unit], study.corpus)
        np.testing.assert_allclose(
            [p.value for p in peaks], h[[p.position for p in peaks], unit], rtol=1e-6
        )
        for peak in peaks:
            assert study.corpus.sequence_of(peak.first) == study.corpus.sequence_of(peak.stop - 1)
            others = [p for p in peaks if p is not peak]
            assert all(p.stop <= peak.first or p.first >= peak.stop for p in others)


def test_the_loss_without_a_unit_is_that_of_a_rerun_under_the_intervention():
    reader, corpus = make_reader(num_layers=2), make_corpus(330)
    states = StateStore(every=CHUNK_STEPS)
    list(read_rows(reader, corpus, FORWARD, states))
    sample = choose_sample(corpus, states, zero_state(reader), H)
    silencing = Silencing(reader, sample, FORWARD)
    list(silencing.measure())

    def rerun() -> float:
        total, count = 0.0, 0
        for lane, T in enumerate(sample.lengths):
            state = tuple(part[:, lane : lane + 1] for part in sample.state)
            with torch.no_grad():
                output, _ = reader.layers(reader.inputs(sample.codes[:T, lane : lane + 1]), state)
                log_p = reader.scores(output)[:, 0].log_softmax(1)
            for t, target in enumerate(sample.targets[:T, lane]):
                if target >= 0:
                    total, count = total - float(log_p[t, target]), count + 1
        return total / count

    assert silencing.loss == pytest.approx(rerun(), abs=1e-12)
    for unit in range(H):
        reader.layers.intervention = Intervention((Clamp("h", 0.0, unit, 0, "forward"),))
        assert silencing.losses[unit] == pytest.approx(rerun(), abs=1e-12)
    assert np.abs(silencing.losses - silencing.loss).min() > 1e-6


def test_the_mean_gradient_is_that_of_the_sample(study):
    table, corpus, reader = study.table, study.corpus, study.reader
    sample = choose_sample(corpus, study.states, zero_state(reader), H)
    assert table.sample == sample.symbols
    sizes = []
    for lane, T in enumerate(sample.lengths):
        state = tuple(part[:, lane : lane + 1] for part in sample.state)
        reader.layers.record = "full"
        output, _ = reader.layers(reader.inputs(sample.codes[:T, lane : lane + 1]), state)
        log_p = reader.scores(output)[:, 0].log_softmax(1)
        known = [t for t in range(T) if sample.targets[t, lane] >= 0]
        (-log_p[known, sample.targets[known, lane]].sum()).backward()
        sizes.append(np.abs(reader.layers.recording[FORWARD]["h"].grads[:, 0]))
    np.testing.assert_allclose(table.columns["mean |dh|"], np.concatenate(sizes).mean(0), rtol=1e-9)


def test_the_order_puts_the_largest_first_and_what_is_no_number_last():
    table = UnitTable(
        FORWARD, {"x": np.array([1.0, np.nan, 3, 2])}, (), None, np.eye(4), 0, float("nan")
    )
    assert table.sort("x").tolist() == [2, 3, 0, 1]
    assert table.sort("x", ascending=True).tolist() == [0, 3, 2, 1]


def test_one_symbol_and_two_directions_are_refused_with_a_sentence():
    with pytest.raises(ValueError, match="at least 2 symbols, got 1"):
        tabulate_units(make_reader(), make_corpus(1))
    with pytest.raises(ValueError, match="from left to right, got two directions"):
        make_reader(bidirectional=True)


def test_a_corpus_of_single_symbols_has_no_loss():
    table = tabulate_units(make_reader(), make_corpus(1, 1, 1))
    assert table.sample == 0
    assert "loss without it" not in table.columns
    assert len(table.columns["mean |h|"]) == H
