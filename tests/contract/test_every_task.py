"""Every task keeps the contract of core.tasks.base."""

import itertools
import math
import re
from pathlib import Path

import pytest
import torch

from core.tasks import TASKS
from core.tasks.base import PROBE_LABEL, Batch
from core.tasks.task_types import Binary, Regression, Writes
from core.training.experiment import Experiment
from core.training.trainer import Trainer

WEB = Path(__file__).parents[2] / "dashboard" / "player" / "web"
SENTENCE = r"^.+: expected .+, got .+\. .+\.$"  # what: expected X, got Y. What to do.


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.fixture(params=list(TASKS))
def name(request):
    return request.param


@pytest.fixture
def task(name):
    return TASKS[name]()


def output_for(task, batch: Batch) -> torch.Tensor:
    """Some output of the right shape, the same every time."""
    shape = (batch.B,) if task.at == "last" else (batch.T, batch.B)
    return torch.randn(*shape, task.output_size, generator=generator(5))


def test_a_batch_has_the_shapes_it_promises(task):
    batch = task.sample(generator(), 7)
    assert task.length == batch.T
    assert batch.B == 7
    inputs = () if task.symbolic else (task.input_size,)
    assert batch.x.shape == (task.length, 7, *inputs)
    assert batch.x.dtype == (torch.int64 if task.symbolic else torch.float32)
    targets = (task.output_size,) if batch.y.is_floating_point() else ()
    assert batch.y.shape == ((7,) if task.at == "last" else (task.length, 7)) + targets


def test_one_seed_one_batch(task):
    first, again, other = (task.sample(generator(seed), 8) for seed in (1, 1, 2))
    assert torch.equal(first.x, again.x)
    assert torch.equal(first.y, again.y)
    assert not torch.equal(first.x, other.x)


def test_global_randomness_is_left_alone(task):
    before = torch.get_rng_state()
    task.sample(generator(), 4)
    task.held_out, task.train_eval, task.baselines, task.probe()
    assert torch.equal(before, torch.get_rng_state())


def test_what_is_held_out_is_the_same_for_everybody(task):
    other = type(task)()
    assert torch.equal(task.held_out.x, other.held_out.x)
    for batch in (task.held_out, task.train_eval):
        assert batch.x.dtype == (torch.int64 if task.symbolic else torch.float32)
        assert batch.y.shape[0 if task.at == "last" else 1] == batch.B
    seen, unseen = task.train_eval.x, task.held_out.x
    assert seen.shape != unseen.shape or not torch.equal(seen, unseen)


def test_loss_falls_when_the_output_is_right(task):
    batch = task.sample(generator(), 6)
    if isinstance(task, Regression):
        right = batch.y
    elif isinstance(task, Binary):
        right = 20 * batch.y - 10
    else:
        classes = batch.y.clamp(min=0)  # where nothing is asked, anything is right
        right = 10 * torch.nn.functional.one_hot(classes, task.output_size).float()
    assert task.loss(right, batch) < 0.02
    assert task.loss(right, batch) < task.loss(output_for(task, batch), batch)


def test_metrics_cover_headline_baselines_and_what_counts_as_solved(task):
    metrics = task.metrics(output_for(task, task.held_out), task.held_out)
    assert task.headline in metrics
    assert task.baselines, "nothing naive to compare with"
    for reached in task.baselines.values():
        assert reached.keys() <= metrics.keys()
        assert task.headline in reached
    if task.solved:
        assert task.solved[0] in metrics
        assert task.span in {option.name for option in task.options}


def test_every_metric_says_whether_it_is_a_share(task):
    """A share is within 0..1 whatever the network says; any other metric is outside for some output."""
    batch = task.held_out
    judged = [task.metrics(scale * output_for(task, batch), batch) for scale in (0, 1, 1000)]
    assert all(metrics.keys() == task.is_share.keys() for metrics in judged)
    for name, is_share in task.is_share.items():
        assert all(0 <= metrics[name] <= 1 for metrics in judged) == is_share, name


def test_metrics_of_a_batch_are_among_those_of_an_evaluation(task):
    batch = task.sample(generator(), 6)
    output = output_for(task, batch)
    told = task.batch_metrics(output, batch, task.loss(output, batch).item())
    assert told.keys() <= task.is_share.keys()
    assert all(math.isfinite(value) for value in told.values())


def test_the_example_probe_is_a_valid_sequence(task):
    probe = task.probe()
    assert probe.batch.B == 1
    assert 2 <= probe.batch.T == len(probe.symbols) <= task.length
    loss = task.probe_loss(torch.zeros(probe.batch.T, 1, task.output_size), probe)
    assert loss.isfinite()
    assert len(probe.targets) == (1 if task.at == "last" else probe.batch.T)
    assert probe.symbols == task.probe("").symbols


