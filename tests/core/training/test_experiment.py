"""Experiments: defaults, round trips, and a sentence for everything that cannot be."""

import dataclasses
import json
import math
from urllib.parse import parse_qsl, quote, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.cells import CELLS
from core.common.options import Option, options_of
from core.tasks import TASKS
from core.training.experiment import FIELDS, MAX_LINK_BYTES, Experiment, cell_options
from core.training.memory_budget import tape_bytes
from core.training.trainer import Trainer

SENTENCE = r"^.+: expected .+, got .+\."


def through_a_link(experiment: Experiment) -> Experiment:
    return Experiment.from_query(
        dict(parse_qsl(urlencode(experiment.to_query()), keep_blank_values=True))
    )


def through_json(experiment: Experiment) -> Experiment:
    return Experiment.from_dict(json.loads(json.dumps(experiment.to_dict())))


class TestDefaults:
    @pytest.mark.parametrize("task", list(TASKS))
    def test_nothing_given_is_the_tasks_default(self, task):
        experiment = Experiment(task)
        for name, value in TASKS[task].defaults.items():
            assert getattr(experiment, name) == value
        assert experiment.to_query() == {"task": task}
        options = [option.name for option in TASKS[task].options]
        nothing = dict.fromkeys([*FIELDS, *options]) | {"task": task}
        assert Experiment(**nothing) == experiment

    def test_names_come_first(self):
        assert Experiment().task == "names"
        assert (Experiment().cell, Experiment().hidden_size, Experiment().learning_rate) == (
            "gru",
            64,
            0.003,
        )

    def test_no_name_means_two_things(self):
        for cell in CELLS:
            for task in TASKS.values():
                options = [option.name for option in (*cell_options(cell), *task.options)]
                assert len(options) == len(set(options))
                assert not set(options) & (set(FIELDS) | {"options", "but", "left_out"})

    def test_fields_and_table_agree(self):
        names = [field.name for field in dataclasses.fields(Experiment)]
        assert names == [*FIELDS, "options"]

    def test_the_defaults_of_every_task_are_fields(self):
        for task in TASKS.values():
            assert task.defaults.keys() <= FIELDS.keys()


class TestShape:
    def test_is_frozen_hashable_and_equal_by_value(self):
        a, b = Experiment("adding", length=20), Experiment("adding", length=20)
        assert a == b
        assert hash(a) == hash(b)
        assert a != Experiment("adding", length=21)
        with pytest.raises(dataclasses.FrozenInstanceError):
            a.seed = 2  # type: ignore[misc]

    def test_options_are_attributes(self):
        experiment = Experiment("adding", cell="lstm", peephole=True, length=9)
        assert (experiment.peephole, experiment.forget_bias, experiment.length) == (True, None, 9)
        assert experiment.cell_options == {
            **{"peephole": True, "forget_bias": None},
            **{"activation": "tanh", "gate_activation": "sigmoid"},
        }
        assert experiment.task_options == {"length": 9}
        with pytest.raises(AttributeError, match="no field or option 'reset'"):
            experiment.reset  # noqa: B018

    def test_a_changed_copy(self):
        lstm = Experiment("adding", cell="lstm", peephole=True, length=9, seed=5)
        assert lstm.but(hidden_size=8).peephole is True
        gru = lstm.but(cell="gru")
        assert (gru.length, gru.reset, gru.seed) == (9, "after", 5)
        text = lstm.but(task="text", hidden_size=10)
        assert text == Experiment("text", hidden_size=10, seed=5)
        assert lstm.but() == lstm

    def test_equal_experiments_share_their_data(self):
        assert Experiment("text", seed=1).make_task() is Experiment("text", seed=2).make_task()
        assert Experiment("text", length=9).make_task() is not Experiment("text").make_task()


class TestOptions:
    def test_are_read_from_a_signature(self):
        by_name = {option.name: option for option in cell_options("lstm")}
        assert (by_name["peephole"].kind, by_name["peephole"].default) == ("truth", False)
        assert (by_name["forget_bias"].kind, by_name["forget_bias"].optional) == ("number", True)
        reset = {option.name: option for option in cell_options("gru")}["reset"]
        assert (reset.kind, reset.default, reset.choices) == (
            "choice",
            "after",
            ("after", "before", "none"),
        )
        (free,) = options_of(lambda name="x": None)
        assert (free.kind, free.choices, free.check("anything")) == ("choice", (), "anything")

    def test_every_choice_has_its_words_and_every_field_a_meaning(self):
        for option in FIELDS.values():
            assert option.meaning
            assert option.kind != "choice" or option.default in option.choices
        for task in TASKS.values():
            assert all(option.meaning for option in task.options)
        for cell in CELLS:
            assert all(option.meaning for option in cell_options(cell))


