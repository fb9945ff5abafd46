"""Networks: the same numbers as torch.nn, watched sequences that teach nothing, every shape trains."""

import itertools

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from core.cells import CELLS
from core.layers.sequence_model import SequenceModel
from core.tasks.base import cross_entropy

SENTENCE = r"^.+: expected .+, got .+\. .+\.$"


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def make(cell: str = "gru", **options) -> SequenceModel:
    torch.manual_seed(1)
    return SequenceModel(5, 3, cell=cell, hidden_size=6, **options)


def ragged(T: int, B: int) -> torch.Tensor:
    lengths = torch.randint(1, T + 1, (B,), generator=generator(2))
    lengths[0] = T
    return lengths


@pytest.mark.parametrize("lengths", [None, "ragged"])
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("at", ["last", "every"])
@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_forward_equals_torch(cell, at, bidirectional, lengths):
    model = make(cell, at=at, bidirectional=bidirectional, num_layers=2).double()
    reference = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}[cell](
        5, 6, 2, bidirectional=bidirectional, dtype=torch.float64
    )
    reference.load_state_dict(model.recurrent.state_dict())
    x = torch.randint(0, 5, (7, 4), generator=generator())
    ends = None if lengths is None else ragged(7, 4)
    packed = nn.utils.rnn.pack_padded_sequence(
        F.one_hot(x, 5).double(),
        torch.full((4,), 7) if ends is None else ends,
        enforce_sorted=False,
    )
    states, last = reference(packed)
    if at == "every":
        expected = model.head(nn.utils.rnn.pad_packed_sequence(states)[0])
    else:
        h = last[0] if cell == "lstm" else last  # [L * D, B, H]: the top layer's are the last
        expected = model.head(torch.cat(list(h[-2:] if bidirectional else h[-1:]), 1))
    assert torch.allclose(model(x, ends), expected, atol=1e-12)


@pytest.mark.parametrize("embedding", [0, 4])
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("at", ["last", "every"])
@pytest.mark.parametrize("cell", list(CELLS))
def test_watched_sequences_teach_nothing_and_see_the_true_answer(
    cell, at, bidirectional, embedding
):
    model = make(cell, at=at, bidirectional=bidirectional, embedding=embedding)
    x = torch.randint(0, 5, (7, 5), generator=generator())
    grads = []
    for watched_symbols in (0, 3):
        x[:, 4] = watched_symbols
        output, watched = model.observe(x, None, 1)
        model.zero_grad()
        (output.square().mean() + 100 * watched.square().sum()).backward()
        grads.append([p.grad.clone() for p in model.parameters() if p.grad is not None])
        answer = model(x[:, 4:])
        assert watched.shape == (7, 1, 3)
        shown = watched[-1] if at == "last" else watched
        assert torch.allclose(shown, answer, atol=1e-6)
        if at == "last":
            assert output.shape == (4, 3)
    assert all(torch.equal(a, b) for a, b in zip(*grads, strict=True))
    assert len(grads[0]) == len(list(model.parameters()))


def test_dropout_spares_the_watched_and_evaluation():
    model = make(dropout=0.5, num_layers=2)
    x = torch.randn(6, 4, 5, generator=generator())
    first, watched = model.observe(x, None, 2)
    again, watched_again = model.observe(x, None, 2)
    assert not torch.equal(first, again)
    assert torch.equal(watched, watched_again)
    model.eval()
    assert torch.equal(model(x), model(x))
    assert torch.equal(model.observe(x, None, 2)[1][-1], model(x)[2:])


def test_one_hot_is_an_embedding_with_the_identity():
    one_hot, embedded = make(), make(embedding=5)
    embedded.recurrent.load_state_dict(one_hot.recurrent.state_dict())
    embedded.head.load_state_dict(one_hot.head.state_dict())
    assert embedded.embedding is not None
    with torch.no_grad():
        embedded.embedding.weight.copy_(torch.eye(5))
    x = torch.randint(0, 5, (4, 3), generator=generator())
    assert torch.equal(one_hot(x), embedded(x))
    assert torch.equal(one_hot(x), one_hot(F.one_hot(x, 5).float()))


def test_a_state_dict_has_torchs_names():
    names = set(make(bias=False, embedding=2).state_dict())
    assert names == {
        *("recurrent.weight_ih_l0", "recurrent.weight_hh_l0"),
        *("head.weight", "embedding.weight"),
    }


