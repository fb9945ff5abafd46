"""A reader's model file: its recurrent layers, what else of it can be used, and what was done to read it.

file = read_model_file(content)
file.layers[0].make_layer()
file.notes, file.problems       # what was chosen or computed; which layers cannot be read, and why
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from torch import Tensor

from ..common.messages import say
from .checkpoints import CheckpointLayer, find_layers
from .derived_weights import DerivedWeights, derive_weights
from .foreign.layers import ForeignModel
from .foreign.reading import read_foreign_model
from .uploads import read_contents

KERAS_NAMES = say(
    "Of each LSTM: weight_ih_l0 = kernel.T, weight_hh_l0 = recurrent_kernel.T, bias_ih_l0 = bias, "
    'bias_hh_l0 = zeros; or save the model in Keras, model.save("model.keras")'
)
AVERAGES = ("ema", "swa", "shadow", "average", "averaged", "teacher", "target", "best")


@dataclass(frozen=True)
class ModelFile:
    """layers: of the model itself first, then those of its averages and copies. problems: one sentence for each
    recurrent layer that cannot be read. notes: what a reader should know of the reading, a sentence each.
    tensors: source -> name -> tensor, of all state_dicts in the file. counters: whole numbers beside them, as
    "epoch" and "global_step". read_as: module -> what a head reads of its states, as in READS of a plan, where the
    file says it.
    """

    layers: Sequence[CheckpointLayer]
    problems: Sequence[str]
    notes: Sequence[str]
    tensors: Mapping[str, Mapping[str, Tensor]]
    counters: Mapping[str, int] = field(default_factory=dict)
    read_as: Mapping[str, str] = field(default_factory=dict)

    @property
    def nbytes(self) -> int:
        """What the tensors take, in bytes."""
        return sum(v.nbytes for each in self.tensors.values() for v in each.values())


def read_model_file(content: bytes) -> ModelFile:
    """What the file holds. ValueError with one sentence where it holds no recurrent layer that can be read."""
    foreign = read_foreign_model(content)
    if foreign is not None:
        return _turn_into_file(foreign)
    layers, problems = list[CheckpointLayer](), list[str]()
    tensors: dict[str, Mapping[str, Tensor]] = {}
    contents = read_contents(content)
    for each in contents.state_dicts:
        derived = derive_weights(each.tensors)
        tensors[each.source] = derived.tensors
        found = find_layers(derived, each.opaque)
        layers += [replace(layer, source=each.source) for layer in found.layers]
        problems += found.problems
    if not layers:
        raise ValueError(problems[0] if problems else _describe_no_layer(tensors))
    layers.sort(key=lambda layer: is_average(layer.source))
    return ModelFile(
        *(layers, list(dict.fromkeys(problems)), _notes(layers), tensors), contents.counters
    )


def _turn_into_file(model: ForeignModel) -> ModelFile:
    """A model of another library, whose tensors have torch's names already."""
    found = find_layers(DerivedWeights(dict(model.tensors)), known=model.candidates)
    problems = list(dict.fromkeys([*model.problems, *found.problems]))
    if not found.layers:
        raise ValueError(problems[0])
    notes = list(dict.fromkeys(model.notes))
    return ModelFile(found.layers, problems, notes, {"": model.tensors}, {}, model.read_as)


def is_average(source: str) -> bool:
    """Whether a state_dict of this name is an average or a copy of the model."""
    parts = source.lower().replace("_", ".").split(".")
    return any(part in AVERAGES for part in parts)


def _notes(layers: Sequence[CheckpointLayer]) -> list[str]:
    notes, sources = [], list(dict.fromkeys(layer.source for layer in layers))
    if len(sources) > 1:
        names = ", ".join(repr(source) if source else "'the file itself'" for source in sources)
        notes.append(
            say(
                "The file holds {number} state_dicts with recurrent layers: {names}. The first of them is taken "
                "unless you choose another one below.",
                number=len(sources),
                names=names,
            )
        )
    for layer in layers:
        for what in layer.computed_by:
            name = layer.title or say("the layer")
            notes.append(say(NOTES.get(what, NOTES[""]), name=name, what=what))
    return list(dict.fromkeys(notes))


# By what a layer's weights were computed -> the sentence.
NOTES = {
    "weight norm": say("Weights of {name} are computed from their weight norm: g · v / ‖v‖."),
    "spectral norm": say(
        "Weights of {name} are computed from their spectral norm: W / σ, as in evaluation."
    ),
    "pruning": say("Weights of {name} are pruned: the stored weights times their masks."),
    "weight drop": say(
        "{name} was trained with weight drop: its whole weights are read, as in evaluation."
    ),
    "quantisation": say(
        "Weights of {name} are stored quantised: they are read as the rounded numbers that they stand for."
    ),
    "": say("Weights of {name} are computed from {what}."),
}


def _describe_no_layer(tensors: Mapping[str, Mapping[str, Tensor]]) -> str:
    names = [name for each in tensors.values() for name in each]
    some = ", ".join(names[:3])[:120] or say("a file without a named tensor")
    cure = say("Choose the state_dict of a model that contains such a layer")
    if any("recurrent_kernel" in name for name in names):
        some, cure = say("names as Keras gives them ({names})", names=some), KERAS_NAMES
    return say(
        "Model file: expected weights named like weight_hh_l0, as torch.nn.RNN, LSTM and GRU have them, "
        "got {got}. {cure}.",
        got=some,
        cure=cure,
    )
