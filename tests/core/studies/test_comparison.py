"""A comparison: what it shares, what it is called, and the link that carries it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.analysis.parameters import count_parameters
from core.cells import CELLS
from core.studies.comparison import MATCHING_RULES, Comparison, make_trio
from core.training.trainer import Experiment

PAIR = (Experiment(cell="lstm", hidden_size=8), Experiment(cell="rnn", hidden_size=16))


def test_one_experiment_gives_the_three_cells_with_all_else_as_it_is():
    base = Experiment("adding", cell="lstm", peephole=True, length=30, learning_rate=0.01, seed=4)
    rnn, lstm, gru = make_trio(base).experiments
    assert lstm == base
    assert [e.cell for e in (rnn, gru)] == ["rnn", "gru"]
    assert all(e.length == 30 and e.learning_rate == 0.01 and e.seed == 4 for e in (rnn, gru))


@pytest.mark.parametrize(
    ("fair", "sizes"), [("units", (16, 16)), ("sizes", (8, 16)), ("time", None)]
)
def test_the_rule_sets_the_hidden_sizes(fair, sizes):
    comparison = Comparison(PAIR, fair)
    assert comparison.sizes == sizes
    assert comparison.settled == (fair != "time")
    assert [e.hidden_size for e in comparison.levelled] == list(sizes or (8, 16))
    assert comparison.experiments == PAIR, "what was asked for is kept"


def test_equal_parameters_are_nearly_equal():
    few, many = Comparison(PAIR, "parameters").levelled
    assert many == PAIR[1].but(hidden_size=many.hidden_size)
    assert abs(count_parameters(few) - count_parameters(many)) < 0.05 * count_parameters(few)


def test_another_rule_finds_sizes_anew_and_measured_ones_are_kept():
    measured = Comparison(PAIR, "time", sizes=(8, 40))
    assert [e.hidden_size for e in measured.levelled] == [8, 40]
    assert Comparison.from_query(measured.to_query()) == measured
    assert measured.but(seeds=2).sizes is None
    assert measured.but(fair="units").sizes == (16, 16)


def test_names_tell_what_differs_from_most_and_nothing_else():
    assert make_trio(Experiment()).names() == ("RNN", "LSTM", "GRU")
    lstm = Experiment(cell="lstm")
    odd = lstm.but(peephole=True, clipping="off", bias=False)
    assert Comparison((lstm, odd)).names() == ("LSTM", "LSTM, no bias, clipping off, peephole")
    assert Comparison((odd, lstm, lstm)).names()[1:] == ("LSTM", "LSTM")
    assert Comparison(PAIR, "sizes").names() == ("LSTM, 8 units", "RNN, 16 units")
    reset = (Experiment(cell="gru", reset="before"), Experiment(cell="rnn"))
    assert Comparison(reset).names() == ("GRU, reset before", "RNN")


VALUES = st.fixed_dictionaries(
    {"cell": st.sampled_from(list(CELLS))},
    optional={
        "hidden_size": st.integers(1, 40),
        "learning_rate": st.sampled_from([0.1, 0.003]),
        "clipping": st.sampled_from(["off", "norm"]),
        "num_layers": st.integers(1, 2),
    },
)


@given(
    st.lists(VALUES, min_size=2, max_size=4),
    st.sampled_from(MATCHING_RULES),
    st.integers(1, 3),
    st.booleans(),
    st.integers(2, 99),
)
def test_a_link_carries_the_whole_comparison(values, fair, seeds, peephole, length):
    experiments = []
    for own in values:
        e = Experiment("adding", length=length, seed=length, **own)
        experiments.append(e.but(peephole=True) if peephole and e.cell == "lstm" else e)
    comparison = Comparison(tuple(experiments), fair, seeds)
    query = comparison.to_query()
    assert all(isinstance(text, str) for text in query.values())
    assert Comparison.from_query(query) == comparison


def test_what_all_share_stands_once():
    query = make_trio(Experiment("adding", length=30, hidden_size=8), fair="parameters").to_query()
    assert query == {
        **{"task": "adding", "length": "30", "hidden_size": "8", "fair": "parameters"},
        **{"a.cell": "rnn", "b.cell": "lstm", "c.cell": "gru"},
    }


def test_a_link_to_one_experiment_compares_the_three_cells_of_it():
    query = Experiment("adding", length=30).to_query()
    assert Comparison.from_query(query) == make_trio(Experiment("adding", length=30))


TWO = {"a.cell": "rnn", "b.cell": "gru"}


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"a.cell": "rnn"}, "compare: expected 2 to 4 experiments, got 1"),
        ({**TWO, "d.cell": "gru"}, "link: expected experiments a, b and so on"),
        ({**TWO, "e.cell": "gru", "c.cell": "rnn", "d.cell": "rnn"}, "link: expected experiments"),
        ({**TWO, "b.task": "text"}, "compare: expected one task"),
        ({**TWO, "b.seed": "7"}, "compare: expected one seed"),
        ({**TWO, "b.batch_size": "7"}, "compare: expected one batch_size"),
        ({**TWO, "b.cell": "<script>"}, "cell: expected one of"),
        ({**TWO, "fair": "<script>"}, "fair: expected one of"),
        ({**TWO, "seeds": "99"}, "seeds: expected a whole number from 1 to 5"),
        ({**TWO, "seeds": "1e9"}, "seeds: expected a whole number"),
        ({**TWO, "fair": "time", "sizes": "3"}, "sizes: expected 2 numbers"),
        ({**TWO, "fair": "time", "sizes": "0-0"}, "hidden_size: expected a whole number"),
        ({**TWO, "sizes": "9" * 5000}, "sizes: expected hidden sizes like"),
        ({**TWO, "a.fair": "units"}, "experiment: expected one of"),
        ({**TWO, "a.a.cell": "rnn"}, "experiment: expected one of"),
        ({**TWO, "hidden_size": "1024", "seeds": "5"}, "compare: expected at most 512 MiB"),
    ],
)
def test_a_hostile_link_gets_a_sentence(query, sentence):
    with pytest.raises((ValueError, LookupError)) as caught:
        Comparison.from_query(query)
    assert str(caught.value).startswith(sentence)
    assert len(str(caught.value)) < 500


@given(
    st.dictionaries(
        st.sampled_from(["a.cell", "b.cell", "c.cell", "b.task", "fair", "seeds", "sizes", "."])
        | st.text(max_size=8),
        st.sampled_from(["rnn", "gru", "names", "time", "2", "8-8", "-1", ""])
        | st.text(max_size=9),
        max_size=6,
    )
)
def test_any_link_gives_a_comparison_or_a_sentence(query):
    def read() -> Comparison | None:
        try:
            return Comparison.from_query(query)
        except (ValueError, LookupError) as error:
            sentences.append(str(error))

    sentences: list[str] = []
    comparison = read()
    assert all("expected" in sentence for sentence in sentences)
    if comparison is not None:
        assert Comparison.from_query(comparison.to_query()) == comparison
