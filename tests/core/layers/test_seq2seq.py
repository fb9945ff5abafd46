"""Encoder and decoder against plain loops with autograd, in float64."""

import itertools

import pytest
import torch

from core.cells import CELLS
from core.common.special_tokens import END, PAD, START
from core.layers.seq2seq import Seq2Seq, count_source_steps, likeliest_symbols
from core.tasks.base import UNKNOWN
from core.tasks.translate import Translate
from core.training.trainer import Experiment, Trainer
from tests.helpers import reference

SYMBOLS, S, D = 7, 4, 5
SOURCES = [[3, 4, 5, 6], [5, 3], [6, 6, 4]]
TARGETS = [[4, 3], [6, 5, 3, 4], [3]]


def joined() -> torch.Tensor:
    """Three pairs of unequal lengths as one batch [S + D, 3]."""
    x = torch.full((S + D, 3), PAD)
    for k, (source, target) in enumerate(zip(SOURCES, TARGETS, strict=True)):
        x[: len(source), k] = torch.tensor(source)
        x[S : S + 1 + len(target), k] = torch.tensor([START, *target])
    return x


def network(cell="gru", attention=True, **options) -> Seq2Seq:
    torch.manual_seed(4)
    return Seq2Seq(
        SYMBOLS, SYMBOLS, cell=cell, hidden_size=3, embedding=2, attention=attention, **options
    ).double()


def by_hand(model: Seq2Seq, x: torch.Tensor):
    """Logits [D, B, O] by the formulas, one number of the batch and one step at a time; and the states."""
    v = model.embedding.weight[x]
    B, L, H = x.shape[1], model.encoder.num_layers, model.encoder.hidden_size
    zero = [x.new_zeros(L, B, H, dtype=torch.float64) for _ in model.encoder.cell.states]
    lengths = torch.tensor([len(source) for source in SOURCES])[:B]
    if model.encoder.bidirectional:
        zero = [torch.cat([h, h]) for h in zero]
    read, state, kept = reference.run(model.encoder, v[:S], zero, lengths)
    if model.encoder.bidirectional:  # forward and reverse of each layer stand side by side
        read = read[..., :H] + read[..., H:]
        state = [torch.stack([h[2 * k] + h[2 * k + 1] for k in range(L)]) for h in state]
    ends = torch.tensor([len(target) + 1 for target in TARGETS])[:B]
    states, _, written = reference.run(model.decoder, v[S:], state, ends)
    rows = []
    for t in range(D):
        row = []
        for b in range(B):
            h = states[t, b]
            if model.score is not None:
                keys = read[: lengths[b], b]
                scores = torch.stack([h @ model.score.weight @ key for key in keys])
                context = (scores.softmax(0)[:, None] * keys).sum(0)
                both = torch.cat([context, h])
                h = torch.tanh(model.combine.weight @ both + model.combine.bias)
            row.append(model.head.weight @ h + model.head.bias)
        rows.append(torch.stack(row))
    return torch.stack(rows), kept, written


CASES = list(itertools.product(CELLS, (False, True), (1, 2), (False, True)))
BOTH = {"bidirectional": True, "combine": "sum"}


@pytest.mark.parametrize(("cell", "attention", "layers", "both"), CASES)
def test_every_gradient_equals_autograds(cell, attention, layers, both):
    options = BOTH if both else {}
    model, x = network(cell, attention, num_layers=layers, **options), joined()
    weights = torch.randn(D, 3, SYMBOLS, dtype=torch.float64)
    for b, target in enumerate(TARGETS):
        weights[len(target) + 1 :, b] = 0  # nothing is asked beyond the end

    expected, kept, written = by_hand(model, x)
    (expected * weights).sum().backward()
    right = {name: p.grad.clone() for name, p in model.named_parameters()}
    model.zero_grad()

    output = model(x)
    assert not output[:S].any()
    inside = weights != 0
    assert torch.allclose(output[S:][inside], expected[inside], atol=1e-12)
    (output[S:] * weights).sum().backward()
    for name, p in model.named_parameters():
        assert torch.allclose(p.grad, right[name], rtol=1e-9, atol=1e-12), name
    for layer, values in ((model.encoder, kept), (model.decoder, written)):
        recording = layer.recording
        for key, recorded in values.items():
            for (name, t, b), value in recorded.items():
                ours = recording[key][name].grads[t, b]
                grad = torch.zeros_like(value) if value.grad is None else value.grad
                assert torch.allclose(torch.tensor(ours), grad[0], rtol=1e-9, atol=1e-12), (
                    f"{key} {name} step {t}"
                )
    first = model.encoder.recording["h"].grads[0]
    assert (abs(first) > 0).any(), "no gradient crossed from the decoder to the encoder"


@pytest.mark.parametrize("both", [False, True])
@pytest.mark.parametrize("attention", [False, True])
def test_the_watched_sequence_teaches_nothing_and_is_recorded_whole(attention, both):
    model, x = network("lstm", attention, **(BOTH if both else {})), joined()
    alone = model(x[:, :2])
    alone.square().sum().backward()
    expected = {name: p.grad.clone() for name, p in model.named_parameters()}
    model.zero_grad()
    output, watched = model.observe(x, None, 1)
    (output.square().sum() + watched.square().sum()).backward()
    for name, p in model.named_parameters():
        assert torch.allclose(p.grad, expected[name], rtol=1e-9, atol=1e-14), name
    assert torch.allclose(output, alone, atol=1e-12)
    s, d = len(SOURCES[2]), len(TARGETS[2]) + 1
    assert torch.allclose(watched[s:, 0], model(x)[S : S + d, 2], atol=1e-12)
    recording = model.recording
    assert (s + d, 1) == (recording.T, recording.B)
    model.observe(x, None, 1)
    for name in ("f", "h"):
        whole = torch.tensor(model.recording[name].values[:, 0])
        parts = (model.encoder.recording, s), (model.decoder.recording, d)
        assert torch.equal(
            whole, torch.cat([torch.tensor(r[name].values[:n, 2]) for r, n in parts])
        )
    if both:
        backwards = model.recording[0, "reverse"]
        own = model.encoder.recording[0, "reverse"]
        assert (backwards["f"].values[:s, 0] == own["f"].values[:s, 2]).all()
        assert not backwards["f"].values[s:].any()
    if attention:
        assert model.attended.shape == (d, s)
        assert torch.allclose(model.attended.sum(1), torch.ones(d, dtype=torch.float64))


