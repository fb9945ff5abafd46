"""The exported script, run away from this project, gives the trainer's losses."""

import io
import zipfile

import pytest
import torch

from core.io.export.script import as_zip
from core.training.trainer import Experiment, Trainer
from tests.helpers.scripts import script_losses

UPDATES = 15
SMALL = {"task": "names", "hidden_size": 8, "batch_size": 8}
DEEP = {"num_layers": 2, "dropout": 0.3}
TABLE = "a,b\n" + "\n".join(f"{k * 7 % 11},{k * k % 13}" for k in range(120))
TEXTS = "\n".join(f"{'so' * (k % 5)} {'good' if k % 2 else 'bad'} {k}\t{k % 2}" for k in range(40))
SERIES = "\n".join(
    ",".join([f"{k % 2}", *(f"{k * j % 7}.5" for j in range(9 + k % 4))]) for k in range(40)
)
CASES = {
    **{task: {"task": task} for task in ("adding", "text", "air_quality", "digits", "translate")},
    **{f"rnn {a}": {"cell": "rnn", "activation": a} for a in ("tanh", "relu", "sigmoid")},
    "rnn identity": {"cell": "rnn", "activation": "identity", "bias": False},
    "lstm": {"cell": "lstm", "forget_bias": 1.0, "optimizer": "sgd", "learning_rate": 0.1},
    "lstm relu": {"cell": "lstm", "activation": "relu", "clipping": "value", "clip_at": 0.01},
    "lstm peephole": {"cell": "lstm", "peephole": True, "bidirectional": True, "num_layers": 2},
    "gru": {"cell": "gru", "optimizer": "momentum", "clipping": "off", "embedding": 3},
    "gru before": {"cell": "gru", "reset": "before", "optimizer": "rmsprop", "bias": False},
    "gru none": {"cell": "gru", "reset": "none", "clip_at": 0.05},
    "dropout": {"cell": "lstm", **DEEP},
    "dropout, two directions": {"cell": "gru", **DEEP, "bidirectional": True, "combine": "sum"},
    "dropout, own cell": {"cell": "gru", "reset": "none", **DEEP},
    "answers at every step": {"task": "subtraction", "cell": "lstm", "batch_size": 4, **DEEP},
    "attention": {"task": "translate", "attention": True, **DEEP},
    "sizes": {"cell": "lstm", "num_layers": 2, "first_size": 5, "bidirectional": True},
    "truncated": {"cell": "gru", "truncate": 3, "bidirectional": True},
    "truncated, one loss a step": {"task": "text", "cell": "lstm", "truncate": 7, "num_layers": 2},
    "truncated decoder": {"task": "translate", "cell": "rnn", "truncate": 4},
    "no recurrence": {"cell": "lstm", "recurrence": False},
    "no recurrence, no bias": {
        "cell": "gru",
        "reset": "before",
        "recurrence": False,
        "bias": False,
    },
    "a window": {"cell": "gru", "window": 3, "bidirectional": True, "num_layers": 2},
    "a convolution": {
        "cell": "rnn",
        "window": 2,
        "recurrence": False,
        **DEEP,
        "bidirectional": True,
    },
    "growing harder": {"task": "agreement"},
    "own columns": {
        "task": "forecast",
        "file": TABLE,
        "inputs": "2,1",
        "length": 6,
        "cell": "lstm",
    },
    "own texts": {"task": "classify", "file": TEXTS, "read_by": "words", "cell": "rnn"},
    "own series": {"task": "classify", "file": SERIES, "embedding": 0, "cell": "gru"},
}


def experiment(case: str) -> Experiment:
    values = CASES[case]
    return Experiment(**(values if "task" in values else SMALL | values))


@pytest.fixture(scope="module")
def curves(tmp_path_factory):
    """Case -> losses of its script."""
    folder = tmp_path_factory.mktemp("scripts")
    return script_losses(folder, {case: experiment(case) for case in CASES}, UPDATES)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.long
def test_the_script_gives_the_same_losses(curves, case):
    trainer = Trainer(experiment(case))
    losses = [next(trainer).loss for _ in range(UPDATES)]
    torch.testing.assert_close(curves[case], losses, rtol=1e-5, atol=0)


def test_what_has_no_plain_form_gets_a_sentence():
    with pytest.raises(ValueError, match=r"script: expected omega 0, got 1\. .* set omega to 0\."):
        as_zip(Experiment(cell="rnn", omega=1.0), 2)


def test_a_readers_own_text_is_not_in_the_script():
    hostile = "\n".join(f'{"abcdefghij"[k]}ab"""),{k % 2}' for k in range(10)) + '\n"""\nimport os'
    with pytest.raises(ValueError, match="expected"):
        as_zip(Experiment(task="names", file=hostile), 2)
    names = "\n".join(f"{'abcdefghij'[k]}anna,sentinel{k % 2}" for k in range(10))
    archive = zipfile.ZipFile(io.BytesIO(as_zip(Experiment(task="names", file=names), 2)))
    text = archive.read("train.py").decode()
    compile(text, "train.py", "exec")
    assert "sentinel" not in text
    assert "'file'" not in text


@pytest.mark.parametrize(
    ("updates", "task"), [(0, "names"), (10**6, "names"), (True, "names"), (2000, "load")]
)
def test_too_many_updates_get_a_sentence(updates, task):
    long = {"task": "load", "length": 200, "hidden_size": 8, "num_layers": 1, "dropout": 0.0}
    with pytest.raises(ValueError, match=r"updates: expected .*, got .*\. Choose"):
        as_zip(Experiment(**(long if task == "load" else {})), updates)
