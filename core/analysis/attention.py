r"""Attention under the microscope: everything between the decoder's state and the scores, forward and backward.

    e_ts = h_t . key_s            key_s = W_a h_s         alpha_t = softmax(e_t)       ctx_t = sum_s alpha_ts h_s
    out_t = tanh(a_out_t)         a_out_t = W_c [ctx_t; h_t] + b_c                     a_y_t = W_y out_t + b_y

Names: "att" alpha, "e", "key", "query" (W_a^T h_t), "ctx", "a_out", "out", and d before those that have a gradient.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..cells.symbolic import Bias, Formula, Product, Ref, Slope, VectorSum
from ..common.messages import say
from .explanation import Explanation, Place, TermValue
from .head import OUTPUT, OUTPUT_SUM, Head, output_function

ENCODER, DECODER = "encoder", "decoder"
ATTENTION_NAMES = (
    *("e", "att", "key", "query", "ctx", "a_out", "out"),
    *("de", "datt", "dctx", "da_out", "dout"),
)


@dataclass(frozen=True)
class Attention:
    """W_a [H, H], W_c [H, 2 H] and b_c [H] or None, of the model; head: what reads the result."""

    score: np.ndarray
    combine: np.ndarray
    bias: np.ndarray | None
    head: Head


def attention_of(model: Any, phi: str) -> Attention | None:
    """None of a network without it. phi: the function of the output."""
    if len(model.parts) < 2 or model.score is None:
        return None
    weights = [model.score.weight, model.combine.weight, model.combine.bias]
    score, combine, bias = (_array(weight) for weight in weights)
    assert score is not None
    assert combine is not None
    weight, head_bias = _array(model.head.weight), _array(model.head.bias)
    assert weight is not None
    return Attention(score, combine, bias, Head(DECODER, weight, head_bias, phi))


def _array(weight: Any) -> np.ndarray | None:
    return None if weight is None else weight.detach().numpy().astype(np.float64)


class AttentionNumbers:
    """All its numbers for one sequence: arrays by name, [D, S] of scores and weights, [D, H], key [S, H].

    source [S, H], states [D, H]: of the top layers, number `top`, of encoder and decoder; gradients [D, O]: da_y.
    """

    def __init__(
        self,
        attention: Attention,
        source: np.ndarray,
        states: np.ndarray,
        gradients: np.ndarray,
        top: int,
    ):
        H, W_y = source.shape[1], attention.head.weight
        self.attention, self.source, self.states, self.W_y = attention, source, states, W_y
        self.top = top
        self.W_ctx, self.W_h = attention.combine[:, :H], attention.combine[:, H:]
        key, query = source @ attention.score.T, states @ attention.score
        e = states @ key.T
        att = output_function("softmax", e)
        ctx = att @ source
        a_out = ctx @ self.W_ctx.T + states @ self.W_h.T
        a_out += 0 if attention.bias is None else attention.bias
        out = np.tanh(a_out)
        dout = gradients @ W_y
        da_out = dout * (1 - out**2)
        dctx = da_out @ self.W_ctx
        datt = dctx @ source.T
        de = att * (datt - (att * datt).sum(1, keepdims=True))
        self.da_y = gradients
        self.arrays = {
            **{"e": e, "att": att, "key": key, "query": query, "ctx": ctx, "a_out": a_out},
            **{"out": out, "dout": dout, "da_out": da_out, "dctx": dctx, "datt": datt, "de": de},
        }

    @property
    def S(self) -> int:
        """Steps of the source, which come first."""
        return len(self.source)

    def over_time(self, place: Place) -> np.ndarray:
        """The number of that name and unit at every step [S + D]; 0 where there is none."""
        values = self.arrays[place.name][:, place.unit]
        steps = np.zeros(self.S + len(self.states))
        start = 0 if place.name == "key" else self.S
        steps[start : start + len(values)] = values
        return steps

    def explain(self, place: Place) -> Explanation:
        """The formula of one of `ATTENTION_NAMES`. LookupError: no such number."""
        array = self.arrays[place.name]
        t = place.t - (0 if place.name == "key" else self.S)
        if not (0 <= t < len(array) and 0 <= place.unit < array.shape[1]):
            raise LookupError(
                say(
                    "place: expected a number of the attention, got none. Click on one of the picture."
                )
            )
        phi, terms = _TERMS[place.name](self, t, place.unit)
        value = float(array[t, place.unit])
        inner = sum(term.value for term in terms)
        total = float(np.tanh(inner)) if phi == "tanh" else inner
        if phi == "softmax":
            total = float(output_function("softmax", self.arrays["e"][t])[place.unit])
        return Explanation(place, Formula((), phi), value, total, terms, False)

    def explain_score(self, place: Place, recorded: float) -> Explanation:
        """The formula of a_y."""
        t, bias = place.t - self.S, self.attention.head.bias
        left, right = self.W_y[place.unit], self.arrays["out"][t]
        terms = [self._sum("W_y", left, "out", right, self._at("out", t))]
        if bias is not None:
            terms.append(TermValue(Bias("bias_ih", OUTPUT), float(bias[place.unit])))
        total = sum(term.value for term in terms)
        return Explanation(place, Formula(()), recorded, total, tuple(terms), False)

    def into_state(self, t: int, unit: int) -> list[TermValue]:
        """What reaches the decoder's h at its step t from the attention's layer and from its scores."""
        arrays = self.arrays
        return [
            self._sum(
                "W_c back", self.W_h[:, unit], "da_out", arrays["da_out"][t], self._at("da_out", t)
            ),
            self._sum(
                "key",
                arrays["key"][:, unit],
                "de",
                arrays["de"][t],
                self._at("de", t),
                self._down("key", unit),
            ),
        ]

    def into_source(self, s: int, unit: int) -> list[TermValue]:
        """What reaches the encoder's h at step s from every step of the decoder."""
        arrays = self.arrays
        return [
            self._sum(
                "att",
                arrays["att"][:, s],
                "dctx",
                arrays["dctx"][:, unit],
                self._down("dctx", unit),
                self._down("att", s),
            ),
            self._sum(
                "query",
                arrays["query"][:, unit],
                "de",
                arrays["de"][:, s],
                self._down("de", s),
                self._down("query", unit),
            ),
        ]

    def _sum(
        self,
        left_name: str,
        left: np.ndarray,
        name: str,
        right: np.ndarray,
        *places: tuple[Place, ...],
    ) -> TermValue:
        """sum_k left_k right_k; places: of the right factors, and of the left ones where they are numbers of their own."""
        term = VectorSum(left_name, Ref(name))
        flat = tuple(place for group in places for place in group)
        return TermValue(term, float(left @ right), (), left, right, flat)

    def _at(self, name: str, t: int) -> tuple[Place, ...]:
        """All numbers of a quantity at the decoder's step t."""
        width = self.W_y.shape[0] if name == f"d{OUTPUT_SUM}" else self.arrays[name].shape[1]
        return tuple(Place(name, self.S + t, unit, DECODER) for unit in range(width))

    def _down(self, name: str, unit: int) -> tuple[Place, ...]:
        """One unit of a quantity at all its steps: of the source for a key, else of the decoder."""
        if name == "key":
            return tuple(Place(name, s, unit, ENCODER) for s in range(self.S))
        return tuple(Place(name, self.S + t, unit, DECODER) for t in range(len(self.states)))

    def _source(self, unit: int) -> tuple[Place, ...]:
        return tuple(Place("h", s, unit, ENCODER, self.top) for s in range(self.S))

    def _source_at(self, s: int) -> tuple[Place, ...]:
        return tuple(Place("h", s, unit, ENCODER, self.top) for unit in range(self.source.shape[1]))

    def _state(self, t: int) -> tuple[Place, ...]:
        width = self.states.shape[1]
        return tuple(Place("h", self.S + t, unit, DECODER, self.top) for unit in range(width))


