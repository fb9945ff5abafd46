"""What a model file holds, by what it can be in a whole model: recurrent modules, tables, linear layers, and the rest.

    parts = read_parts(file)
    parts.modules, parts.tables, parts.linears      # by their names in the model
    parts.describe_rest(used)                       # a sentence for each kind of what is not used

Names are without what DataParallel and the like put before them. Averages and copies of the model are left out.
"""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field, replace

from torch import Tensor

from ...common.messages import count, cut, say
from ..cell_candidates import ORDINARY
from ..checkpoints import WRAPPERS, CheckpointLayer
from ..companions import Head
from ..model_files import ModelFile, is_average

RECURRENT = (*ORDINARY, "weight_hr")
NOT_OF_THE_MODEL = ("optim", "sched", "scaler")
PART_WORDS = ("enc", "dec", "src", "trg", "tgt")
OF_A_MODULE = ("weight", "bias", "running_mean", "running_var", "num_batches_tracked")
MAX_NAMED = 4  # modules in a sentence
MAX_MATRICES = 200


@dataclass(frozen=True)
class ModelParts:
    """modules: the recurrent ones. tables: name of a module -> [V, E], a matrix without a bias. linears: name of a
    module -> a linear layer. lone_biases: name -> a bias whose weight the file lacks, as of a tied head.
    tensors: all, by their names. read_as: module -> what a head reads of its states, as in READS of a plan, where the
    file says it.
    """

    modules: Mapping[str, CheckpointLayer]
    tables: Mapping[str, Tensor]
    linears: Mapping[str, Head]
    lone_biases: Mapping[str, Tensor]
    tensors: Mapping[str, Tensor] = field(repr=False)
    read_as: Mapping[str, str] = field(default_factory=dict)

    def describe_rest(self, used: Set[str]) -> list[str]:
        """A sentence for each kind of module that is not among `used`: what it is, and that it is not computed."""
        kinds: dict[str, list[str]] = {}
        for module, tensors in self._by_module().items():
            if module not in used and module not in self.modules:
                kinds.setdefault(_kind_of(tensors), []).append(module)
        kinds.setdefault("recurrent", []).extend(m for m in self.modules if m not in used)
        return [
            say(REST[kind], names=_name_some(names), n=len(names))
            for kind, names in kinds.items()
            if names
        ]

    def _by_module(self) -> dict[str, dict[str, Tensor]]:
        by_module: dict[str, dict[str, Tensor]] = {}
        for name, tensor in self.tensors.items():
            module, _, last = name.rpartition(".")
            if not last.startswith(RECURRENT):
                owner = module if last in OF_A_MODULE else name
                by_module.setdefault(owner, {})[last] = tensor
        return by_module


REST = {
    "batch norm": say(
        "Not computed: {names}, batch normalisation. If your model computes with it, the outputs here are not its own."
    ),
    "norm": say(
        "Not computed: {names}, as a layer normalisation has them. If your model computes with it, the outputs here are not its own."
    ),
    "convolution": say(
        "Not computed: {names}, a convolution. If your model computes with it, the outputs here are not its own."
    ),
    "matrix": say(
        "Not used: {names}, a linear layer or a table. If your model computes with it (attention, a projection, another head), the outputs here may not be its own."
    ),
    "other": say(
        "Not used: {names}. If your model computes with it, the outputs here are not its own."
    ),
    "recurrent": say(
        "Not used: the recurrent layer {names}. If your model computes with it, the outputs here are not its own."
    ),
}


def read_parts(file: ModelFile) -> ModelParts:
    """Everything of the model itself, which is that of the file's first recurrent layer."""
    sources = _sources_of_model(file)
    named = {}
    for source in sources:
        for name, tensor in file.tensors[source].items():
            named[_join(source if len(sources) > 1 else "", name)] = tensor
    short = {name: ".".join(p for p in name.split(".") if p not in WRAPPERS) for name in named}
    if len({*short.values()}) < len(short):
        short = {name: name for name in named}
    tensors = {short[name]: tensor for name, tensor in named.items()}
    modules = {}
    for layer in file.layers:
        if layer.source in sources:
            name = _join(layer.source if len(sources) > 1 else "", layer.name)
            modules[name] = replace(layer, name=name)
    tables, linears = dict[str, Tensor](), dict[str, Head]()
    for module, weight, bias in _matrices(tensors):
        if bias is None:
            tables[module] = weight
        linears[module] = Head(weight, bias)
    lone = {
        name: bias
        for name, bias in tensors.items()
        if bias.dim() == 1
        and name.rpartition(".")[2] == "bias"
        and f"{name.removesuffix('bias')}weight" not in tensors
    }
    return ModelParts(modules, tables, linears, lone, tensors, file.read_as)


def _sources_of_model(file: ModelFile) -> list[str]:
    """The state_dicts that together are the model: no averages, and no copies of one that is there."""
    first = file.layers[0].source
    contents = {first: frozenset(file.tensors[first])}
    for source, tensors in file.tensors.items():
        names = frozenset(tensors)
        is_copy = any(names <= other or names >= other for other in contents.values())
        is_part = any(word in source.lower() for word in PART_WORDS)
        is_foreign = any(word in source.lower() for word in NOT_OF_THE_MODEL)
        if source == first or is_average(source) or is_foreign or not names:
            continue
        if is_part or not is_copy:
            contents[source] = names
    return [*contents]


def _matrices(tensors: Mapping[str, Tensor]) -> Iterator[tuple[str, Tensor, Tensor | None]]:
    """(module, matrix, its bias) of all that is no recurrent weight, in the file's order."""
    number = 0
    for name, matrix in tensors.items():
        module, _, last = name.rpartition(".")
        is_matrix = matrix.dim() == 2 and matrix.is_floating_point() and 0 not in matrix.shape
        if not is_matrix or last != "weight" or not matrix.isfinite().all():
            continue
        bias = tensors.get(_join(module, "bias"))
        if bias is not None and (tuple(bias.shape) != (len(matrix),) or not bias.isfinite().all()):
            bias = None
        number += 1
        if number > MAX_MATRICES:
            return
        yield module, matrix, bias


def _kind_of(tensors: Mapping[str, Tensor]) -> str:
    weight = tensors.get("weight")
    if "running_mean" in tensors:
        return "batch norm"
    if weight is None:
        return "other"
    return {1: "norm", 2: "matrix"}.get(
        weight.dim(), "convolution" if weight.dim() > 2 else "other"
    )


def _name_some(names: list[str]) -> str:
    shown = ", ".join(cut(name) or "weight" for name in names[:MAX_NAMED])
    if len(names) <= MAX_NAMED:
        return shown
    more = len(names) - MAX_NAMED
    return say(
        "{names} and {more}",
        names=shown,
        more=count(more, say("{n} other"), say("{n} others")),
    )


def _join(first: str, then: str) -> str:
    return f"{first}.{then}" if first and then else first or then