class TestLinks:
    def test_says_only_what_differs(self):
        experiment = Experiment(
            "adding", cell="lstm", peephole=True, forget_bias=1.0, learning_rate=1e-4
        )
        assert experiment.to_query() == {
            "task": "adding",
            "cell": "lstm",
            "learning_rate": "0.0001",
            "peephole": "true",
            "forget_bias": "1.0",
        }
        assert through_a_link(experiment) == experiment

    def test_none_is_a_value_where_the_option_says_so(self):
        plain = Experiment("adding", cell="lstm")
        assert (
            Experiment.from_query({"task": "adding", "cell": "lstm", "forget_bias": "none"})
            == plain
        )
        (option,) = (each for each in cell_options("lstm") if each.name == "forget_bias")
        assert option.parse(option.write(None)) is None

    def test_an_own_text_travels_when_it_is_short(self):
        short = Experiment("text", corpus="To be, or not & to be? é汉\n" * 9)
        assert short.left_out == ()
        assert through_a_link(short) == short
        long = Experiment("text", corpus="ab" * MAX_LINK_BYTES)
        assert long.left_out == ("corpus",)
        assert "corpus" not in long.to_query()
        assert through_json(long) == long

    @pytest.mark.parametrize(
        ("letters", "encoded_bytes"), [("ab", 2), ("/ ", 6), ("é汉", 15), ("a🎓", 13)]
    )
    def test_a_letter_counts_as_the_bytes_that_a_link_has_for_it(self, letters, encoded_bytes):
        times = MAX_LINK_BYTES // encoded_bytes
        longest = Experiment("text", corpus=letters * times)
        assert longest.left_out == ()
        link = urlencode(longest.to_query(), quote_via=quote, safe="")
        assert len(link) == len("task=text&corpus=") + times * encoded_bytes
        too_long = Experiment("text", corpus=letters * (times + 1))
        assert too_long.left_out == ("corpus",)

    @pytest.mark.parametrize(
        ("query", "message"),
        [
            ({"task": "nmaes"}, "task: expected one of names, .*Did you mean 'names'"),
            (
                {"cell": "ltsm"},
                "cell: expected one of rnn, lstm, .*, got 'ltsm'. Did you mean 'lstm'",
            ),
            ({"hiden_size": "8"}, "experiment: .*Did you mean 'hidden_size'"),
            ({"hidden_size": "1000000000"}, "hidden_size: expected a whole number from 1 to 1024"),
            ({"hidden_size": "9" * 5000}, "hidden_size: expected a whole number from 1 to 1024"),
            ({"hidden_size": "8.5"}, "hidden_size: .*got '8.5'"),
            ({"hidden_size": ""}, "hidden_size: .*got ''"),
            ({"hidden_size": "٣"}, "hidden_size: expected a whole number"),
            ({"bidirectional": "true1"}, "bidirectional: expected true or false, got 'true1'"),
            ({"bidirectional": "True"}, "bidirectional: expected true or false"),
            ({"learning_rate": "nan"}, "learning_rate: expected a number .*got 'nan'"),
            ({"learning_rate": "inf"}, "learning_rate: expected a number .*got 'inf'"),
            ({"learning_rate": "1e999"}, "learning_rate: expected a number .*got inf"),
            ({"learning_rate": "1.2.3"}, "learning_rate: expected a number .*got '1.2.3'"),
            ({"learning_rate": "1_0"}, "learning_rate: expected a number"),
            (
                {"clipping": "<script>alert(1)</script>"},
                "clipping: expected one of off, norm, value",
            ),
            ({"<script>alert(1)</script>": "1"}, "experiment: expected one of"),
            ({"options": "1"}, "experiment: expected one of"),
            ({"self": "1"}, "experiment: expected one of"),
            ({"__class__": "x"}, "experiment: expected one of"),
            (
                {"peephole": "true"},
                "peephole: expected an option of the cell gru .*got one of cell lstm",
            ),
            ({"corpus": "abc"}, "corpus: expected .*got one of task text"),
            ({"reset": "sideways"}, "reset: expected one of"),
            ({"cell": "rnn", "activation": "<b>"}, "activation: expected one of"),
            ({"cell": "lstm", "forget_bias": "1e9"}, "forget_bias: expected a number"),
            (
                {"cell": "lstm", "forget_bias": "1", "bias": "false"},
                "forget_bias: expected none without",
            ),
            (
                {"task": "text", "bidirectional": "true"},
                "bidirectional: expected false for the task text",
            ),
            ({"task": "adding", "embedding": "4"}, "embedding: expected 0 for the task adding"),
            ({"task": "adding", "length": "-1"}, "length: expected a whole number from 2 to 1000"),
            ({"file": "one,two,three"}, "file: expected on each line a name"),
        ],
    )
    def test_a_broken_one_gets_a_sentence(self, query, message):
        with pytest.raises((ValueError, LookupError), match=message) as error:
            Experiment.from_query(query)
        assert len(str(error.value)) < 600

    def test_values_that_are_no_text(self):
        with pytest.raises(ValueError, match="link: expected name=value pairs"):
            Experiment.from_query({"seed": ["1", "2"]})  # type: ignore[dict-item]

    @pytest.mark.parametrize(
        "values",
        [
            *(None, 7, [], {1: 2}, {"task": None, "cell": 3}, {"task": ["names"]}, {"task": {}}),
            *({"hidden_size": "64"}, {"hidden_size": True}, {"hidden_size": 10**5000}),
            *({"learning_rate": math.nan}, {"learning_rate": 10**400}, {"learning_rate": "fast"}),
            *({"bias": 1}, {"corpus": 5, "task": "text"}, {"file": b"abc"}, {"seed": -1}),
        ],
    )
    def test_a_broken_dict_gets_a_sentence(self, values):
        with pytest.raises((ValueError, LookupError), match=SENTENCE):
            Experiment.from_dict(values)


