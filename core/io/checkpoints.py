"""The recurrent layers in a model's state_dict, recognised by the names and shapes of their weights.

    layers = find_layers(read_tensors(content, "model.pt"))
    layers[0].make_layer()                       # a Recurrent with the very same weights
    layers[1].make_layer("gru", reset="none")    # where no torch class has such weights: name the cell

A layer is taken only when it has all its weights, each of the shape that the others ask for.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor

from ..cells import CELLS
from ..layers.recurrent import Recurrent
from ..layers.torch_weights import parameter_shapes
from .cell_candidates import ORDINARY, Candidate, cell_candidates


@dataclass(frozen=True)
class CheckpointLayer:
    """A recurrent module of the model. name: its dotted name in the model, "" when it is the model.

    candidates: the cells that its shapes fit; which of them it is, the file does not tell.
    weights: its tensors by torch's names, such as "weight_hh_l0".
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
    def parameter_count(self) -> int:
        """How many numbers its weights have."""
        return sum(v.numel() for v in self.weights.values())

    @property
    def cell(self) -> str | None:
        """The cell whose torch class has such weights; None where none has: then it must be named."""
        return next((c.cell for c in self.candidates if c.is_torch_default), None)

    def make_layer(self, cell: str | None = None, **options: Any) -> Recurrent:
        """A Recurrent with these weights. cell, options: what the file cannot tell; torch's unless given.

        ValueError when the cell is not among `candidates`, or must be named and is not.
        """
        cell = cell or self.cell
        for candidate in self.candidates:
            if candidate.cell == cell and options.items() <= candidate.options.items():
                break
        else:
            fitting = "; ".join(map(str, self.candidates))
            raise ValueError(
                f"cell: expected one that the shapes fit, got {_in_words(cell, options)}. "
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


def find_layers(tensors: Mapping[str, Tensor]) -> list[CheckpointLayer]:
    """The recurrent modules among the tensors, in the file's order.

    ValueError when there is none, or the weights of one do not fit together.
    """
    candidates = cell_candidates()
    pattern = _weight_pattern(candidates)
    modules: dict[str, dict[str, Tensor]] = {}
    for name, value in tensors.items():
        match = pattern.fullmatch(name)
        if match:
            weight = f"{match['kind']}_l{int(match['layer'] or 0)}{match['way'] or ''}"
            modules.setdefault(match["module"].rstrip("."), {})[weight] = value
    modules = {name: weights for name, weights in modules.items() if "weight_hh_l0" in weights}
    if not modules:
        some = ", ".join(list(tensors)[:3])
        raise ValueError(
            f"model: expected weights named like weight_hh_l0, as torch.nn.RNN, LSTM and GRU have them, "
            f"got {some[:120]}. Save the state_dict of a model that contains one."
        )
    return [_checked_layer(name, weights, candidates) for name, weights in modules.items()]


def embedding_tables(tensors: Mapping[str, Tensor], input_size: int) -> dict[str, Tensor]:
    """The embeddings in the model that can give the layer its inputs: name -> [V, I]."""
    return {
        name: v
        for name, v in tensors.items()
        if "emb" in name.lower() and v.dim() == 2 and v.shape[1] == input_size
    }


def _weight_pattern(candidates: Sequence[Candidate]) -> re.Pattern[str]:
    """The names of weights: torch's, and those of the cells that torch does not have."""
    kinds = ORDINARY.union({"weight_hr"}, *(c.extra_names for c in candidates))
    return re.compile(
        rf"(?P<module>(?:.*\.)?)(?P<kind>{'|'.join(sorted(kinds))})"
        r"(?:_l(?P<layer>\d{1,3})(?P<way>_reverse)?)?"
    )


def _checked_layer(
    name: str, weights: dict[str, Tensor], candidates: Sequence[Candidate]
) -> CheckpointLayer:
    """The module with these weights. ValueError where they are not those of one cell's whole layers."""
    if any(weight.startswith("weight_hr") for weight in weights):
        raise _misfit(name, "no projection (proj_size 0)", "weight_hr, a projected LSTM")
    fitting = _fitting_candidates(name, weights, candidates)
    if len({v.dtype for v in weights.values()}) > 1:
        weights = {weight: v.double() for weight, v in weights.items()}
    W = weights.get("weight_ih_l0")
    layer = CheckpointLayer(
        name,
        candidates=fitting,
        input_size=W.shape[1] if W is not None and W.dim() == 2 else 0,
        hidden_size=weights["weight_hh_l0"].shape[1],
        num_layers=1 + max(int(weight.split("_l")[1].split("_")[0]) for weight in weights),
        bidirectional="weight_hh_l0_reverse" in weights,
        bias="bias_hh_l0" in weights,
        weights=weights,
    )
    _check_shapes(layer)
    return layer


def _fitting_candidates(
    name: str, weights: Mapping[str, Tensor], candidates: Sequence[Candidate]
) -> list[Candidate]:
    """The cells with as many blocks of rows and the same extra weights. ValueError where there is none."""
    U = weights["weight_hh_l0"]
    H = U.shape[1] if U.dim() == 2 else 0
    blocks = U.shape[0] // H if H and U.shape[0] % H == 0 else 0
    known = sorted({len(c.block_names) for c in candidates})
    if blocks not in known:
        *most, last = ["[H, H]" if k == 1 else f"[{k} H, H]" for k in known]
        shapes = f"{', '.join(most)} or {last}"
        raise _misfit(name, f"weight_hh_l0 of shape {shapes}", str(list(U.shape)))
    extra_names = {weight.removesuffix("_l0") for weight in weights if weight.endswith("_l0")}
    extra_names -= ORDINARY
    fitting = [c for c in candidates if c.fits(blocks, extra_names)]
    if not fitting:
        extra = ", ".join(sorted(extra_names))
        raise _misfit(name, "the weights of one cell", f"{extra} beside {blocks} blocks of gates")
    return fitting


def _check_shapes(module: CheckpointLayer) -> None:
    """ValueError unless its weights are all that so many layers of its cell have, each of its shape."""
    name, weights, H = module.name, module.weights, module.hidden_size
    candidate = module.candidates[0]  # in all of them the shapes are the same
    cell = CELLS[candidate.cell](**candidate.options)
    expected_shapes: dict[str, tuple[int, ...]] = {}
    for layer in range(module.num_layers):
        inputs = module.input_size if layer == 0 else H * (1 + module.bidirectional)
        shapes = parameter_shapes(cell, inputs, H, module.bias)
        for way in ("", "_reverse")[: 1 + module.bidirectional]:
            expected_shapes |= {f"{kind}_l{layer}{way}": shape for kind, shape in shapes.items()}
        if len(expected_shapes) > len(weights):
            break  # it cannot fit any more, however many layers a name promises
    for weight, shape in expected_shapes.items():
        got = tuple(weights[weight].shape) if weight in weights else None
        if got != shape or 0 in shape:
            raise _misfit(name, f"{weight} of shape {list(shape)}", str(got and list(got)))
    if weights.keys() != expected_shapes.keys():
        extra = next(iter(weights.keys() - expected_shapes.keys()))
        raise _misfit(name, f"the weights of {module.num_layers} layers", f"{extra} besides")


def _in_words(cell: str | None, options: Mapping[str, Any]) -> str:
    return ", ".join([cell or "none", *(f"{name} {value}" for name, value in options.items())])


def _misfit(name: str, expected: str, got: str) -> ValueError:
    where = f"layer {name[:60]!r}" if name else "layer"
    return ValueError(
        f"{where}: expected {expected}, got {got}. Choose a file with an ordinary torch.nn layer."
    )
