"""How many parameters a network of these sizes has, and which slip in counting gives another number.

network = CountedNetwork("gru", inputs=32, units=32)
network.counts()                     {"torch": 6336, "Keras": 6336, "Keras, reset_after=False": 6240}
check_count(network, 101376).slip    "product"
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..cells import CELLS
from ..common.checks import integer, shorten, truth
from ..common.messages import say
from ..common.registry import unknown_name

MAX_SIZE, MAX_LAYERS, MAX_DIGITS = 1_000_000, 100, 18

# What is forgotten or done wrong, each with a number of its own: see `_slips` and `check_count`.
SLIPS = (
    *("no biases", "one bias", "product", "no recurrent weights", "no input weights"),
    *("one gate", "a gate missing", "a gate too many", "one layer", "all layers alike"),
    *("no embedding", "one-hot and embedding", "no head", "head without bias", "no scale"),
    *("a thousand", "ten", "steps"),
)


@dataclass(frozen=True)
class CountedNetwork:
    """Layers of one cell, perhaps behind an embedding and before a linear head.

    inputs: what the first layer reads at a step; with an embedding its size. vocabulary: the symbols of the
    embedding; 0: there is none. outputs: of the head; 0: there is none. bias: whether there are biases at all.
    normalized: whether the input projections are normalised, which gives each unit of a sum a scale.
    Raises LookupError for an unknown cell and ValueError for an impossible size.
    """

    cell: str
    inputs: int
    units: int
    layers: int = 1
    vocabulary: int = 0
    outputs: int = 0
    bias: bool = True
    normalized: bool = False

    def __post_init__(self) -> None:
        if self.cell not in CELLS:
            raise LookupError(unknown_name("cell", self.cell, CELLS))
        for name, low, high in (
            *(("inputs", 1, MAX_SIZE), ("units", 1, MAX_SIZE), ("layers", 1, MAX_LAYERS)),
            *(("vocabulary", 0, MAX_SIZE), ("outputs", 0, MAX_SIZE)),
        ):
            integer(name, getattr(self, name), low, high)
        truth("bias", self.bias)
        truth("normalized", self.normalized)

    @property
    def gates(self) -> int:
        """The sums that the cell computes at a step, gates and candidate."""
        return CELLS[self.cell]().blocks

    def counts(self) -> dict[str, int]:
        """Library -> its number of parameters, as a whole number. PyTorch has two biases for each gate, Keras one, but
        two in a GRU whose reset gate acts after the product."""
        if not self.bias:
            return dict.fromkeys(("torch", "Keras"), count(self, 0))
        after = CELLS[self.cell]().options.get("reset") == "after"
        counts = {"torch": count(self, 2), "Keras": count(self, 2 if after else 1)}
        return counts | ({"Keras, reset_after=False": count(self, 1)} if after else {})


@dataclass(frozen=True)
class CheckedCount:
    """right: the libraries that count so. slip: one of SLIPS, or "". values: what a sentence about it needs."""

    right: tuple[str, ...]
    slip: str
    values: dict[str, int | str]


def count(network: CountedNetwork, biases: int) -> int:
    """All parameters, with so many biases for each gate."""
    return embedding_count(network) + layers_count(network, biases) + head_count(network)


def embedding_count(network: CountedNetwork) -> int:
    """A vector of numbers for each symbol."""
    return network.vocabulary * network.inputs


def layers_count(network: CountedNetwork, biases: int) -> int:
    """All recurrent layers; those above the first read the states of the one below."""
    first = layer_count(network, network.inputs, biases)
    return first + (network.layers - 1) * layer_count(network, network.units, biases)


def layer_count(network: CountedNetwork, inputs: int, biases: int) -> int:
    """gates x ((inputs + units) x units + biases x units), and with a normalised input as many scales as one bias has."""
    return network.gates * network.units * (inputs + network.units + biases + network.normalized)


def head_count(network: CountedNetwork) -> int:
    """A weight for each unit and output, and a bias for each output."""
    return network.outputs * (network.units + network.bias)


def read_count(text: str) -> int:
    """What a reader typed as a whole number; spaces, commas and apostrophes may part its digits. ValueError otherwise."""
    digits = text.strip().translate(str.maketrans("", "", " ,'’_\u00a0\u202f"))
    if not (digits.isascii() and digits.isdigit()) or len(digits) > MAX_DIGITS:
        raise ValueError(
            say(
                "number: expected a whole number such as 6240, got {got}. Type its digits.",
                got=shorten(text),
            )
        )
    return int(digits)


def check_count(network: CountedNetwork, guess: int) -> CheckedCount:
    """Whether the number is right, for whom; else the slip that gives it."""
    counts = network.counts()
    values = _values(network, guess)
    if right := tuple(name for name, number in counts.items() if number == guess):
        return CheckedCount(right, "", values)
    for slip, number, more in _slips(network):
        if number == guess:
            return CheckedCount((), slip, values | more)
    for number in dict.fromkeys(counts.values()):
        for slip, factor in (("a thousand", 1000), ("ten", 10)):
            if guess * factor == number or number * factor == guess:
                return CheckedCount((), slip, values)
        if guess > number and guess % number == 0 and guess // number <= 1000:
            return CheckedCount((), "steps", values | {"factor": guess // number})
    return CheckedCount((), "", values)


def _values(network: CountedNetwork, guess: int) -> dict[str, int | str]:
    names = ("inputs", "units", "layers", "vocabulary")
    sizes: dict[str, int | str] = {name: getattr(network, name) for name in names}
    cell = CELLS[network.cell]().title
    return (
        sizes
        | {"gates": network.gates, "cell": cell, "count": guess}
        | {
            "torch": network.counts()["torch"],
            "keras": network.counts()["Keras"],
        }
    )


def _slips(network: CountedNetwork) -> Iterator[tuple[str, int, dict[str, int]]]:
    """(slip, the number that it gives, what its sentence needs besides), the likeliest first."""
    G, H, inputs, L = network.gates, network.units, network.inputs, network.layers
    outside = embedding_count(network) + head_count(network)
    for biases in (1, 2) if network.bias else (0,):
        right, layers = count(network, biases), layers_count(network, biases)
        above = (L - 1) * layer_count(network, H, biases)
        if network.normalized:
            yield "no scale", right - L * G * H, {}
        if biases:
            yield "no biases", outside + layers_count(network, 0), {}
        if biases and G > 1:
            yield "one bias", outside + layers_count(network, 0) + L * biases * H, {}
        products = inputs * H + (L - 1) * H * H
        yield "product", outside + G * H * (products + L * (biases + network.normalized)), {}
        yield "no recurrent weights", right - L * G * H * H, {}
        yield "no input weights", right - G * H * (inputs + (L - 1) * H), {}
        if G > 1:
            yield "one gate", outside + layers // G, {}
        if G > 2:
            yield "a gate missing", outside + layers // G * (G - 1), {"fewer": G - 1}
        yield "a gate too many", outside + layers // G * (G + 1), {"more": G + 1}
        if L > 1:
            yield "one layer", right - above, {}
            yield "all layers alike", outside + L * layer_count(network, inputs, biases), {}
        for slip, number in _slips_outside(network, biases):
            yield slip, number, {}


def _slips_outside(network: CountedNetwork, biases: int) -> Iterator[tuple[str, int]]:
    """Those with the embedding and the output layer."""
    right = count(network, biases)
    if network.vocabulary:
        yield "no embedding", right - embedding_count(network)
        read = replace(network, inputs=network.vocabulary)
        yield (
            "one-hot and embedding",
            right + layers_count(read, biases) - layers_count(network, biases),
        )
    if network.outputs:
        yield "no head", right - head_count(network)
        if network.bias:
            yield "head without bias", right - network.outputs