def _score(n: AttentionNumbers, t: int, s: int) -> tuple[str, tuple[TermValue, ...]]:
    keys = tuple(Place("key", s, unit, ENCODER) for unit in range(n.source.shape[1]))
    return "", (n._sum("key", n.arrays["key"][s], "h", n.states[t], n._state(t), keys),)


def _weight(n: AttentionNumbers, t: int, s: int) -> tuple[str, tuple[TermValue, ...]]:
    scores = n.arrays["e"][t]
    places = n._at("e", t)
    own = (places[s], *places[:s], *places[s + 1 :])
    factors = ((Ref("e"), float(scores[s]), places[s]),)
    term = TermValue(Product((Ref("e"),)), float(scores[s]), factors, right=scores, places=own)
    return "softmax", (term,)


def _key(n: AttentionNumbers, s: int, unit: int) -> tuple[str, tuple[TermValue, ...]]:
    return "", (n._sum("W_a", n.attention.score[unit], "h", n.source[s], n._source_at(s)),)


def _query(n: AttentionNumbers, t: int, unit: int) -> tuple[str, tuple[TermValue, ...]]:
    return "", (n._sum("W_a back", n.attention.score[:, unit], "h", n.states[t], n._state(t)),)


def _context(n: AttentionNumbers, t: int, unit: int) -> tuple[str, tuple[TermValue, ...]]:
    left, right = n.arrays["att"][t], n.source[:, unit]
    return "", (n._sum("att", left, "h", right, n._source(unit), n._at("att", t)),)


