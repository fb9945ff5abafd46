"""Models as people write them: what `watch` is compared with torch on; see `tests.helpers.training_scripts` too.

Each entry makes a model and a function that runs it: run(model) -> outputs. It calls backward() itself, so that
the gradients of the parameters are the other half of the comparison.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrizations, prune
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence
from torch.utils.checkpoint import checkpoint

Run = Callable[[Any], Any]
T, B, INPUTS, H = 6, 3, 3, 4
SHAPES: dict[str, Callable[[], tuple[nn.Module, Run]]] = {}


def shape(make: Callable[[], tuple[nn.Module, Run]]) -> Callable[[], tuple[nn.Module, Run]]:
    SHAPES[make.__name__] = make
    return make


def draw(*size: int) -> Tensor:
    return torch.randn(*size, generator=torch.Generator().manual_seed(7))


def one_loss(forward: Callable[[Any], Tensor]) -> Run:
    """One backward call of a loss on what `forward` returns."""

    def run(model: Any) -> Tensor:
        output = forward(model)
        output.square().mean().backward()
        return output

    return run


class Tagger(nn.Module):
    """A recurrent layer, then a linear one."""

    def __init__(self, layer: nn.RNNBase):
        super().__init__()
        self.rnn = layer
        width = layer.hidden_size * (2 if layer.bidirectional else 1)
        self.head = nn.Linear(width, 2)

    def forward(self, x, hx=None):
        return self.head(self.rnn(x, hx)[0])


@shape
def elman():
    return Tagger(nn.RNN(INPUTS, H)), one_loss(lambda m: m(draw(T, B, INPUTS)))


@shape
def relu_without_biases():
    layer = nn.RNN(INPUTS, H, nonlinearity="relu", bias=False)
    return Tagger(layer), one_loss(lambda m: m(draw(T, B, INPUTS)))


@shape
def lstm_batch_first():
    return Tagger(nn.LSTM(INPUTS, H, batch_first=True)), one_loss(lambda m: m(draw(B, T, INPUTS)))


@shape
def gru_bidirectional():
    return Tagger(nn.GRU(INPUTS, H, 2, bidirectional=True)), one_loss(
        lambda m: m(draw(T, B, INPUTS))
    )


@shape
def float64():
    return Tagger(nn.LSTM(INPUTS, H)).double(), one_loss(lambda m: m(draw(T, B, INPUTS).double()))


@shape
def initial_state_given_and_last_state_used():
    layer = nn.LSTM(INPUTS, H, 2, bidirectional=True)

    def forward(m):
        h, c = draw(4, B, H).requires_grad_(), draw(4, B, H) * 2
        output, (h, c) = m(draw(T, B, INPUTS), (h, c))
        return torch.cat((output.flatten(), h.flatten(), c.flatten()))

    return layer, one_loss(forward)


@shape
def initial_state_learnt():
    class Learnt(nn.Module):
        def __init__(self):
            super().__init__()
            self.rnn, self.start = nn.GRU(INPUTS, H), nn.Parameter(torch.zeros(1, 1, H))

        def forward(self, x):
            return self.rnn(x, self.start.expand(1, x.shape[1], H).contiguous())[0]

    return Learnt(), one_loss(lambda m: m(draw(T, B, INPUTS)))


@shape
def unbatched():
    return Tagger(nn.LSTM(INPUTS, H, batch_first=True)), one_loss(lambda m: m(draw(T, INPUTS)))


@shape
def keyword_arguments():
    def forward(m):
        return m.rnn(input=draw(T, B, INPUTS), hx=draw(1, B, H))[0]

    return Tagger(nn.GRU(INPUTS, H)), one_loss(forward)


def packed(layer: nn.RNNBase, sort: bool):
    def forward(m):
        lengths = torch.tensor([T, 4, 1] if sort else [2, T, 4])
        together = pack_padded_sequence(draw(T, B, INPUTS), lengths, enforce_sorted=sort)
        output, last = m.rnn(together)
        padded, _ = pad_packed_sequence(output, total_length=T + 1)
        last = last if isinstance(last, Tensor) else torch.cat(last)
        return torch.cat((m.head(padded).flatten(), last.flatten()))

    return Tagger(layer), one_loss(forward)


@shape
def packed_sorted():
    return packed(nn.GRU(INPUTS, H), sort=True)


@shape
def packed_unsorted_bidirectional():
    return packed(nn.LSTM(INPUTS, H, 2, bidirectional=True), sort=False)


@shape
def packed_with_dropout():
    return packed(nn.LSTM(INPUTS, H, 3, dropout=0.4), sort=False)


@shape
def stacked_with_dropout():
    layer = nn.GRU(INPUTS, H, 3, dropout=0.5, bidirectional=True, batch_first=True)
    return Tagger(layer), one_loss(lambda m: m(draw(B, T, INPUTS)))


@shape
def stacked_with_dropout_in_eval_mode():
    return Tagger(nn.LSTM(INPUTS, H, 3, dropout=0.5)).eval(), one_loss(
        lambda m: m(draw(T, B, INPUTS))
    )


class EncoderDecoder(nn.Module):
    """Attention over an encoder's outputs, and a decoder that is called once a word."""

    def __init__(self, cell: bool):
        super().__init__()
        self.encoder = nn.GRU(INPUTS, H)
        self.decoder = nn.GRUCell(2 * H, H) if cell else nn.GRU(2 * H, H)
        self.embedding = nn.Embedding(5, H)
        self.head = nn.Linear(H, 5)

    def forward(self, x, words):
        memory, last = self.encoder(x)
        h, scores = last[0], []
        for word in words:
            weights = torch.softmax(torch.einsum("tbh,bh->tb", memory, h), 0)
            seen = torch.cat((self.embedding(word), (weights.unsqueeze(2) * memory).sum(0)), 1)
            if isinstance(self.decoder, nn.GRUCell):
                h = self.decoder(seen, h)
            else:
                h = self.decoder(seen.unsqueeze(0), h.unsqueeze(0))[1][0]
            scores.append(self.head(h))
        return torch.stack(scores)