@pytest.mark.parametrize("options", [{}, BOTH], ids=["one way", "both ways"])
@pytest.mark.parametrize("attention", [False, True])
def test_free_running_equals_decoding_step_by_step(attention, options):
    model, source = network("gru", attention, **options), torch.tensor([3, 5, 6])
    written = model.translate(source, 6).tolist()
    fed = [START]
    for _ in range(6):
        x = torch.cat([source, torch.tensor(fed)])[:, None]
        best = int(likeliest_symbols(model(x)[-1, 0]))
        if best == END:
            break
        fed.append(best)
    assert written == fed[1:]
    assert model.training
    assert model.encoder.record == model.decoder.record == "full"


def test_exact_under_teacher_forcing_is_exact_when_running_free():
    trainer = Trainer(Experiment("translate", pairs="reversal", attention=True, hidden_size=48))
    for _ in range(250):
        next(trainer)
    task, batch = trainer.task, trainer.task.held_out.subset(slice(0, 120), "every")
    said = likeliest_symbols(trainer.model(batch.x))
    S, D = task._sizes
    agree = 0
    for b in range(batch.B):
        asked = batch.y[:, b] != UNKNOWN
        forced = bool((said[asked, b] == batch.y[asked, b]).all())
        read = batch.x[:S, b]
        free = trainer.model.translate(read[read != PAD], D).tolist()
        assert forced == (free == [k for k in batch.y[S:, b].tolist() if k > END])
        agree += forced
    assert 0 < agree < 120, "all right or all wrong shows nothing"


def test_the_boundary_is_found():
    assert count_source_steps(joined()) == S
    with pytest.raises(ValueError, match="expected a source, then START"):
        count_source_steps(torch.tensor([[3], [4]]))
    with pytest.raises(ValueError, match="at the same step of all sequences"):
        count_source_steps(torch.tensor([[3, 3], [1, 4], [3, 1]]))
    with pytest.raises(ValueError, match="combine: expected sum for an encoder of 2 directions"):
        Seq2Seq(5, 5, bidirectional=True)
    with pytest.raises(ValueError, match="combine: expected concat for an encoder of 1 directions"):
        Seq2Seq(5, 5, combine="sum")
    with pytest.raises(
        ValueError, match=r"bidirectional: expected false .*core.layers.seq2seq.Seq2Seq"
    ):
        Experiment("translate", bidirectional=True)


class TestTranslate:
    @pytest.mark.parametrize("pairs", ["french", "chinese", "dates", "reversal"])
    def test_a_batch_holds_the_pairs(self, pairs):
        task = Translate(pairs=pairs)
        S, D = task._sizes
        seen, unseen = task._parts
        known = {tuple(column.tolist()) for column in seen.x.T}
        assert not known & {tuple(column.tolist()) for column in unseen.x.T}
        for b in range(5):
            source, target = task._pairs[b]
            assert [task.labels[k] for k in task._source(unseen.x[:, b])] == list(source)
            write = unseen.x[S:, b]
            assert [task.labels[k] for k in write.tolist() if k > END] == list(target)
            y = unseen.y[S:, b]
            n = len(target)
            assert torch.equal(y[:n], write[1 : n + 1])
            assert y[n] == END
            assert (y[n + 1 :] == UNKNOWN).all()
            assert (unseen.y[:S, b] == UNKNOWN).all()
        assert D > 1

    def test_a_probe_is_joined_to_a_batch_with_its_padding(self):
        task = Translate()
        batch = task.sample(torch.Generator().manual_seed(0), 3)
        probe = task.probe("the cat sees my dog = le chat voit mon chien")
        x, lengths = task.join(batch, probe.batch)
        assert lengths is None
        assert x.shape == (task.length, 4)
        assert count_source_steps(x) == task._sizes[0]
        assert probe.answer == "le chat voit mon chien"
        assert probe.symbols[:6] == ("dog", "my", "sees", "cat", "the", "→")
        assert probe.drawing["boundary"] == 5

    def test_where_no_translation_is_known_its_own_words_are_taken(self):
        trainer = Trainer(Experiment("translate", hidden_size=8, learning_rate=0.03))
        for _ in range(40):
            next(trainer)
        task, text = trainer.task, "the cats cats see"  # no sentence of the grammar
        trainer.set_probe(text)
        probe = trainer.probe
        D = task._sizes[1]
        read = probe.batch.x[:4, 0]
        own = trainer.model.translate(read, D - 1).tolist()
        assert own
        assert [t for t in probe.targets if t is not None] == [*own, END]
        assert probe.text == text
        assert probe.answer == f"unknown; its own translation: {task._text(own)}"
        look = trainer.look()
        said = look.output[4:, 0].argmax(1).tolist()
        assert said[: len(own)] == own, "it was not asked what it would write"
        assert len(look.output) == 4 + 1 + len(own)
        again = Trainer(trainer.experiment, text)
        assert again.probe.answer.startswith("unknown; its own translation")
        assert not trainer.task.complete_probe(task.probe(), trainer.model).answer.startswith(
            "unknown"
        )
