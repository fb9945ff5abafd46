"""The recurrent layers in a model's state_dict, recognised by the names and shapes of their weights.

    found = find_layers(derive_weights(state_dict))
    found.layers[0].make_layer()                     # a Recurrent with the very same weights
    found.layers[1].make_layer("gru", reset="none")  # where no torch class has such weights: name the cell
    found.problems                                   # a sentence for each layer that cannot be read

A layer is taken only when it has all its weights, each of the shape that the others ask for. One that is not taken
takes no other one with it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor

from ..cells import CELLS
from ..common.messages import clauses, say
from ..layers.recurrent import Recurrent
from ..layers.torch_weights import parameter_shapes
from .cell_candidates import ORDINARY, Candidate, cell_candidates
from .derived_weights import DerivedWeights

WRAPPERS = ("module", "_orig_mod", "_fsdp_wrapped_module", "_forward_module")
QUANTISED = say(
    'Save the state_dict before the model is quantised: torch.save(model.state_dict(), "model.pt")'
)
ORDINARY_LAYER = say("Save it as an ordinary layer of torch.nn")


@dataclass(frozen=True)
class CheckpointLayer:
    """A recurrent module of the model. name: its dotted name in the model, "" when it is the model.

    candidates: the cells that its shapes fit; which of them it is, the file does not tell.
    weights: its tensors by torch's names, such as "weight_hh_l0". computed_by: "weight norm", "pruning", ... of
    which the weights were computed; empty where they stand in the file. source: the state_dict that it is in, of
    several in a file.
    """

    name: str
    candidates: Sequence[Candidate]
    input_size: int
    hidden_size: int
    num_layers: int
    bidirectional: bool
    bias: bool
    weights: Mapping[str, Tensor] = field(repr=False)
    computed_by: tuple[str, ...] = ()
    source: str = ""

    @property
    def title(self) -> str:
        """What to call it: its name, or that of its state_dict; "" when the file is this layer alone."""
        return self.name or self.source

    @property
    def output_size(self) -> int:
        """Numbers of its output at each step: H, or 2 H where it reads in both directions."""
        return self.hidden_size * (1 + self.bidirectional)

    @property
    def parameter_count(self) -> int:
        """How many numbers its weights have."""
        return sum(v.numel() for v in self.weights.values())

    @property
    def cell(self) -> str | None:
        """The only candidate, else the one whose torch class has such weights; None: then it must be named."""
        if len(self.candidates) == 1:
            return self.candidates[0].cell
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
            fitting = clauses(candidate.__str__() for candidate in self.candidates)
            raise ValueError(
                say(
                    "cell: expected one that the shapes fit, got {got}. "
                    "Say which it is: {fitting}.",
                    got=_in_words(cell, options),
                    fitting=fitting,
                )
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


@dataclass(frozen=True)
class FoundLayers:
    """layers: in the file's order. problems: a sentence for each recurrent layer that is not among them."""

    layers: Sequence[CheckpointLayer]
    problems: Sequence[str]


def find_layers(
    derived: DerivedWeights,
    opaque: Mapping[str, str] | None = None,
    known: Mapping[str, Sequence[Candidate]] | None = None,
) -> FoundLayers:
    """The recurrent modules among the tensors. opaque: as of `uploads.StateDict`.

    known: name of a module -> the cells that it may be, where the file says more than shapes do.
    """
    candidates, known = cell_candidates(), known or {}
    pattern = _weight_pattern(candidates)
    modules: dict[str, dict[str, Tensor]] = {}
    how: dict[str, set[str]] = {}
    unknown: dict[str, str] = {}
    for name in (*derived.tensors, *derived.unknown):
        match = pattern.fullmatch(name)
        if not match:
            continue
        module = match["module"].rstrip(".")
        if name in derived.unknown:
            got, cure = derived.unknown[name]
            unknown[module] = _misfit(module, name.rpartition(".")[2], got, cure)
            continue
        weight = f"{match['kind']}_l{int(match['layer'] or 0)}{match['way'] or ''}"
        modules.setdefault(module, {})[weight] = derived.tensors[name]
        if name in derived.how:
            how.setdefault(module, set()).add(derived.how[name])
    names = _short_names([*modules])
    layers, problems = list[CheckpointLayer](), [*unknown.values()]
    for module, weights in modules.items():
        if module in unknown:
            continue
        try:
            layers.append(
                _checked_layer(
                    names[module],
                    weights,
                    known.get(module, candidates),
                    tuple(sorted(how.get(module, ()))),
                )
            )
        except ValueError as error:
            problems.append(str(error))
    return FoundLayers(layers, [*problems, *_quantised_modules(derived.tensors, opaque or {})])