WORDS = torch.tensor([[0, 1, 2], [3, 4, 0], [1, 1, 2], [4, 3, 2]])


@shape
def attention_with_a_decoder_cell():
    return EncoderDecoder(True), one_loss(lambda m: m(draw(T, B, INPUTS), WORDS))


@shape
def attention_with_a_decoder_called_once_a_word():
    return EncoderDecoder(False), one_loss(lambda m: m(draw(T, B, INPUTS), WORDS))


class Cells(nn.Module):
    """Two cells on top of each other, in a loop over time."""

    def __init__(self):
        super().__init__()
        self.below, self.above = nn.LSTMCell(INPUTS, H), nn.RNNCell(H, H, nonlinearity="relu")

    def forward(self, x):
        state, h, outputs = None, None, []
        for x_t in x:
            state = self.below(x_t, state)
            h = self.above(state[0], h)
            outputs.append(h)
        return torch.stack(outputs)


@shape
def cells_on_top_of_each_other():
    return Cells(), one_loss(lambda m: m(draw(T, B, INPUTS)))


@shape
def cells_unbatched():
    return Cells().double(), one_loss(lambda m: m(draw(T, INPUTS).double()))


@shape
def a_cell_that_stops_early():
    """The loss is on the third of six steps: no gradient reaches the later ones."""
    return Cells(), one_loss(lambda m: m(draw(T, B, INPUTS))[2])


@shape
def tied_weights():
    """The embedding is the head's matrix, and two layers share their recurrent weights."""

    class Tied(nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding, self.head = nn.Embedding(5, H), nn.Linear(H, 5)
            self.one, self.two = nn.GRU(H, H), nn.GRU(H, H)
            self.head.weight = self.embedding.weight
            self.two.weight_hh_l0 = self.one.weight_hh_l0

        def forward(self, words):
            return self.head(self.two(self.one(self.embedding(words))[0])[0])

    return Tied(), one_loss(lambda m: m(WORDS))


@shape
def one_module_called_twice():
    def forward(m):
        x = draw(T, B, INPUTS)
        return m(x) - m(x.flip(0))

    return Tagger(nn.LSTM(INPUTS, H)), one_loss(forward)


@shape
def checkpointed():
    def forward(m):
        x = draw(T, B, INPUTS).requires_grad_()
        return m.head(checkpoint(lambda x: m.rnn(x)[0], x, use_reentrant=False))

    return Tagger(nn.LSTM(INPUTS, H, 2, dropout=0.3)), one_loss(forward)


@shape
def checkpointed_reentrant():
    def forward(m):
        x = draw(T, B, INPUTS).requires_grad_()
        return m.head(checkpoint(lambda x: m.rnn(x)[0], x, use_reentrant=True))

    return Tagger(nn.GRU(INPUTS, H, 2, dropout=0.3)), one_loss(forward)


@shape
def weight_norm():
    layer = nn.LSTM(INPUTS, H)
    parametrizations.weight_norm(layer, "weight_hh_l0")
    return Tagger(layer), one_loss(lambda m: m(draw(T, B, INPUTS)))


@shape
def spectral_norm_in_training():
    """Each look at the weight moves the estimate of its norm by one iteration."""
    layer = nn.RNN(INPUTS, H)
    parametrizations.spectral_norm(layer, "weight_hh_l0")
    return Tagger(layer), one_loss(lambda m: m(draw(T, B, INPUTS)))


@shape
def orthogonal():
    layer = nn.GRU(INPUTS, H)
    parametrizations.orthogonal(layer, "weight_ih_l0")
    return Tagger(layer), one_loss(lambda m: m(draw(T, B, INPUTS)))


@shape
def pruned():
    layer = nn.LSTM(INPUTS, H)
    prune.l1_unstructured(layer, "weight_hh_l0", 0.5)
    return Tagger(layer), one_loss(lambda m: m(draw(T, B, INPUTS)))


@shape
def functional_call():
    def forward(m):
        doubled = {name: 2 * p for name, p in m.named_parameters()}
        return torch.func.functional_call(m, doubled, (draw(T, B, INPUTS),))

    return Tagger(nn.GRU(INPUTS, H)), one_loss(forward)


@shape
def projected_beside_plain():
    class Projected(nn.Module):
        def __init__(self):
            super().__init__()
            self.plain, self.projected = nn.LSTM(INPUTS, H), nn.LSTM(H, H, proj_size=2)

        def forward(self, x):
            return self.projected(self.plain(x)[0])[0]

    return Projected().double(), one_loss(lambda m: m(draw(T, B, INPUTS).double()))


@shape
def wrapped_for_several_devices():
    class Wrapper(nn.Module):
        def __init__(self, module):
            super().__init__()
            self.module = module

        def forward(self, x):
            parts = [self.module(part) for part in x.chunk(2, 1)]
            return torch.cat(parts, 1)

    return Wrapper(Tagger(nn.LSTM(INPUTS, H))), one_loss(lambda m: m(draw(T, 4, INPUTS)))


@shape
def subclass_that_calls_super():
    class Named(nn.GRU):
        def forward(self, x):
            return super().forward(x * 2)[0] + 1

    return nn.Sequential(Named(INPUTS, H), nn.Linear(H, 1)), one_loss(
        lambda m: m(draw(T, B, INPUTS))
    )
