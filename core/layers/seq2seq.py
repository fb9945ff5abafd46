r"""Encoder and decoder: a sequence in, a sequence of another length out, with or without attention.

The encoder reads the source; its last state is the decoder's first (Sutskever, Vinyals & Le 2014; Cho et
al. 2014). The decoder reads the target shifted by one (teacher forcing), or its own output (free
running), and a linear head scores each next symbol. With attention (Luong, Pham & Manning 2015, global,
"general" score), for decoder state h_t and encoder states \bar h_s:

    score_ts = h_t^T W_a \bar h_s      alpha_t = softmax_s(score_t)      context_t = sum_s alpha_ts \bar h_s
    \tilde h_t = tanh(W_c [context_t; h_t] + b_c)                         logits_t = W \tilde h_t + b

Both sequences travel in one batch x int64 [S + D, B]: the source, padded with PAD to S steps, then from
the step of the symbol START on what the decoder reads, padded likewise.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..cells import USUAL
from ..common.messages import say
from ..common.special_tokens import END, PAD, START
from .recording import Recording
from .recurrent import Recurrent, State
from .sequence_model import MAX_SIZE, SequenceModel


class Seq2Seq(nn.Module):
    """Symbols int64 [S + D, B] in, logits [S + D, B, O] out; those of the S source steps are 0.

    attention: whether the decoder attends to the encoder's states. bidirectional: the encoder reads from
    both ends; it needs combine="sum": the decoder begins with, and attends to, the sum of both states,
    because its own state is as wide as one of them. The other arguments are those of `SequenceModel`; source and
    target share one alphabet of `input_size` = `output_size` symbols.
    """

    def __init__(  # noqa: PLR0913 (a network's settings, by their names)
        self,
        input_size: int,
        output_size: int,
        *,
        cell: str = USUAL,
        hidden_size: int | Sequence[int] = 64,
        num_layers: int = 1,
        bidirectional: bool = False,
        combine: str = "concat",
        dropout: float = 0.0,
        bias: bool = True,
        initialization: str = "torch",
        spectral_radius: float = 0.95,
        embedding: int | None = None,
        attention: bool = False,
        **options: Any,
    ):
        super().__init__()
        if bidirectional != (combine == "sum"):
            raise ValueError(
                say(
                    "combine: expected {expected} for an encoder of "
                    "{directions} directions, got {got}. The decoder goes on from a state of "
                    "its own size.",
                    expected="sum" if bidirectional else "concat",
                    directions=1 + bool(bidirectional),
                    got=combine,
                )
            )
        self.input_size, self.dropout = input_size, dropout
        common: dict[str, Any] = {
            **{"num_layers": num_layers, "dropout": dropout, "bias": bias},
            **{"initialization": initialization, "spectral_radius": spectral_radius},
            **options,
        }
        self.embedding = nn.Embedding(input_size, embedding) if embedding else None
        self.encoder = Recurrent(
            cell, embedding or input_size, hidden_size, bidirectional=bidirectional, **common
        )
        self.decoder = Recurrent(cell, embedding or input_size, hidden_size, **common)
        H = self.decoder.hidden_size
        self.score = nn.Linear(H, H, bias=False) if attention else None
        self.combine = nn.Linear(2 * H, H, bias=bias) if attention else None
        self.head = nn.Linear(H, output_size, bias=bias)
        self.attended: Tensor | None = None  # [d, s] of the watched sequence, the last time
        self._watched = (0, 0)
        self._one_hot: Tensor | None = None

    # The same methods as in a SequenceModel.
    _inputs, _table = SequenceModel._inputs, SequenceModel._table
    read_inputs = SequenceModel.read_inputs

    @property
    def recurrent(self) -> Recurrent:
        """The decoder, which has the encoder's cell, layers and sizes."""
        return self.decoder

    @property
    def parts(self) -> dict[str, Recurrent]:
        """The recurrent layers by the name of their part of the network: encoder and decoder."""
        return {"encoder": self.encoder, "decoder": self.decoder}

    def steps_of_parts(self, x: Tensor) -> tuple[slice, ...]:
        """Which steps of one sequence x [L, 1] each of the `parts` reads: the source, then the target."""
        source = count_source_steps(x)
        return slice(0, source), slice(source, len(x))

    @contextmanager
    def unrecorded(self) -> Iterator[None]:
        """Inside the block the network is in evaluation mode and records nothing."""
        records, training = (self.encoder.record, self.decoder.record), self.training
        self.encoder.record = self.decoder.record = "off"
        self.eval()
        try:
            yield
        finally:
            self.encoder.record, self.decoder.record = records
            self.train(training)

    @property
    def recording(self) -> Recording | None:
        """The recording of the batch's last sequence: the steps of its source, then those of its target.

        A reverse direction of the encoder is 0 at the steps of the target. None before the first pass.
        """
        source, target = self.encoder.recording, self.decoder.recording
        if source is None or target is None:
            return None
        s, d = self._watched
        return source.sequence(source.B - 1).followed_by(target.sequence(target.B - 1), s, d)

    def forward(self, x: Tensor, lengths: Tensor | None = None) -> Tensor:
        """The logits [S + D, B, O]. `lengths` is not needed: PAD marks where a sequence ends."""
        return self.observe(x, None, 0)[0]

    def observe(self, x: Tensor, lengths: Tensor | None, observers: int) -> tuple[Tensor, Tensor]:
        """As `forward` for all but the last `observers` (P = 0 or 1) sequences, and the last one apart.

        -> (logits [S + D, B - P, O], watched [s + d, P, O] at the s + d steps of the last sequence). That
        one adds nothing to the gradients of the parameters.
        """
        taught = x.shape[1] - observers
        S = count_source_steps(x)
        source, target = x[:S], x[S:]
        s, d = ((symbols != PAD).sum(0).clamp(min=1) for symbols in (source, target))
        source_states, state = self._encode(source, taught, s, observers)
        states, _ = self.decoder(
            self._inputs(target, taught), state, lengths=d, observers=observers
        )
        inside = torch.arange(S)[:, None] < s  # [S, B]
        logits = self._logits(
            states[:, :taught], source_states[:, :taught], inside[:, :taught], True
        )
        output = torch.cat([logits.new_zeros(S, *logits.shape[1:]), logits])
        if not observers:
            return output, output[:, :0]
        self._watched = int(s[-1]), int(d[-1])
        watched_logits = self._logits(
            states[:, taught:], source_states[:, taught:], inside[:, taught:], False
        )
        silent = watched_logits.new_zeros(self._watched[0], *watched_logits.shape[1:])
        return output, torch.cat([silent, watched_logits[: self._watched[1]]])

    def _encode(
        self, source: Tensor, taught: int, lengths: Tensor | None, observers: int
    ) -> tuple[Tensor, State]:
        """(states [S, B, H], the decoder's first state [L, B, H]); two directions are summed."""
        states, state = self.encoder(
            self._inputs(source, taught), lengths=lengths, observers=observers
        )
        if not self.encoder.bidirectional:
            return states, state

        def added(h: Tensor) -> Tensor:
            return h.unflatten(0, (-1, 2)).sum(1)

        both = added(state) if isinstance(state, Tensor) else (added(state[0]), added(state[1]))
        return states.unflatten(2, (2, -1)).sum(2), both

    def _logits(
        self, states: Tensor, source_states: Tensor, inside: Tensor, taught: bool
    ) -> Tensor:
        """Logits [D, B, O]. taught=False: detached parameters and no dropout, for a watched sequence."""

        def linear(layer: nn.Linear, v: Tensor) -> Tensor:
            if taught:
                return layer(v)
            return F.linear(
                v, layer.weight.detach(), None if layer.bias is None else layer.bias.detach()
            )

        if self.score is not None and self.combine is not None:
            scores = torch.einsum("dbh,sbh->bds", states, linear(self.score, source_states))
            scores = scores.masked_fill(~inside.T[:, None], -torch.inf)
            attended = scores.softmax(2)
            context = torch.einsum("bds,sbh->dbh", attended, source_states)
            states = linear(self.combine, torch.cat([context, states], 2)).tanh()
            if not taught:
                s, d = self._watched
                self.attended = attended[-1, :d, :s].detach()
        if taught and self.dropout and self.training:
            states = F.dropout(states, self.dropout)
        return linear(self.head, states)

    @torch.no_grad()
    def translate(self, source: Tensor, most: int) -> Tensor:
        """Free running: the likeliest symbols [<= most] after `source` [s], each fed back in, up to END."""
        with self.unrecorded():
            source_states, state = self._encode(source[:, None], 1, None, 0)
            inside = torch.ones(len(source), 1, dtype=torch.bool)
            symbol, symbols = torch.tensor([[START]]), []
            for _ in range(most):
                states, state = self._decode_step(symbol, state)
                logits = self._logits(states, source_states, inside, True)
                symbol = likeliest_symbols(logits[-1])[None]
                if int(symbol) == END or not logits.isfinite().all():
                    break
                symbols.append(int(symbol))
        return torch.tensor(symbols, dtype=torch.int64)

    def _decode_step(self, symbol: Tensor, state: State) -> tuple[Tensor, State]:
        return self.decoder(self._inputs(symbol, 1), state)


def likeliest_symbols(logits: Tensor) -> Tensor:
    """The likeliest symbols [...] of logits [..., O]; never PAD or START."""
    return logits[..., END:].argmax(-1) + END


def count_source_steps(x: Tensor) -> int:
    """The number S of source steps in x [S + D, B], which is where START stands. ValueError without one."""
    starts = (x[:, 0] == START).nonzero().flatten()
    if not len(starts) or not int(starts[0]):
        raise ValueError(
            say(
                "input: expected a source, then START ({start}) and a target, got {got}. "
                "Put symbol {start} before what the decoder reads; it cannot be in the source.",
                start=START,
                got=x[:, 0].tolist()[:20],
            )
        )
    if not torch.equal(x[int(starts[0])], torch.full_like(x[0], START)) or x.max() >= MAX_SIZE:
        raise ValueError(
            say(
                "input: expected START at the same step of all sequences, got others. Pad the sources."
            )
        )
    return int(starts[0])
