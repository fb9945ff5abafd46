"""Recurrent layers of another library in torch's names, and those that stand above one another joined into one.

layer = ForeignLayer("lstm", candidates, {"weight_ih": W, "weight_hh": U, "weight_ih_reverse": …}, below="")
join_layers([layer, …])         # ForeignModel: "lstm.weight_ih_l0", …, as a state_dict of torch has them
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from ...cells import CELLS
from ...common.messages import say
from ..cell_candidates import Candidate

MAX_NAME_CHARACTERS = 100


@dataclass(frozen=True)
class ForeignLayer:
    """One recurrent layer. weights: by torch's names without "_l0", "weight_hh" and "weight_hh_reverse" among them.

    candidates: the cells that it may be; a single one where the file says all. below: the name of the layer whose
    output it reads at every step, with nothing between; "" for none. read_as: what a head reads of its states, as in
    READS of a plan; "" where the file does not say.
    """

    name: str
    candidates: Sequence[Candidate]
    weights: Mapping[str, Tensor] = field(repr=False)
    below: str = ""
    read_as: str = ""

    @property
    def output_size(self) -> int:
        """Numbers of its output at each step: H for each direction."""
        return self.weights["weight_hh"].shape[-1] * (1 + ("weight_hh_reverse" in self.weights))


@dataclass(frozen=True)
class ForeignModel:
    """tensors: by torch's names, embeddings and heads among them. candidates: module -> the cells that it may be.

    problems: a sentence for each recurrent layer that cannot be read; notes: what a reader should know. read_as:
    module -> what a head reads of its states, where the file says it.
    """

    tensors: Mapping[str, Tensor]
    candidates: Mapping[str, Sequence[Candidate]]
    problems: Sequence[str] = ()
    notes: Sequence[str] = ()
    read_as: Mapping[str, str] = field(default_factory=dict)


class RefusedLayerError(ValueError):
    """A recurrent layer that cannot be read here, with the sentence that says why."""


def refuse_layer(name: str, expected: str, got: str, cure: str) -> RefusedLayerError:
    """The error of a layer that is not read."""
    return RefusedLayerError(
        say(
            "Layer {name!r}: expected {expected}, got {got}. {cure}.",
            name=name[:60],
            expected=expected,
            got=got,
            cure=cure,
        )
    )


def embedding_name(name: str) -> str:
    """The name of an embedding's table, which says what it is."""
    return f"{name}.weight" if "emb" in name.lower() else f"{name}.embedding.weight"


def reorder_blocks(rows: Tensor, theirs: Sequence[str], ours: Sequence[str]) -> Tensor:
    """Blocks of rows [G H, …] in our order instead of theirs."""
    blocks = dict(zip(theirs, rows.chunk(len(theirs)), strict=True))
    return torch.cat([blocks[name] for name in ours])


def scale_gates(
    weights: Mapping[str, Tensor], candidate: Candidate, factor: float
) -> dict[str, Tensor]:
    """The weights with the rows of all gates times a factor, so that their pre-activations are, too."""
    cell = CELLS[candidate.cell](**candidate.options)
    scales = torch.tensor(
        [factor if name in cell.gates else 1.0 for name in cell.block_names], dtype=torch.float64
    )
    scaled = {}
    for name, rows in weights.items():
        column = scales.repeat_interleave(len(rows) // len(scales)).to(rows.dtype)
        scaled[name] = rows * (column if rows.dim() == 1 else column[:, None])
    return scaled


def join_layers(layers: Sequence[ForeignLayer]) -> ForeignModel:
    """The layers as modules, with a note for each stack: layers of one cell and size that read one another become the
    layers of one module."""
    stacks: list[list[ForeignLayer]] = []
    for layer in layers:
        for stack in stacks:
            if _goes_on(stack[-1], layer):
                stack.append(layer)
                break
        else:
            stacks.append([layer])
    tensors, candidates, notes = dict[str, Tensor](), dict[str, Sequence[Candidate]](), []
    read_as = dict[str, str]()
    for stack in stacks:
        module = stack[0].name.partition("[")[0][:MAX_NAME_CHARACTERS]
        while module in candidates:
            module += "'"
        candidates[module] = stack[0].candidates
        if stack[-1].read_as:
            read_as[module] = stack[-1].read_as
        for number, layer in enumerate(stack):
            for name, weight in layer.weights.items():
                kind, _, way = name.partition("_reverse")
                suffix = "_reverse" if name.endswith("_reverse") else ""
                tensors[f"{module}.{kind}_l{number}{suffix}{way}"] = weight.contiguous()
        if len(stack) > 1:
            notes.append(
                say(
                    "{names} read one another: they are opened as one module of {n} layers, {module}.",
                    module=module,
                    names=", ".join(layer.name for layer in stack)[:300],
                    n=len(stack),
                )
            )
    return ForeignModel(tensors, candidates, (), notes, read_as)


def _goes_on(lower: ForeignLayer, upper: ForeignLayer) -> bool:
    """Whether the upper layer is the next one of the lower layer's module."""
    return (
        upper.below == lower.name != ""
        and lower.candidates == upper.candidates
        and lower.weights.keys() == upper.weights.keys()
        and lower.weights["weight_hh"].shape == upper.weights["weight_hh"].shape
        and upper.weights["weight_ih"].shape[-1] == lower.output_size
    )
