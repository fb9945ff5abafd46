r"""A reader's own model: the recurrent layers in a state_dict, found by names and shapes.

found = find_layers(read_tensors(content, "model.pt"))
layer = found[0].layer()                      # a Recurrent with the very same weights
layer = found[1].layer("gru", reset="none")   # where no torch class has such weights: say which cell
x, symbols = numbers("0.1 0.2\n0.3 0.4", 2)   # [T, 1, I]
read(layer, x, LOSSES["last state"])          # layer.recording now has values and gradients
"""

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from ..analysis.inspection import Inspection
from ..cells import CELLS
from ..common.checks import integer
from ..layers.recurrent import Recurrent
from ..layers.torch_weights import parameter_shapes
from .cell_candidates import ORDINARY, Candidate, cell_candidates

MOST_STEPS = 2000
MOST_BYTES = 256 * 2**20  # of one recording
LARGEST = 1e6  # of an input number


@dataclass(frozen=True)
class Found:
    """One recurrent module. name: its place in the model ("" when it is the model).

    candidates: the cells that its shapes fit, of which the file does not tell the right one.
    """

    name: str
    candidates: Sequence[Candidate]
    input_size: int
    hidden_size: int
    num_layers: int
    bidirectional: bool
    bias: bool
    weights: Mapping[str, Tensor] = field(repr=False)

    @property
    def count(self) -> int:
        """How many numbers it has."""
        return sum(v.numel() for v in self.weights.values())

    @property
    def cell(self) -> str | None:
        """The cell whose torch class has such weights; None where none has, and the reader must say."""
        return next((c.cell for c in self.candidates if c.of_torch), None)

    def layer(self, cell: str | None = None, **options: Any) -> Recurrent:
        """The layer with these weights. cell, options: what the file cannot tell; torch's unless given.

        ValueError when the cell is not among `candidates`, or must be given and is not.
        """
        cell = cell or self.cell
        for candidate in self.candidates:
            if candidate.cell == cell and options.items() <= candidate.options.items():
                break
        else:
            fitting = "; ".join(map(str, self.candidates))
            raise ValueError(
                f"cell: expected one that the shapes fit, got {_spelled(cell, options)}. "
                f"Say which it is: {fitting}."
            )
        first = next(iter(self.weights.values()))
        layer = Recurrent(
            candidate.cell,
            self.input_size,
            self.hidden_size,
            num_layers=self.num_layers,
            bias=self.bias,
            bidirectional=self.bidirectional,
            dtype=first.dtype,
            **candidate.options,
        )
        layer.load_state_dict(dict(self.weights))
        return layer.eval()


def find_layers(tensors: Mapping[str, Tensor]) -> list[Found]:
    """The recurrent modules among the tensors, in the file's order. ValueError when there is none,
    or one does not fit together."""
    candidates = cell_candidates()
    pattern = _weight_pattern(candidates)
    modules: dict[str, dict[str, Tensor]] = {}
    for name, value in tensors.items():
        match = pattern.fullmatch(name)
        if match:
            place = f"{match['kind']}_l{int(match['layer'] or 0)}{match['way'] or ''}"
            modules.setdefault(match["module"].rstrip("."), {})[place] = value
    modules = {name: parts for name, parts in modules.items() if "weight_hh_l0" in parts}
    if not modules:
        some = ", ".join(list(tensors)[:3])
        raise ValueError(
            f"model: expected weights named like weight_hh_l0, as torch.nn.RNN, LSTM and GRU have them, "
            f"got {some[:120]}. Save the state_dict of a model that contains one."
        )
    return [_found(name, parts, candidates) for name, parts in modules.items()]


def _weight_pattern(candidates: Sequence[Candidate]) -> re.Pattern[str]:
    """The names of weights: torch's, and those of the cells that torch does not have."""
    kinds = ORDINARY.union({"weight_hr"}, *(c.extra_names for c in candidates))
    return re.compile(
        rf"(?P<module>(?:.*\.)?)(?P<kind>{'|'.join(sorted(kinds))})"
        r"(?:_l(?P<layer>\d{1,3})(?P<way>_reverse)?)?"
    )


