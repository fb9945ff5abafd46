"""Units with hand-made weights are found by what they follow, by hypothesis and by annotation; noise is not."""

import numpy as np
import pytest
import torch

from core.analysis import unit_matches
from core.analysis.corpus import Corpus, CorpusReader
from core.analysis.hypotheses import HYPOTHESES, label_symbols
from core.analysis.unit_matches import MatchFinder, UnitMatches
from core.analysis.unit_table import UnitTable, tabulate_units
from core.io.corpus_text import read_corpus
from core.layers.recurrent import Recurrent

H, QUOTE_UNIT, BRACKET_UNIT = 12, 5, 9
ALPHABET = "abcdefgh “”()\n"
VOCABULARY = {symbol: number for number, symbol in enumerate(ALPHABET)}


def planted_reader() -> CorpusReader:
    """An LSTM of random weights in which one unit is on between quotes, and another one counts open brackets."""
    torch.manual_seed(3)
    layers = Recurrent("lstm", len(ALPHABET), H).eval()
    i, f, g, o = (slice(k * H, (k + 1) * H) for k in range(4))
    with torch.no_grad():
        w, u, b, zero = (
            getattr(layers, f"{n}_l0") for n in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        )
        zero.zero_()
        for unit, writes, forgets in ((QUOTE_UNIT, "“", "”"), (BRACKET_UNIT, "()", "")):
            for gate, bias in ((i, -20), (f, 20), (g, 0), (o, 20)):
                w[gate][unit], u[gate][unit], b[gate][unit] = 0, 0, bias
            for symbol in writes:
                w[i][unit, VOCABULARY[symbol]] = 40
                w[g][unit, VOCABULARY[symbol]] = -0.5 if symbol == ")" else 0.5
            for symbol in forgets:
                w[f][unit, VOCABULARY[symbol]] = -40
    head = torch.nn.Linear(H, len(ALPHABET))
    return CorpusReader(
        layers, torch.eye(len(ALPHABET)), (head.weight.detach(), head.bias.detach())
    )


def make_text(pieces: int = 120, seed: int = 4) -> str:
    random = np.random.default_rng(seed)

    def letters(most: int) -> str:
        return "".join(random.choice(list("abcdefgh "), random.integers(3, most)))

    text = ""
    for _ in range(pieces):
        text += letters(12)
        around = random.choice(["“ ”", "( )", "\n"])
        text += "\n" if around == "\n" else around[0] + letters(15) + around[2]
    return text


@pytest.fixture(scope="module")
def table() -> UnitTable:
    text = make_text()
    cells = []
    inside = 0
    for symbol in text:
        inside = 1 if symbol == "“" else 0 if symbol == "”" else inside
        quoted = '"\n"' if symbol == "\n" else f'"{symbol}"'
        cells.append(f"{quoted},{inside},{'said' if inside else 'told'}")
    corpus = read_corpus("\n".join(["symbol,speech,who", *cells]), "table", VOCABULARY, "character")
    assert len(corpus) == len(text)
    return tabulate_units(planted_reader(), corpus, text="(a")


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("in quotes", QUOTE_UNIT),
        ("speech", QUOTE_UNIT),
        ("who = said", QUOTE_UNIT),
        ("in brackets", BRACKET_UNIT),
    ],
)
def test_a_planted_unit_is_found_first(table, name, unit):
    matches = table.matches
    column, sizes = matches.names.index(name), np.abs(matches.first)
    first, second = matches.best_units(name)[:2]
    assert first == unit
    assert matches.holds[unit, column]
    assert sizes[first, column] > 0.95 > 0.8 > sizes[second, column]