def _quantised_modules(tensors: Mapping[str, Tensor], opaque: Mapping[str, str]) -> list[str]:
    """A sentence for each module whose weights are packed in an object of torch, or belong to such a module."""
    packed = r"(?P<module>(?:.*?\.)?[^.]+)\.(?:_all_weight_values|layers\.\d+\.layer_[fb]w)\..*"
    modules = {
        match["module"] for name in (*tensors, *opaque) if (match := re.fullmatch(packed, name))
    }
    classes = {made.torch_class.__name__ for cell in CELLS if (made := CELLS[cell]()).torch_class}
    modules |= {
        name
        for name, path in opaque.items()
        if "quantized" in path and any(known in path for known in classes)
    }
    return [
        _misfit(
            name,
            "weights in floating point",
            "a quantised module, whose numbers are packed",
            QUANTISED,
        )
        for name in sorted(modules)
    ]


def _short_names(modules: Sequence[str]) -> dict[str, str]:
    """Each name without what DataParallel, torch.compile and the like put before it, unless two become one."""
    short = {
        name: ".".join(part for part in name.split(".") if part not in WRAPPERS) for name in modules
    }
    return short if len({*short.values()}) == len(short) else {name: name for name in modules}


def _weight_pattern(candidates: Sequence[Candidate]) -> re.Pattern[str]:
    """The names of weights: torch's, and those of the cells that torch does not have."""
    kinds = ORDINARY.union({"weight_hr"}, *(c.extra_names for c in candidates))
    return re.compile(
        rf"(?P<module>(?:.*\.)?)(?P<kind>{'|'.join(sorted(kinds))})"
        r"(?:_l(?P<layer>\d{1,3})(?P<way>_reverse)?)?"
    )


def _checked_layer(
    name: str,
    weights: dict[str, Tensor],
    candidates: Sequence[Candidate],
    computed_by: tuple[str, ...],
) -> CheckpointLayer:
    """The module with these weights. ValueError where they are not those of one cell's whole layers."""
    projections = [weight for weight in weights if weight.startswith("weight_hr")]
    if projections:
        got = say(
            "{weight} of shape {shape}, a projected LSTM",
            weight=projections[0],
            shape=list(weights[projections[0]].shape),
        )
        cure = say("It is not computed here: train an ordinary LSTM with a linear layer behind it")
        raise ValueError(_misfit(name, say("an LSTM without proj_size"), got, cure))
    if "weight_hh_l0" not in weights:
        got = say("{weight} without it", weight=next(iter(weights)))
        raise ValueError(_misfit(name, "weight_hh_l0", got, ORDINARY_LAYER))
    _check_numbers(name, weights)
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
        computed_by=computed_by,
    )
    _check_shapes(layer)
    return layer


def _check_numbers(name: str, weights: Mapping[str, Tensor]) -> None:
    for weight, values in weights.items():
        if not values.is_floating_point():
            kind = str(values.dtype).removeprefix("torch.")
            got = say(
                "{weight} in {kind}, as a library for quantisation writes it",
                weight=weight,
                kind=kind,
            )
            raise ValueError(_misfit(name, say("weights in floating point"), got, QUANTISED))
        if not values.isfinite().all():
            got = say("inf or nan in {weight}", weight=weight)
            cure = say("Choose a checkpoint from before the training diverged")
            raise ValueError(_misfit(name, say("finite numbers"), got, cure))


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
        expected = say("weight_hh_l0 of shape {some} or {one}", some=", ".join(most), one=last)
        raise ValueError(_misfit(name, expected, str(list(U.shape))))
    extra_names = {weight.removesuffix("_l0") for weight in weights if weight.endswith("_l0")}
    extra_names -= ORDINARY
    fitting = [c for c in candidates if c.fits(blocks, extra_names)]
    if not fitting:
        extra = ", ".join(sorted(extra_names))
        raise ValueError(
            _misfit(
                name,
                say("the weights of one cell"),
                say("{weights} beside {blocks} blocks of gates", weights=extra, blocks=blocks),
            )
        )
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
            expected = say("{weight} of shape {shape}", weight=weight, shape=list(shape))
            raise ValueError(_misfit(name, expected, str(got and list(got))))
    if weights.keys() != expected_shapes.keys():
        extra = next(iter(weights.keys() - expected_shapes.keys()))
        raise ValueError(
            _misfit(
                name,
                say("the weights of {layers} layers", layers=module.num_layers),
                say("{weight} besides", weight=extra),
            )
        )


def _in_words(cell: str | None, options: Mapping[str, Any]) -> str:
    return ", ".join([cell or "none", *(f"{name} {value}" for name, value in options.items())])


def _misfit(name: str, expected: str, got: str, cure: str = "") -> str:
    values = {"expected": expected, "got": got, "cure": cure or ORDINARY_LAYER}
    if not name:
        return say("Layer: expected {expected}, got {got}. {cure}.", **values)
    return say("Layer {name!r}: expected {expected}, got {got}. {cure}.", name=name[:60], **values)