def _found(name: str, parts: dict[str, Tensor], candidates: Sequence[Candidate]) -> Found:
    U = parts["weight_hh_l0"]
    if any(kind.startswith("weight_hr") for kind in parts):
        raise _misfit(name, "no projection (proj_size 0)", "weight_hr, a projected LSTM")
    H = U.shape[1] if U.dim() == 2 else 0
    blocks = U.shape[0] // H if H and U.shape[0] % H == 0 else 0
    known = sorted({len(c.block_names) for c in candidates})
    if blocks not in known:
        *most, last = ["[H, H]" if k == 1 else f"[{k} H, H]" for k in known]
        shapes = f"{', '.join(most)} or {last}"
        raise _misfit(name, f"weight_hh_l0 of shape {shapes}", str(list(U.shape)))
    extra_names = {kind.removesuffix("_l0") for kind in parts if kind.endswith("_l0")} - ORDINARY
    fitting = [c for c in candidates if c.fits(blocks, extra_names)]
    if not fitting:
        extra = ", ".join(sorted(extra_names))
        raise _misfit(name, "the weights of one cell", f"{extra} beside {blocks} blocks of gates")
    layers = 1 + max(int(kind.split("_l")[1].split("_")[0]) for kind in parts)
    bidirectional = "weight_hh_l0_reverse" in parts
    bias = "bias_hh_l0" in parts
    cell = CELLS[fitting[0].cell](**fitting[0].options)
    W = parts.get("weight_ih_l0")
    inputs = W.shape[1] if W is not None and W.dim() == 2 else 0
    expected_shapes: dict[str, tuple[int, ...]] = {}
    for layer in range(layers):
        wide = inputs if layer == 0 else H * (1 + bidirectional)
        for way in ("", "_reverse")[: 1 + bidirectional]:
            place = f"_l{layer}{way}"
            for kind, shape in parameter_shapes(cell, wide, H, bias).items():
                expected_shapes[f"{kind}{place}"] = shape
        if len(expected_shapes) > len(parts):
            break  # it cannot fit any more, however many layers a name promises
    for kind, shape in expected_shapes.items():
        got = tuple(parts[kind].shape) if kind in parts else None
        if got != shape or 0 in shape:
            raise _misfit(name, f"{kind} of shape {list(shape)}", str(got and list(got)))
    if parts.keys() != expected_shapes.keys():
        extra = next(iter(parts.keys() - expected_shapes.keys()))
        raise _misfit(name, f"the weights of {layers} layers", f"{extra} besides")
    if len({v.dtype for v in parts.values()}) > 1:
        parts = {kind: v.double() for kind, v in parts.items()}
    return Found(name, fitting, inputs, H, layers, bidirectional, bias, parts)


def _spelled(cell: str | None, options: Mapping[str, Any]) -> str:
    return ", ".join([cell or "none", *(f"{name} {value}" for name, value in options.items())])


def _misfit(name: str, expected: str, got: str) -> ValueError:
    where = f"layer {name[:60]!r}" if name else "layer"
    return ValueError(
        f"{where}: expected {expected}, got {got}. Choose a file with an ordinary torch.nn layer."
    )


def tables(tensors: Mapping[str, Tensor], input_size: int) -> dict[str, Tensor]:
    """The embeddings in the model that give the layer its inputs: name -> [V, I]."""
    return {
        name: v
        for name, v in tensors.items()
        if "emb" in name.lower() and v.dim() == 2 and v.shape[1] == input_size
    }


def numbers(text: str, input_size: int) -> tuple[Tensor, tuple[str, ...]]:
    """A table of numbers, a line for each step: (x float32 [T, 1, I], what to write under each step).

    With one input, all numbers may stand on one line. Commas, semicolons, tabs and spaces separate.
    """
    rows = [re.split(r"[,;\s]+", line.strip(" ,;\t")) for line in text.splitlines() if line.strip()]
    if input_size == 1:
        rows = [[cell] for row in rows for cell in row]
    if len(rows) > 1 and not any(_is_number(cell) for cell in rows[0]):
        rows = rows[1:]  # a line of names
    _check_steps(len(rows))
    values = []
    for k, row in enumerate(rows):
        if len(row) != input_size or not all(_is_number(cell) for cell in row):
            raise ValueError(
                f"sequence: expected {input_size} numbers up to {LARGEST:g} in step {k + 1}, "
                f"got {' '.join(row)[:40]!r}. Write a line of {input_size} for each step."
            )
        values.append([float(cell) for cell in row])
    x = torch.tensor(values)[:, None]
    return x, tuple(
        f"{row[0]:.3g}" if input_size == 1 else str(k) for k, row in enumerate(values, 1)
    )