class TestMemory:
    def test_the_message_says_the_bound(self):
        with pytest.raises(ValueError, match=r"at most 512 MiB, got about [\d,]+ MiB\. Make one"):
            Experiment("adding", length=1000, batch_size=1024)

    def test_the_estimate_is_near_what_the_tapes_hold(self):
        experiment = Experiment(
            "adding", cell="lstm", num_layers=2, bidirectional=True, batch_size=9
        )
        trainer = Trainer(experiment)
        next(trainer), next(trainer)
        recording = trainer.model.recording
        assert recording is not None
        buffers = [recording[key]._source.buffers for key in recording.layers]
        held = sum(each.records.nbytes + each.scratch.nbytes for each in buffers)
        estimate = 10 * tape_bytes(experiment, trainer.model.recurrent.cell, trainer.task)
        assert held < estimate < 1.5 * held

    def test_large_but_possible(self):
        Experiment("text", cell="lstm", length=200, batch_size=64, hidden_size=256)


VALUES = {
    "integer": lambda o: st.integers(int(o.low), min(int(o.high), int(o.low) + 6)),
    "number": lambda o: st.floats(o.low, o.high, allow_nan=False).map(lambda v: v + 0.0),
    "truth": lambda o: st.booleans(),
    "choice": lambda o: st.sampled_from(o.choices),
    "line": lambda o: st.just(""),
    "content": lambda o: st.just(""),
}


def value_of(option: Option) -> st.SearchStrategy:
    value = VALUES[option.kind](option)
    return value | st.none()


@st.composite
def experiments(draw) -> dict:
    """Mostly valid: any of the fields and options with values in their bounds, small sizes."""
    task, cell = draw(st.sampled_from(list(TASKS))), draw(st.sampled_from(list(CELLS)))
    options = [*FIELDS.values(), *cell_options(cell), *TASKS[task].options]
    chosen = draw(st.lists(st.sampled_from(options), unique_by=lambda o: o.name, max_size=8))
    values = {option.name: draw(value_of(option)) for option in chosen}
    values.pop("source", None)  # the original names need the network
    if values.get("length") is not None:
        values["length"] += 10
    return {**values, "task": task, "cell": cell}


JUNK = (
    st.text(max_size=20)
    | st.integers()
    | st.floats()
    | st.booleans()
    | st.none()
    | st.lists(st.integers())
)


@settings(deadline=None, max_examples=150)
@given(experiments())
def test_valid_ones_round_trip_and_the_rest_get_a_sentence(values):
    try:
        experiment = Experiment.from_dict(values)
    except (ValueError, LookupError) as error:
        assert str(error).count(": expected ") == 1  # noqa: PT017
        return
    assert through_json(experiment) == experiment
    assert through_a_link(experiment) == experiment
    assert experiment.but() == experiment


@settings(deadline=None, max_examples=25)
@given(experiments())
def test_small_valid_ones_train(values):
    try:
        experiment = Experiment.from_dict({**values, "learning_rate": 0.01})
    except (ValueError, LookupError):
        return
    trainer = Trainer(experiment)
    for _ in range(2):
        update = next(trainer)
        assert math.isfinite(update.loss)
        assert math.isfinite(update.look.loss)
        assert update.finite


@settings(deadline=None, max_examples=150)
@given(
    st.dictionaries(
        st.sampled_from([*FIELDS, "length", "corpus", "peephole"]) | st.text(max_size=9), JUNK
    )
)
def test_junk_gets_a_sentence(values):
    try:
        experiment = Experiment.from_dict(values)
    except (ValueError, LookupError) as error:
        assert ": expected " in str(error)  # noqa: PT017
    else:
        assert through_json(experiment) == experiment


@settings(deadline=None, max_examples=150)
@given(
    st.dictionaries(
        st.sampled_from([*FIELDS, "length", "corpus", "peephole"]) | st.text(max_size=9),
        st.text(max_size=30),
    )
)
def test_junk_in_a_link_gets_a_sentence(query):
    try:
        experiment = Experiment.from_query(query)
    except (ValueError, LookupError) as error:
        assert ": expected " in str(error)  # noqa: PT017
    else:
        assert through_a_link(experiment) == experiment


def test_an_encoder_that_reads_one_way_has_nothing_to_combine():
    with pytest.raises(
        ValueError, match="combine: expected concat for the task translate, got sum"
    ):
        Experiment("translate", combine="sum")