def _before_tanh(n: AttentionNumbers, t: int, unit: int) -> tuple[str, tuple[TermValue, ...]]:
    ctx = n.arrays["ctx"][t]
    terms = [
        n._sum("W_c", n.W_ctx[unit], "ctx", ctx, n._at("ctx", t)),
        n._sum("W_c", n.W_h[unit], "h", n.states[t], n._state(t)),
    ]
    if n.attention.bias is not None:
        terms.append(TermValue(Bias("bias_ih", "attention"), float(n.attention.bias[unit])))
    return "", tuple(terms)


def _output(n: AttentionNumbers, t: int, unit: int) -> tuple[str, tuple[TermValue, ...]]:
    value, place = float(n.arrays["a_out"][t, unit]), n._at("a_out", t)[unit]
    factors = ((Ref("a_out"), value, place),)
    return "tanh", (TermValue(Product((Ref("a_out"),)), value, factors, places=(place,)),)


def _output_gradient(n: AttentionNumbers, t: int, unit: int) -> tuple[str, tuple[TermValue, ...]]:
    places = n._at(f"d{OUTPUT_SUM}", t)
    return "", (n._sum("W_y back", n.W_y[:, unit], f"d{OUTPUT_SUM}", n.da_y[t], places),)


def _before_tanh_gradient(
    n: AttentionNumbers, t: int, unit: int
) -> tuple[str, tuple[TermValue, ...]]:
    dout, out = float(n.arrays["dout"][t, unit]), float(n.arrays["out"][t, unit])
    upper, lower = n._at("dout", t)[unit], n._at("out", t)[unit]
    slope = Slope("tanh", Ref("out"))
    factors = ((Ref("dout"), dout, upper), (slope, 1 - out**2, lower))
    product = Product((Ref("dout"), slope))
    return "", (TermValue(product, dout * (1 - out**2), factors, places=(upper, lower)),)


def _context_gradient(n: AttentionNumbers, t: int, unit: int) -> tuple[str, tuple[TermValue, ...]]:
    places = n._at("da_out", t)
    return "", (n._sum("W_c back", n.W_ctx[:, unit], "da_out", n.arrays["da_out"][t], places),)


def _weight_gradient(n: AttentionNumbers, t: int, s: int) -> tuple[str, tuple[TermValue, ...]]:
    dctx = n.arrays["dctx"][t]
    return "", (n._sum("h", n.source[s], "dctx", dctx, n._at("dctx", t), n._source_at(s)),)


def _score_gradient(n: AttentionNumbers, t: int, s: int) -> tuple[str, tuple[TermValue, ...]]:
    att, datt = n.arrays["att"][t], n.arrays["datt"][t]
    own, gradient = n._at("att", t)[s], n._at("datt", t)[s]
    factors = ((Ref("att"), float(att[s]), own), (Ref("datt"), float(datt[s]), gradient))
    product = Product((Ref("att"), Ref("datt")))
    first = TermValue(product, float(att[s] * datt[s]), factors, places=(own, gradient))
    rest = n._sum("minus att", -att[s] * att, "datt", datt, n._at("datt", t), n._at("att", t))
    return "", (first, rest)


_TERMS: dict[str, Callable[[AttentionNumbers, int, int], tuple[str, tuple[TermValue, ...]]]] = {
    **{"e": _score, "att": _weight, "key": _key, "query": _query, "ctx": _context},
    **{"a_out": _before_tanh, "out": _output, "dout": _output_gradient},
    **{"da_out": _before_tanh_gradient, "dctx": _context_gradient},
    **{"datt": _weight_gradient, "de": _score_gradient},
}