@pytest.mark.parametrize(
    "text", ["\x00", "汉字\U0001f600", "<script>alert(1)</script>", "q" * 10**5, 7]
)
def test_a_bad_probe_gets_a_sentence(task, text):
    with pytest.raises(ValueError, match=SENTENCE):
        task.probe(text)


ODD = [
    *(
        " ",
        "\t\n",
        "0",
        "-1",
        "1e999",
        "nan",
        "inf",
        "½",
        "１２",
        "12 12",
        "1;2;3",
        "a,b",
        ",",
        ",,,",
        "=",
        "a = b = c",
    ),
    *(
        "13 - 99",
        "6 - 13",
        "-",
        "−",
        "0.5*",
        "* * *",
        "0.1 0.2 0.3",
        "major",
        "minor x",
        "A",
        "AB",
        "ABAB",
        "|",
    ),
    *(
        "was",
        "cat was were",
        "the",
        "cats , ,",
        "the zebra, which",
        "𝔘𝔫𝔦",
        "e\u0301",
        "\u202e",
        "\ufeff",
        "👨‍👩‍👧",
    ),
    *(
        "नमस्ते",
        "مرحبا",
        "你好。",
        "\ud800",
        "'; --",
        "../..",
        "{}",
        "%s",
        "1 " * 600,
        "a " * 300,
        "cat " * 200,
        "9" * 300,
    ),
]


def test_whatever_is_typed_is_read_or_refused_with_the_label_of_its_field(task):
    sentence = re.compile(rf"{PROBE_LABEL}: expected .+, got .+\. .+\.$", re.DOTALL)
    for text in ODD:
        try:
            probe, refusal = task.probe(text), ""
        except ValueError as error:
            probe, refusal = None, str(error)
        if probe is None:
            assert sentence.match(refusal), (text, refusal)
        else:
            assert 1 <= probe.batch.T == len(probe.symbols)
            assert task.probe_loss(
                torch.zeros(probe.batch.T, 1, task.output_size), probe
            ).isfinite()


def test_a_probe_out_of_all_proportion_is_not_even_read(task):
    with pytest.raises(
        ValueError, match=r"^Sequence to watch: expected at most \d+ characters, got 1000000"
    ):
        task.probe("a" * 10**6)


def test_it_says_what_it_is(task):
    assert task.title
    assert task.source
    assert len(type(task).__doc__ or "") > 200, (
        "expected a docstring that tells a reader of the Live page what it is"
    )
    assert len(task.labels) == task.output_size


def test_a_wrong_option_gets_a_sentence(task):
    with pytest.raises(LookupError, match="expected one of"):
        type(task)(nonsense=1)
    name = next((option.name for option in task.options if option.kind == "integer"), None)
    if name:
        with pytest.raises(ValueError, match=f"{name}: expected a whole number"):
            type(task)(**{name: -1})


def test_every_name_is_given_once(task):
    assert len(set(task.labels)) == len(task.labels)
    assert len(set(task.input_labels)) == len(task.input_labels)
    assert len({option.name for option in task.options}) == len(task.options)


def test_titles_differ():
    assert len({task.title for task in TASKS.values()}) == len(TASKS)


def panels() -> set[str]:
    """The names in PANELS of the player."""
    source = WEB / "panels" / "index.js"
    (names,) = re.findall(r"PANELS = \{([^}]*)\}", source.read_text("utf-8"))
    return set(re.findall(r"\w+", names))


def test_its_panel_is_one_that_the_player_draws(task):
    assert task.panel in panels()


def test_settings_for_own_data_are_experiments(name, task):
    for settings in task.own_data_settings:
        assert Experiment(name, **settings).task == name
    if not any(option.kind == "content" for option in task.options):
        assert task.own_data_settings == ({},)
        assert task.own_data_kind == ""


def test_its_defaults_train_to_finite_losses(name):
    """Its defaults are valid together; at a small size two updates give numbers for every consumer."""
    assert Experiment(name).task == name
    trainer = Trainer(Experiment(name, hidden_size=6, first_size=0, batch_size=4))
    first, second = itertools.islice(trainer, 2)
    for step in (first, second):
        assert step.finite
        assert math.isfinite(step.loss)
        assert step.probe_output.shape[2] == trainer.task.output_size
    assert first.evaluation is not None
    assert trainer.task.headline in first.evaluation.held_out


@pytest.mark.parametrize("name", [name for name in TASKS if issubclass(TASKS[name], Writes)])
def test_a_task_that_writes_goes_on_from_what_it_is_given(name):
    trainer = Trainer(Experiment(name, hidden_size=6, first_size=0))
    start = trainer.task.labels[-1]
    one, again, other = (
        trainer.task.sample_text(trainer.model, start, 9, temperature=1, seed=seed, top_k=0)
        for seed in (3, 3, 4)
    )
    assert one.startswith(start)
    assert len(one) > len(start)
    assert one == again != other