def symbols(text: str, alphabet: str, table: Tensor) -> tuple[Tensor, tuple[str, ...]]:
    """A text, symbol by symbol: (x [T, 1, I], its symbols).

    Symbol number k of the alphabet is row k of `table` [V, I]: an embedding, or torch.eye(I) for
    one-hot inputs.
    """
    if len(set(alphabet)) != len(alphabet) or not 1 <= len(alphabet) <= len(table):
        raise ValueError(
            f"alphabet: expected at most {len(table)} different symbols, got {len(alphabet)}, of which "
            f"{len(set(alphabet))} are different. Write them in the order of your model."
        )
    _check_steps(len(text))
    for sign in text:
        if sign not in alphabet:
            raise ValueError(
                f"sequence: expected symbols out of {alphabet[:40]!r}, got {sign!r}. Change one of them."
            )
    which = torch.tensor([alphabet.index(sign) for sign in text])
    return table[which].float()[:, None], tuple(text)


def drawn(input_size: int, steps: int, seed: int) -> tuple[Tensor, tuple[str, ...]]:
    """Numbers drawn from N(0, 1), for a first look: (x [T, 1, I], numbers of the steps)."""
    _check_steps(steps)
    x = torch.randn(steps, 1, input_size, generator=torch.Generator().manual_seed(seed))
    return x, tuple(str(t + 1) for t in range(steps))


def as_table(content: str) -> str:
    """A CSV file as text for `numbers`: its numbers alone, where quotes and spaces were."""
    try:
        rows = list(csv.reader(io.StringIO(content)))
    except csv.Error as error:
        raise ValueError(f"file: expected a CSV table, got {error}. Save it again.") from None
    return "\n".join(",".join(cell.strip() for cell in row) for row in rows)


def _is_number(cell: str) -> bool:
    try:
        return abs(float(cell)) <= LARGEST
    except ValueError:
        return False


def _check_steps(steps: int) -> None:
    if not 1 <= steps <= MOST_STEPS:
        raise ValueError(
            f"sequence: expected 1 to {MOST_STEPS} steps, got {steps}. Type a longer or shorter one."
        )


Loss = Callable[[Tensor, int, int], Tensor]

# (output [T, 1, D H], H, unit) -> the loss of each step [T]
LOSSES: dict[str, Loss] = {
    "last state": lambda output, H, unit: _at_end(output, last_state(output, H).norm()),
    "one unit": lambda output, H, unit: _at_end(output, last_state(output, H)[0, unit]),
    "all states": lambda output, H, unit: output.sum((1, 2)),
}


def last_state(output: Tensor, hidden_size: int) -> Tensor:
    """[T, B, D H] -> [B, D H]: each direction's state after it has read everything."""
    H = hidden_size
    return torch.cat([output[-1, :, :H], output[0, :, H:]], 1)


def _at_end(output: Tensor, loss: Tensor) -> Tensor:
    return torch.cat([output.new_zeros(len(output) - 1), loss[None]])


def reading_bytes(layer: Recurrent, steps: int) -> int:
    """What the layer's recording of one sequence takes: everything at all its steps, in all layers."""
    rows = sum(layer.cell.layout(layer.hidden_size, layer.hidden_size).size.values())
    traces = layer.num_layers * len(layer.directions)
    return steps * rows * traces * next(layer.parameters()).element_size()


def held_bytes(layer: Recurrent, steps: int) -> int:
    """What a layer takes that has read one sequence: parameters, gradients, its recording and a copy."""
    parameters = sum(p.nbytes for p in layer.parameters())
    return 2 * (parameters + reading_bytes(layer, steps))


def subject(
    title: str,
    layer: Recurrent,
    x: Tensor,
    symbols: tuple[str, ...],
    loss: Loss,
    unit: int = 0,
) -> Inspection:
    """The layer reading x [T, 1, I], for every page that looks inside. There is no head: what it says
    are the states of its top layer, [T, D H], and gradients start from `loss` of these.

    ValueError when a reading would take more than 256 MiB, or `unit` is none of the last state's.
    """
    H, T = layer.hidden_size, len(x)
    integer("unit", unit, 0, len(layer.directions) * H - 1)
    need = reading_bytes(layer, T)
    if need > MOST_BYTES:
        raise ValueError(
            f"sequence: expected one that takes at most {MOST_BYTES >> 20} MiB in this model, "
            f"got about {need >> 20} MiB. Shorten it."
        )
    x = x.to(next(layer.parameters()).dtype)
    return Inspection(
        title=title,
        layers={"": layer},
        symbols=symbols,
        at=tuple(range(T)) if loss is LOSSES["all states"] else (T - 1,),
        run=lambda copies: layer(x.expand(-1, copies, -1))[0],
        loss=lambda output: loss(output, H, unit).sum(),
        single=lambda output, k: loss(output, H, unit)[k],
        shown=lambda output: output,
        recording=lambda: layer.recording,
        parameters=layer.parameters,
    )