def test_an_annotation_finds_the_planted_unit_without_any_hypothesis():
    text = make_text(80, seed=9)
    depth = np.cumsum([(s == "(") - (s == ")") for s in text])
    wanted = (depth > 0) * 2.0 + 1
    codes = np.array([VOCABULARY[s] for s in text])
    corpus = Corpus(codes, tuple(text), np.array([0, len(text)]), {"mine": wanted})
    finder_table = tabulate_units(planted_reader(), corpus)
    matches = finder_table.matches
    assert matches.best_units("mine")[0] == BRACKET_UNIT
    assert matches.best_names(BRACKET_UNIT)[0] in ("in brackets", "mine")


def test_the_correlations_are_numpys(table):
    corpus = read_corpus(make_text(), "text", VOCABULARY, "character")
    reader = planted_reader()
    with torch.no_grad():
        h = reader.layers(reader.inputs(corpus.codes[:, None]))[0][:, 0].numpy().astype(float)
    labels = label_symbols(corpus)
    half = len(corpus) // 2
    for name in ("in quotes", "place in the line", "a vowel"):
        column = table.matches.names.index(name)
        for part, r in (
            (slice(half), table.matches.first),
            (slice(half, None), table.matches.second),
        ):
            expected = np.corrcoef(h[part].T, labels[name][part])[-1, :-1]
            np.testing.assert_allclose(r[:, column], expected, atol=2e-5)


def test_chance_is_not_sold_as_a_finding():
    """Slow noise against slow noise: raw correlations are large; beyond chance and on both halves nearly none is."""
    random = np.random.default_rng(0)
    N, units, columns = 2000, 60, 40
    smooth = np.ones(50) / 50

    def noise(number: int) -> np.ndarray:
        white = random.standard_normal((N + 49, number))
        return np.stack([np.convolve(white[:, k], smooth, "valid") for k in range(number)], 1)

    h, labels = noise(units).astype(np.float32), noise(columns)
    corpus = Corpus(np.zeros(N, int), ("a",) * N, np.array([0, N]))
    finder = MatchFinder(corpus, {f"noise {k}": labels[:, k] for k in range(columns)}, units)
    for first in range(0, N, 300):
        positions = np.arange(first, min(N, first + 300))
        finder.add(h[positions], positions)
    matches: UnitMatches = finder.matches()
    assert (np.abs(matches.first).max(0) > 0.3).mean() > 0.9  # what would be sold
    assert matches.holds.any(0).mean() < 0.1
    # and with what truly follows, it is found
    finder = MatchFinder(corpus, {"true": h[:, 7] + 0.5 * noise(1)[:, 0]}, units)
    finder.add(h, np.arange(N))
    found = finder.matches()
    assert found.best_units("true")[0] == 7
    assert found.holds[7, 0]


def test_the_hypotheses_by_hand():
    text = 'a "b(c)" D\n'
    expected = {
        "in quotes": [0, 0, 1, 1, 1, 1, 1, 0, 0, 0, 0],
        "in brackets": [0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0],
        "place in the line": [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
        "place in the word": [0, 1, 0, 1, 2, 3, 4, 5, 6, 0, 1],
        "a capital letter": [0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0],
        "a mark": [0, 0, 1, 0, 1, 0, 1, 1, 0, 0, 0],
    }
    for name, labels in expected.items():
        assert HYPOTHESES[name](tuple(text)).tolist() == labels, name


def test_a_text_of_the_readers_own_is_a_hypothesis():
    corpus = Corpus(np.zeros(9, int), tuple("xaabaabxa"), np.array([0, 4, 9]))
    labels = label_symbols(corpus, "aab")
    assert labels["within “aab”"].tolist() == [0, 1, 1, 1, 1, 1, 1, 0, 0]


def test_a_short_corpus_has_no_level_of_chance():
    corpus = Corpus(np.arange(20) % 2, tuple("ab" * 10), np.array([0, 20]))
    table = tabulate_units(CorpusReader(Recurrent("gru", 2, 3).eval(), torch.eye(2)), corpus)
    assert len(corpus) < unit_matches.MIN_SYMBOLS
    assert np.isnan(table.matches.chance).all()
    assert not table.matches.holds.any()
