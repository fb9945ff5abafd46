"""A network that is written as ONNX says in onnxruntime what it says here, and opens here again with the same weights."""

import itertools

import onnx
import onnxruntime
import pytest
import torch

from core.cells import CELLS
from core.io.cell_candidates import cell_candidates
from core.io.companions import find_embeddings, find_heads
from core.io.export.onnx_model import network_onnx, run_onnx
from core.io.model_files import read_model_file
from core.layers.seq2seq import Seq2Seq
from core.layers.sequence_model import SequenceModel
from core.training.experiment import Experiment
from core.training.trainer import Trainer
from tests.helpers.model_files import ONE_SENTENCE

T, B, INPUTS, H, OUTPUTS = 7, 3, 4, 5, 2
LENGTHS = torch.tensor([7, 4, 2])
GATES = ("sigmoid", "hard_sigmoid", "relu")


def variants() -> list[tuple[str, dict[str, object]]]:
    """Every cell that ONNX has, in every variant, and each function of gates."""
    return [
        (each.cell, {**each.options, **({"gate_activation": gate} if gate else {})})
        for each in cell_candidates()
        if CELLS[each.cell](**each.options).onnx_operator
        for gate in (GATES if "gate_activation" in CELLS[each.cell]().options else ("",))
    ]


def draw(model: SequenceModel) -> SequenceModel:
    """Weights and biases far from 0, so that a block in the wrong place shows."""
    generator = torch.Generator().manual_seed(3)
    for p in model.parameters():
        p.data.copy_(torch.empty_like(p).uniform_(-0.5, 0.5, generator=generator))
    return model.eval()


def run(content: bytes, **inputs: torch.Tensor) -> torch.Tensor:
    onnx.checker.check_model(onnx.load_from_string(content), full_check=True)
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    (output,) = session.run(None, {name: v.numpy() for name, v in inputs.items()})
    return torch.from_numpy(output)


@pytest.mark.parametrize(("cell", "options"), variants(), ids=str)
def test_onnxruntime_says_the_same(cell, options):
    """Of one layer in one direction, and of two in both: with peepholes, both resets, every function."""
    x = torch.randn(T, B, INPUTS, generator=torch.Generator().manual_seed(1))
    for layers, both in ((1, False), (2, True)):
        model = draw(
            SequenceModel(
                INPUTS,
                OUTPUTS,
                cell=cell,
                hidden_size=H,
                num_layers=layers,
                bidirectional=both,
                at="every",
                **options,
            )
        )
        with torch.no_grad():
            torch.testing.assert_close(
                run(network_onnx(model), x=x), model(x), rtol=1e-5, atol=1e-5
            )


@pytest.mark.parametrize(
    ("embedding", "combine", "bias", "at"),
    [*itertools.product((None, 3), ("concat", "sum"), (True, False), ("last", "every"))],
)
def test_what_stands_before_and_behind_is_there(embedding, combine, bias, at):
    model = draw(
        SequenceModel(
            INPUTS,
            OUTPUTS,
            hidden_size=H,
            bidirectional=True,
            embedding=embedding,
            combine=combine,
            bias=bias,
            at=at,
        )
    )
    x = torch.randint(0, INPUTS, (T, B), generator=torch.Generator().manual_seed(1))
    content = network_onnx(model, symbolic=True, lengths=True)
    with torch.no_grad():
        expected = model(x, LENGTHS)
    torch.testing.assert_close(
        run(content, x=x, lengths=LENGTHS.int()), expected, rtol=1e-5, atol=1e-5
    )


@pytest.mark.parametrize("task", ["names", "adding"])
def test_a_run_is_written_and_read_again(task):
    """The file of a run opens on Yours with its table, its head and its very weights."""
    trainer = Trainer(
        Experiment(
            task=task,
            cell="lstm",
            hidden_size=6,
            num_layers=2,
            embedding=4 if task == "names" else 0,
        )
    )
    next(iter(trainer))
    content = run_onnx(trainer)
    batch = trainer.task.draw(torch.Generator().manual_seed(5), 3, 0)
    inputs = {"x": batch.x}
    if batch.lengths is not None:
        inputs["lengths"] = batch.lengths.int()
    with torch.no_grad():
        expected = trainer.model.eval()(batch.x, batch.lengths)
    torch.testing.assert_close(run(content, **inputs), expected, rtol=1e-5, atol=1e-5)
    file = read_model_file(content)
    (layer,) = file.layers
    assert (layer.num_layers, layer.cell) == (2, "lstm")
    state = trainer.model.recurrent.state_dict()
    assert {name: v.tolist() for name, v in layer.weights.items()} == {
        name: v.tolist() for name, v in state.items()
    }
    assert len(find_embeddings(file, layer)) == (task == "names")
    (head,) = find_heads(file, layer).values()
    assert torch.equal(head.weight, trainer.model.head.weight)


REFUSED = {
    "an MGU": (lambda: SequenceModel(2, 2, cell="mgu"), r"expected RNN or LSTM or GRU, got MGU"),
    "no reset": (lambda: SequenceModel(2, 2, reset="none"), r"got GRU \(reset none"),
    "a window": (lambda: SequenceModel(2, 2, window=2), r"expected window 1"),
    "no recurrence": (lambda: SequenceModel(2, 2, recurrence=False), r"expected recurrence true"),
    "normalization": (lambda: SequenceModel(2, 2, normalization="layer"), r"normalization off"),
    "a decoder": (lambda: Seq2Seq(5, 5), r"one sequence, got Seq2Seq"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_onnx_has_not_is_said(what):
    make, expected = REFUSED[what]
    with pytest.raises(ValueError, match=expected) as error:
        network_onnx(make())
    assert ONE_SENTENCE.fullmatch(str(error.value))
