"""What a task is: where sequences come from, what the targets are, and how a network is evaluated.

A new task is one file with one subclass of `Task`, and one line in `core/tasks/__init__.py`.
Nothing else knows its name: the experiment reads its `options` and `defaults`, the trainer calls
`sample`, `loss` and `metrics`, the page shows `labels` and the `panel`.

Sequences are time-major. A symbol task gives x as int64 [T, B] (the network turns them into one-hot
or embedded vectors), a numeric task gives x as float32 [T, B, I].
"""

import inspect
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar, Literal

import torch
import torch.nn.functional as F
from torch import Tensor

from ..common.messages import as_sentence, say
from ..common.options import Option
from ..common.registry import unknown_name

WRITTEN = 3  # inputs of a step that are written out; of more, the step's number is
# Of the field in which a reader types a probe; errors begin with it.
PROBE_LABEL = say("Sequence to watch")
OwnData = Literal["series", "labelled", "pairs", "running text"]
UNKNOWN = -1  # a target that nobody knows: it takes no part in the loss


@dataclass(frozen=True)
class Batch:
    """Sequences and what is right for them.

    x: float32 [T, B, I] or int64 symbols [T, B].
    y: class numbers int64 [B] (at="last") or [T, B] (at="every"), or values float32 [B, O] or [T, B, O].
    lengths: int64 [B], the number of steps of each sequence; None when all have T.
    """

    x: Tensor
    y: Tensor
    lengths: Tensor | None = None

    @property
    def T(self) -> int:
        """The number of time steps, padding included."""
        return self.x.shape[0]

    @property
    def B(self) -> int:
        """The number of sequences."""
        return self.x.shape[1]

    def subset(self, sequences: slice | Tensor, at: str) -> "Batch":
        """Some of the sequences."""
        y = self.y[sequences] if at == "last" else self.y[:, sequences]
        lengths = None if self.lengths is None else self.lengths[sequences]
        return Batch(self.x[:, sequences], y, lengths)


@dataclass(frozen=True)
class Probe:
    """The sequence that the reader watches: a batch of one, with what to write under each step.

    batch: T = its own number of steps. symbols: one label per step. text: what was typed ("" for the
    task's own example). answer: what is right, in words; "" when it is not known.
    drawing: what the task's panel needs to draw this sequence: plain numbers and texts, JSON.
    """

    batch: Batch
    symbols: tuple[str, ...]
    text: str = ""
    answer: str = ""
    drawing: Mapping[str, Any] = field(default_factory=dict)

    @property
    def targets(self) -> tuple[int | float | None, ...]:
        """What is right at each loss (one at="last", L at="every"): class number or value, or None."""
        return tuple(None if y == UNKNOWN else y for y in self.batch.y.flatten().tolist())


@dataclass(frozen=True)
class Confusion:
    """For the panel "classes": counts[truth][guess] over the held-out sequences."""

    labels: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Tallies:
    """For the panel "binary": of `judged` held-out predictions of each output, how many are correct."""

    right: tuple[int, ...]
    judged: int


@dataclass(frozen=True)
class Sample:
    """For the panel "text": what the network writes by itself, and how it was drawn."""

    text: str
    temperature: float
    top_k: int = 0


@dataclass(frozen=True)
class Pairs:
    """For the panel "values": some held-out targets and the network's predictions."""

    targets: tuple[float, ...]
    predictions: tuple[float, ...]


@dataclass(frozen=True)
class Curves:
    """For the panel "series": lines over the same steps, the truth among them.

    lines: name -> values; the first is the truth, the second the network's, the rest naive.
    """

    lines: dict[str, tuple[float | None, ...]]


# Plain numbers and texts for the page; each panel has its own (a frozen dataclass).
PanelData = Any