@pytest.mark.parametrize(
    ("x", "embedding"),
    [
        (torch.tensor([[0, 5]]), 0),
        (torch.tensor([[-1, 2]]), 4),
        (torch.zeros(3, 2, 5), 4),
        (torch.zeros(3, 2, 5, dtype=torch.int64), 0),
        (torch.zeros(3, 2, dtype=torch.int32), 0),
        (torch.zeros(3, 2, 4), 0),
        (torch.zeros(0, 2, 5), 0),
    ],
)
def test_wrong_input_gets_a_sentence(x, embedding):
    with pytest.raises(ValueError, match=SENTENCE):
        make(embedding=embedding)(x)


def test_numbers_cannot_be_embedded():
    with pytest.raises(ValueError, match=r"expected symbol numbers .* for the embedding"):
        make(embedding=5)(torch.zeros(3, 2, 5))


class TestGenerate:
    def model(self, **options):
        torch.manual_seed(3)
        return SequenceModel(4, 4, cell="lstm", hidden_size=8, at="every", **options)

    @pytest.mark.parametrize("embedding", [0, 3])
    def test_at_temperature_0_the_likeliest_is_fed_back(self, embedding):
        model = self.model(embedding=embedding)
        with torch.no_grad():
            model.head.weight.mul_(20)  # so that the symbols vary
        text = [1, 3]
        for _ in range(12):  # the same by reading everything anew each time
            text.append(int(model(torch.tensor(text)[:, None])[-1, 0].argmax()))
        written = model.generate(torch.tensor([1, 3]), 12, 0, generator())
        assert written.tolist() == text[2:]
        assert len(set(text)) > 1

    def test_draws_with_the_chances_of_the_softmax(self):
        model = self.model()
        with torch.no_grad():
            model.head.weight.zero_()
            model.head.bias.copy_(torch.tensor([0.0, 1.0, 2.0, -100.0]))
        for temperature in (0.5, 1.0, 2.0):
            written = model.generate(torch.tensor([0]), 3000, temperature, generator())
            expected = (torch.tensor([0.0, 1.0, 2.0, -100.0]) / temperature).softmax(0)
            measured = torch.bincount(written, minlength=4) / 3000
            assert torch.allclose(measured, expected, atol=0.03)

    def test_leaves_the_model_as_it_was(self):
        model = self.model()
        model(torch.tensor([[0], [1]]))
        before = torch.get_rng_state()
        model.generate(torch.tensor([0]), 5, 1.0, generator())
        assert torch.equal(before, torch.get_rng_state())
        assert model.training
        assert model.recurrent.record == "full"

    @pytest.mark.parametrize("temperature", [-1, float("nan"), "hot"])
    def test_wrong_temperature(self, temperature):
        with pytest.raises(ValueError, match="temperature: expected a number"):
            self.model().generate(torch.tensor([0]), 1, temperature, generator())

    def test_a_network_that_reads_both_ways_cannot_write(self):
        with pytest.raises(ValueError, match="one direction"):
            self.model(bidirectional=True).generate(torch.tensor([0]), 1, 1.0, generator())

    def test_a_diverged_network_writes_nothing(self):
        model = self.model()
        with torch.no_grad():
            model.head.bias.fill_(torch.inf)
        assert len(model.generate(torch.tensor([0]), 5, 1.0, generator())) == 0


KINDS = ("classes", "text", "values")


@pytest.mark.parametrize(
    ("kind", "at", "bias", "cell", "bidirectional"),
    list(itertools.product(KINDS, ("last", "every"), (True, False), CELLS, (False, True))),
)
def test_every_combination_learns_one_batch(kind, at, bias, cell, bidirectional):
    """The loss on one fixed batch goes down, for numbers and for symbols, embedded or not."""
    torch.manual_seed(0)
    T, B = 6, 8
    model = SequenceModel(
        *(5, 4 if kind != "values" else 2),
        cell=cell,
        hidden_size=8,
        at=at,
        bias=bias,
        bidirectional=bidirectional,
        embedding=3 if kind == "text" else 0,
    )
    x = torch.randn(T, B, 5) if kind == "values" else torch.randint(0, 5, (T, B))
    shape = (B,) if at == "last" else (T, B)
    y = torch.randn(*shape, 2) if kind == "values" else torch.randint(0, 4, shape)
    lengths = ragged(T, B) if kind == "classes" and at == "last" else None
    optimizer = torch.optim.Adam(model.parameters(), 0.02)
    losses = []
    for _ in range(30):
        output = model(x, lengths)
        loss = F.mse_loss(output, y) if kind == "values" else cross_entropy(output, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.9 * losses[0]
