"""Twelve models of different make, as others write them: what they read, and what their own forward gives."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.parametrizations import weight_norm
from torch.nn.utils.rnn import pack_padded_sequence

V, E, H = 11, 6, 8


class TiedLanguageModel(nn.Module):
    """Two layers with dropout between them; the decoder's weight is the embedding's."""

    def __init__(self):
        super().__init__()
        self.drop = nn.Dropout(0.5)
        self.encoder = nn.Embedding(V, H)
        self.rnn = nn.LSTM(H, H, 2, dropout=0.5)
        self.decoder = nn.Linear(H, V)
        self.decoder.weight = self.encoder.weight

    def forward(self, ids: Tensor) -> Tensor:
        states, _ = self.rnn(self.drop(self.encoder(ids[:, None])))
        return self.decoder(self.drop(states))[:, 0]


class Tagger(nn.Module):
    """A label for each word, from both directions."""

    def __init__(self):
        super().__init__()
        self.word_embeddings = nn.Embedding(V, E, padding_idx=0)
        self.lstm = nn.LSTM(E, H, batch_first=True, bidirectional=True)
        self.hidden2tag = nn.Linear(2 * H, 5)

    def forward(self, ids: Tensor) -> Tensor:
        return self.hidden2tag(self.lstm(self.word_embeddings(ids[None]))[0])[0]


class PackedClassifier(nn.Module):
    """One class for packed sequences, from the last state of both directions."""

    def __init__(self):
        super().__init__()
        self.emb = nn.Embedding(V, E)
        self.gru = nn.GRU(E, H, 2, bidirectional=True, dropout=0.3)
        self.fc = nn.Linear(2 * H, 3)

    def forward(self, ids: Tensor) -> Tensor:
        padded = torch.stack([torch.cat([ids, ids]), F.pad(ids, (0, len(ids)))], 1)
        packed = pack_padded_sequence(self.emb(padded), torch.tensor([2 * len(ids), len(ids)]))
        _, h = self.gru(packed)
        return self.fc(torch.cat([h[-2], h[-1]], 1))[1:]


class Translator(nn.Module):
    """An encoder and a decoder with embeddings of their own; the state is handed over."""

    def __init__(self):
        super().__init__()
        self.encoder: Any = nn.Module()
        self.decoder: Any = nn.Module()
        self.encoder.embedding = nn.Embedding(V, E)
        self.encoder.rnn = nn.GRU(E, H, 2)
        self.decoder.embedding = nn.Embedding(7, E)
        self.decoder.rnn = nn.GRU(E, H, 2)
        self.decoder.out = nn.Linear(H, 7)

    def forward(self, ids: Tensor, decoded: Tensor) -> Tensor:
        _, state = self.encoder.rnn(self.encoder.embedding(ids[:, None]))
        states, _ = self.decoder.rnn(self.decoder.embedding(decoded[:, None]), state)
        return self.decoder.out(states)[:, 0]


class ReluStack(nn.Module):
    """Three nn.RNN modules of other sizes, one on the other, with ReLU."""

    def __init__(self):
        super().__init__()
        self.rnns = nn.ModuleList(
            nn.RNN(i, o, nonlinearity="relu") for i, o in ((3, 8), (8, 5), (5, 4))
        )
        self.linear = nn.Linear(4, 2, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        for rnn in self.rnns:
            x, _ = rnn(x)
        return self.linear(x[:, None])[:, 0]


class WeightNormed(nn.Module):
    """An LSTM under weight norm, that reads one-hot characters."""

    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(V, H)
        for name in ("weight_ih_l0", "weight_hh_l0"):
            weight_norm(self.lstm, name)
        self.out = nn.Linear(H, V)

    def forward(self, ids: Tensor) -> Tensor:
        return self.out(self.lstm(F.one_hot(ids, V).float())[0])


class Regressor(nn.Module):
    """A number from the columns of a table, by a head of two layers."""

    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(3, H, batch_first=True)
        self.head = nn.Sequential(nn.Linear(H, 6), nn.Tanh(), nn.Linear(6, 1))

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.lstm(x[None])[0][:, -1])


class CellDecoder(nn.Module):
    """An LSTM whose state an LSTMCell goes on from, a step at a time."""

    def __init__(self):
        super().__init__()
        self.src_emb = nn.Embedding(V, E)
        self.trg_emb = nn.Embedding(V, E)
        self.enc = nn.LSTM(E, H)
        self.dec_cell = nn.LSTMCell(E, H)
        self.proj = nn.Linear(H, V)

    def forward(self, ids: Tensor, decoded: Tensor) -> Tensor:
        _, (h, c) = self.enc(self.src_emb(ids[:, None]))
        h, c, outputs = h[0], c[0], []
        for symbol in self.trg_emb(decoded):
            h, c = self.dec_cell(symbol[None], (h, c))
            outputs.append(self.proj(h))
        return torch.cat(outputs)


class PooledSentiment(nn.Module):
    """One number from the mean over all steps of the sum of both directions, without biases in the GRU."""

    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(V, E)
        self.rnn = nn.GRU(E, H, bias=False, bidirectional=True)
        self.classifier = nn.Linear(H, 1)

    def forward(self, ids: Tensor) -> Tensor:
        states, _ = self.rnn(self.embed(ids))
        return self.classifier(states.unflatten(1, (2, H)).sum(1).mean(0))[None]


class SummedTranslator(nn.Module):
    """A bidirectional encoder, whose two states the decoder gets the sum of; one table, tied with the head."""

    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(V, H)
        self.encoder = nn.GRU(H, H, bidirectional=True)
        self.decoder = nn.GRU(H, H)
        self.bias = nn.Parameter(torch.randn(V))

    def forward(self, ids: Tensor, decoded: Tensor) -> Tensor:
        _, state = self.encoder(self.embedding(ids))
        states, _ = self.decoder(self.embedding(decoded), state.sum(0, keepdim=True))
        return states @ self.embedding.weight.T + self.bias


@dataclass(frozen=True)
class Make:
    """A model of some make, the way its checkpoint is written, and what a reader sets besides what is proposed.

    settings: of the plan. reads_numbers: whether it reads [T, 3] instead of symbols. at_end: its forward gives the
    last step alone. decoded: symbols of its decoder, 0 for none.
    """

    model: Callable[[], nn.Module]
    save: Callable[[nn.Module], Any] = nn.Module.state_dict
    settings: dict[str, Any] = field(default_factory=dict)
    reads_numbers: bool = False
    at_end: bool = False
    decoded: int = 0


def _under(prefix: str, model: nn.Module) -> dict[str, Tensor]:
    return {f"{prefix}{name}": tensor for name, tensor in model.state_dict().items()}


def _lightning(model: nn.Module) -> dict[str, Any]:
    moments = {k: {"step": 1.0, "exp_avg": p} for k, p in enumerate(model.state_dict().values())}
    return {
        "epoch": 3,
        "global_step": 1200,
        "pytorch-lightning_version": "2.6.6",
        "state_dict": _under("model.", model),
        "optimizer_states": [{"state": moments, "param_groups": [{"lr": 1e-3}]}],
        "hyper_parameters": {"lr": 1e-3},
    }


def _apart(model: nn.Module) -> dict[str, Any]:
    parts = {"encoder": model.encoder, "decoder": model.decoder}
    return {name: part.state_dict() for name, part in parts.items()} | {"epoch": 5}  # pyright: ignore


def _without_decoder(model: nn.Module) -> dict[str, Tensor]:
    """As safetensors stores tied weights: once."""
    return {n: t for n, t in model.state_dict().items() if n != "decoder.weight"}


MAKES: dict[str, Make] = {
    "language model with tied weights": Make(TiedLanguageModel),
    "tied weights stored once, bfloat16 average beside": Make(
        TiedLanguageModel,
        lambda m: {
            "model": _without_decoder(m),
            "ema": {n: t.bfloat16() for n, t in _without_decoder(m).items()},
        },
    ),
    "BiLSTM tagger, DataParallel": Make(Tagger, lambda m: _under("module.", m)),
    "packed classifier, both last states": Make(
        PackedClassifier, settings={"reads": "last"}, at_end=True
    ),
    "GRU seq2seq, two state_dicts": Make(Translator, _apart, decoded=7),
    "stack of ReLU RNNs": Make(
        ReluStack, settings={"options": (("activation", "relu"),)}, reads_numbers=True
    ),
    "LSTM with weight norm": Make(WeightNormed),
    "Lightning checkpoint": Make(Tagger, _lightning),
    "LSTM regressor from columns": Make(
        Regressor, settings={"between": "tanh"}, reads_numbers=True, at_end=True
    ),
    "LSTMCell decoder": Make(CellDecoder, decoded=V),
    "float64, mean over the sum of both directions": Make(
        lambda: PooledSentiment().double(), settings={"reads": "mean"}, at_end=True
    ),
    "bidirectional encoder, summed state, tied head": Make(SummedTranslator, decoded=V),
}