class Task(ABC):
    """Base of all tasks. Class attributes describe it without loading any data.

    The constructor checks the options and nothing else: data is made or read at first use.
    """

    title: ClassVar[str]  # for menus
    # What the network does, after "A GRU with 24 units": see core.tasks.sentence. own_sentence: with the reader's data.
    sentence: ClassVar[str] = "learns [task|{title}]."
    own_sentence: ClassVar[str] = ""
    # How values of the options are said there, where it is not as they are written: option -> value -> words.
    spoken: ClassVar[Mapping[str, Mapping[Any, str]]] = {}
    source: ClassVar[str]  # where the data comes from, and its licence
    panel: ClassVar[
        str
    ]  # its own drawing on the page: a name in PANELS of the player (web/panels/index.js)
    at: ClassVar[Literal["last", "every"]]  # where the head answers, and the loss is taken
    causal: ClassVar[bool] = False  # True: the answer is the future input, so no reverse direction
    symbolic: bool = False  # True: x are symbol numbers, which can be embedded
    # What `readout` makes of the network's scores: probabilities of classes, of yes, or the number itself.
    output_function: ClassVar[Literal["softmax", "sigmoid", "identity"]] = "softmax"
    headline: ClassVar[str]  # the metric to look at first
    # Every metric by its name, and whether it is a share: a fraction from 0 to 1, shown in percent.
    is_share: ClassVar[Mapping[str, bool]]
    higher_is_better: ClassVar[bool] = True
    # What stands after the headline's value: of what is held out, and of what was trained on.
    score_words: ClassVar[tuple[str, str]] = (
        "on sequences it has never seen",
        "on sequences it was trained on",
    )
    # What a naive predictor does, in plain words, where its name in `baselines` is not plain: name -> words.
    baseline_words: ClassVar[Mapping[str, str]] = {}
    network: ClassVar[Literal["sequence", "seq2seq"]] = (
        "sequence"  # a name in core.training.trainer.NETWORKS
    )
    panel_work: ClassVar[float] = 0  # how many updates its panel takes as long as
    # For studies of memory (see core.studies): the option that says how far back the network must
    # remember, and the held-out metric with the value that counts as solved.
    span: ClassVar[str] = ""
    solved: ClassVar[tuple[str, float] | None] = None
    # Of a task with an option for the reader's own data: which kind of data it takes, "" for none; whether
    # it takes any data of this kind, so that it is offered before tasks for one sort of it; and fields of
    # Experiment for it, of which the first that fit are taken.
    own_data_kind: ClassVar[OwnData | Literal[""]] = ""
    takes_any_of_its_kind: ClassVar[bool] = False
    own_data_settings: ClassVar[tuple[Mapping[str, Any], ...]] = ({},)
    options: ClassVar[tuple[Option, ...]] = ()
    defaults: ClassVar[Mapping[str, Any]] = {}  # fields of Experiment that suit this task

    def __init__(self, **options: Any):
        known = {option.name: option for option in self.options}
        for name in options:
            if name not in known:
                raise LookupError(
                    unknown_name(say("option of {task}", task=as_sentence(self.title)), name, known)
                )
        self.values = {name: known[name].check(options.get(name)) for name in known}
        self.check()

    def check(self) -> None:  # noqa: B027 (most tasks have none)
        """What must hold between the options: ValueError with a sentence. Loads nothing big."""

    @classmethod
    def paragraphs(cls) -> list[str]:
        """What a reader is told of the task: the paragraphs of its docstring, each in one line."""
        text = inspect.cleandoc(cls.__doc__ or "")
        return [" ".join(paragraph.split()) for paragraph in text.split("\n\n")]

    @property
    def has_own_data(self) -> bool:
        """Whether the data is the reader's own."""
        return any(option.kind == "content" and self.values[option.name] for option in self.options)

    @property
    def shown_options(self) -> tuple[Option, ...]:
        """The options that mean something with the present data, but for the data itself."""
        present = ("any", "own" if self.has_own_data else "task's")
        return tuple(o for o in self.options if o.kind != "content" and o.of_data in present)

    @property
    def present_sentence(self) -> str:
        """The sentence that is right for the present data."""
        return self.own_sentence if self.own_sentence and self.has_own_data else self.sentence

    @property
    def sentence_values(self) -> Mapping[str, Any]:
        """What {names} in the sentence stand for: the options as they are said, and what a task adds."""
        said = {
            name: self.spoken.get(name, {}).get(value, value) for name, value in self.values.items()
        }
        return {**said, "title": self.title.partition(":")[0]}

    @property
    def unsuited(self) -> str:
        """Why the reader's data, which can be read, is not of the sort that the task is about; "" where it is."""
        return ""

    def value_titles(self, option: str) -> Mapping[Any, str]:
        """What to call the values of this option where the data names them (a column); {} elsewhere."""
        return {}

    @property
    def note(self) -> str:
        """Which part of the data is used, what was dropped and why; "" where there is nothing to say."""
        return ""

    @property
    @abstractmethod
    def length(self) -> int:
        """T of every training batch: the most steps of a sequence. Known without loading data."""

    @property
    def must_remember(self) -> int | None:
        """The most steps between an input that decides an answer and that answer; None: nobody knows."""
        return None

    @property
    @abstractmethod
    def input_labels(self) -> tuple[str, ...]:
        """A name for each input (symbolic: for each symbol)."""

    def written(self, x: Tensor) -> tuple[str, ...]:
        """What to write under the steps of one sequence: x int64 [T], or float32 [T, I]."""
        if x.dim() == 1:
            return tuple(self.input_labels[symbol] for symbol in x.tolist())
        if x.shape[1] > WRITTEN:
            return tuple(str(t + 1) for t in range(len(x)))
        return tuple(" ".join(f"{value:.2g}" for value in step) for step in x.tolist())

    @property
    @abstractmethod
    def labels(self) -> tuple[str, ...]:
        """A name for each output."""

    @property
    def division(self) -> str:
        """What is trained on, what evaluates, and how inputs are scaled, in words; "": made by rule."""
        return ""

    @property
    def input_size(self) -> int:
        """The number of inputs at each step; of a symbolic task, of symbols."""
        return len(self.input_labels)

    @property
    def output_size(self) -> int:
        """The number of outputs."""
        return len(self.labels)

    @abstractmethod
    def sample(self, generator: torch.Generator, batch_size: int) -> Batch:
        """A training batch; all its randomness comes from `generator`."""

    @property
    def network_options(self) -> dict[str, Any]:
        """Arguments of the network that the task's own options decide."""
        return {"at": self.at}

    def join(self, batch: Batch, probe: Batch) -> tuple[Tensor, Tensor | None]:
        """(x, lengths) of the batch with the probe as its last sequence, padded to the longer of the two."""
        T = max(batch.T, probe.T)
        x = torch.cat([_pad(batch.x, T), _pad(probe.x, T)], 1)
        if batch.lengths is None and batch.T == probe.T:
            return x, None
        ends = torch.full((batch.B,), batch.T) if batch.lengths is None else batch.lengths
        return x, torch.cat([ends, torch.tensor([probe.T])])

    def complete_probe(self, probe: Probe, model: Any) -> Probe:
        """The probe, where it needs the network's own words because nobody knows what is right."""
        return probe

    def panel_extras(self, model: Any, probe: Probe) -> dict[str, Any]:
        """What the panel needs, besides, of the network, which has just read the probe: JSON."""
        return {}

    def draw(self, generator: torch.Generator, batch_size: int, update: int) -> Batch:
        """The training batch after `update` updates: for a task whose sequences grow harder."""
        return self.sample(generator, batch_size)

    @cached_property
    def held_out(self) -> Batch:
        """The same sequences for every seed, never trained on."""
        return self.make_held_out()

    @cached_property
    def train_eval(self) -> Batch:
        """A fixed sample of what is trained on, for the training metric."""
        return self.make_train_eval()

    @abstractmethod
    def make_held_out(self) -> Batch:
        """Makes or reads `held_out`; called once."""

    @abstractmethod
    def make_train_eval(self) -> Batch:
        """Makes or reads `train_eval`; called once."""

    @cached_property
    @abstractmethod
    def baselines(self) -> dict[str, dict[str, float]]:
        """What naive predictors reach on `held_out`: name -> metric -> value."""

    @abstractmethod
    def probe(self, text: str | None = None) -> Probe:
        """The sequence that `text` spells; without text, a held-out example."""

    @abstractmethod
    def loss(self, output: Tensor, batch: Batch) -> Tensor:
        """Scalar. output: [B, O] (at="last") or [T, B, O] (at="every")."""

    @abstractmethod
    def probe_loss(self, output: Tensor, probe: Probe) -> Tensor:
        """Scalar: where the gradients on the screen start. output: the head at every step [L, 1, O]."""

    def with_own_answers(self, probe: Probe, output: Tensor) -> Probe:
        """The probe with the network's own answers, of its output [L, 1, O], where `probe_loss` takes these for right."""
        return probe

    @abstractmethod
    def metrics(self, output: Tensor, batch: Batch) -> dict[str, float]:
        """Name -> value over a whole evaluation batch. output as for `loss`."""

    def batch_metrics(self, output: Tensor, batch: Batch, loss: float) -> dict[str, float]:
        """Metrics of one training batch: only what costs next to nothing."""
        return {}

    @abstractmethod
    def readout(self, output: Tensor) -> Tensor:
        """What the reader is shown of the network's output: probabilities, or the values themselves."""

    @abstractmethod
    def panel_data(self, model: Any, output: Tensor, batch: Batch, seed: int) -> PanelData:
        """What the panel draws, from the held-out batch and the network's output for it."""


def answer_unknown(y: Tensor, output: Tensor) -> Tensor:
    """The targets y [...], with the likeliest class of the output [..., C] where nobody knows."""
    return torch.where(y == UNKNOWN, output.detach().argmax(-1), y)


def _pad(x: Tensor, steps: int) -> Tensor:
    if len(x) == steps:
        return x
    return F.pad(x, [0] * (2 * x.dim() - 1) + [steps - len(x)])


def cross_entropy(output: Tensor, y: Tensor) -> Tensor:
    """Mean of -log p(y) in nats. output [..., C] before softmax, y [...]; targets UNKNOWN are left out."""
    return F.cross_entropy(output.flatten(0, -2), y.flatten(), ignore_index=UNKNOWN)


def check_text(what: str, text: object, most: int) -> str:
    """`text` if it is a string of at most `most` characters."""
    if not isinstance(text, str):
        raise ValueError(
            say("{what}: expected text, got {got}. Type it.", what=what, got=type(text).__name__)
        )
    if len(text) > most:
        raise ValueError(
            say(
                "{what}: expected at most {most} characters, got {got}. Shorten the text.",
                what=what,
                most=most,
                got=len(text),
            )
        )
    return text
