"""Named tensors from a reader's file, which is checked and of which nothing is executed.

    state_dicts = read_state_dicts(content)
    state_dicts[0].source, state_dicts[0].tensors["rnn.weight_hh_l0"]

.safetensors files, and what torch.save has written since 1.6: a state_dict, a checkpoint with several of them among
other things, a whole model. Which of them it is its content says, not its name. Any other content raises a ValueError
with one sentence that says what it is.
"""

import struct
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load as load_safetensors
from torch import Tensor

from ..common.messages import say, sentence_of
from ..layers.recording import FORMAT, Recording
from .file_kinds import SAVE, recognise_file
from .natural_order import natural_key
from .torch_files import RefusedError, Shell, load_torch_file

MAX_FILE_BYTES = 64 * 2**20  # of a file, and of all numbers in it
MAX_HEADER_BYTES = 2**20  # bytes of the header of a .safetensors file
MAX_ENTRIES = 10_000  # in a torch.save file, or things in any
MAX_DEPTH = 8  # dicts in dicts, or modules in modules
MAX_NAME_CHARACTERS = 300  # characters of a name; things with longer ones are passed over
MAX_COUNTER = 10**12  # of updates or epochs
MAX_VIEW_NUMBERS = 10_000  # a larger tensor must have its numbers in the file
WEIGHTS = say("a state_dict of PyTorch (from torch.save, or .safetensors)")


@dataclass(frozen=True)
class StateDict:
    """Named tensors of a file, on the CPU; floating-point ones as float32 or float64.

    source: where they stand in the file, as "ema.state_dict"; "" where the file is nothing else.
    opaque: name -> class of each thing among them that is no tensor and of no class that is read here.
    """

    source: str
    tensors: Mapping[str, Tensor]
    opaque: Mapping[str, str] = field(default_factory=dict)

    @property
    def nbytes(self) -> int:
        """What the tensors take, in bytes."""
        return sum(v.nbytes for v in self.tensors.values())


@dataclass(frozen=True)
class Contents:
    """state_dicts: every dict of the file that has tensors or opaque things, in the file's order.

    counters: whole numbers at the top of the file, by their names, as "epoch".
    """

    state_dicts: list[StateDict]
    counters: Mapping[str, int]


def read_state_dicts(content: bytes) -> list[StateDict]:
    """The `state_dicts` of `read_contents`."""
    return read_contents(content).state_dicts


def read_contents(content: bytes) -> Contents:
    """What the file holds. ValueError for other content."""
    check_size(content)
    kind = recognise_file(content)
    if kind is not None:
        raise refuse_file(WEIGHTS, kind.name, kind.cure)
    tree = _load_torch(content) if content[:2] == b"PK" else _load_safetensors(content)
    state_dicts = [each for each in _StateDicts().collect(tree) if each.tensors or each.opaque]
    if not state_dicts:
        raise refuse_file(
            WEIGHTS, say("a file without a named tensor"), say("Save the weights: {how}", how=SAVE)
        )
    numbers = sum(v.numel() for each in state_dicts for v in each.tensors.values())
    if numbers > MAX_FILE_BYTES // 4:
        raise refuse_file(
            say("at most {most} million numbers", most=MAX_FILE_BYTES // 2**22),
            say("{millions:.0f} million", millions=numbers / 1e6),
            say("Leave out of the file what is not of the recurrent layers"),
        )
    # A view of a few numbers can claim to be large, so copies are made only after the checks.
    copies = [
        StateDict(
            each.source,
            {name: _copy(tensor) for name, tensor in each.tensors.items()},
            each.opaque,
        )
        for each in state_dicts
    ]
    return Contents(copies, _read_counters(tree))


def _read_counters(tree: Any) -> dict[str, int]:
    items = tree.items() if isinstance(tree, Mapping) else ()
    return {
        name: value
        for name, value in items
        if isinstance(name, str) and type(value) is int and 0 <= value < MAX_COUNTER
    }


def is_recording(content: bytes) -> bool:
    """Whether the bytes begin like a file that `Recording.save` wrote."""
    size = struct.unpack("<Q", content[:8])[0] if len(content) >= 8 else 0
    return size <= MAX_HEADER_BYTES and FORMAT.encode() in content[8 : 8 + size]


def read_recording(content: bytes) -> Recording:
    """The recording in the bytes of a file that `Recording.save` wrote. ValueError for others."""
    check_size(content)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "recording.safetensors"
        path.write_bytes(content)
        return Recording.load(path)


def check_size(content: bytes) -> None:
    """ValueError with a sentence for a file that is too large to be read."""
    if len(content) > MAX_FILE_BYTES:
        raise refuse_file(
            say("a file of at most {most} MiB", most=MAX_FILE_BYTES >> 20),
            say("{mib:.1f} MiB", mib=len(content) / 2**20),
            say("Save the weights without optimizer and data"),
        )


def _load_safetensors(content: bytes) -> Mapping[str, Any]:
    if struct.unpack("<Q", content[:8])[0] > MAX_HEADER_BYTES:
        raise refuse_file(
            say("a .safetensors file"),
            say("one with a header of more than a MiB"),
            say("Save fewer tensors"),
        )
    try:
        tensors = load_safetensors(content)
        # The file has lost the order of the model.
        return {name: tensors[name] for name in sorted(tensors, key=natural_key)}
    except Exception as error:  # a hostile file may cause any of them
        problem = str(error)[:100] or type(error).__name__
        raise refuse_file(
            say("a whole .safetensors file"),
            say("one that cannot be read ({problem})", problem=problem.replace(". ", ", ")),
            say("Copy or download it again"),
        ) from error


def _load_torch(content: bytes) -> Any:
    try:
        return load_torch_file(content, MAX_FILE_BYTES, MAX_ENTRIES)
    except RefusedError as error:
        raise refuse_file(
            WEIGHTS, sentence_of(error), say("Save the weights alone: {how}", how=SAVE)
        ) from error


class _StateDicts:
    """Walks through what a file holds; counts, so that a file that holds itself many times ends too."""

    def __init__(self) -> None:
        self.count = 0

    def collect(self, value: Any, source: str = "", depth: int = 0) -> Iterator[StateDict]:
        """The state_dict that `value` is, then those in it, each with its place in the file."""
        if depth > MAX_DEPTH:
            return
        if isinstance(value, list | tuple):
            value = dict(enumerate(value)) if any(_has_children(v) for v in value) else {}
        elif isinstance(value, Shell):
            module = StateDict(source, *self.read_module(value))
            yield module
            value = {} if module.tensors else value.attributes
        if not isinstance(value, Mapping):
            return
        children = [(str(name), child) for name, child in value.items() if self.is_counted(name)]
        yield self.read_dict(source, children)
        for name, child in children:
            if _has_children(child):
                place = f"{source}.{name}" if source else name
                yield from self.collect(child, place, depth + 1)

    def read_dict(self, source: str, children: list[tuple[str, Any]]) -> StateDict:
        """The tensors that stand in one dict."""
        tensors, opaque = dict[str, Tensor](), dict[str, str]()
        for name, child in children:
            self.sort_in(name, child, tensors, opaque)
        return StateDict(source, tensors, opaque)

    def read_module(
        self, shell: Shell, prefix: str = "", depth: int = 0
    ) -> tuple[dict[str, Tensor], dict[str, str]]:
        """What the state_dict of a pickled module would be: its own tensors and those of its modules."""
        tensors, opaque = dict[str, Tensor](), dict[str, str]()
        attributes = shell.attributes
        for group in ("_parameters", "_buffers"):
            for name, child in _items(attributes.get(group)):
                if self.is_counted(name):
                    self.sort_in(prefix + name, child, tensors, opaque)
        if "quantized" in shell.path:
            opaque[prefix.rstrip(".")] = shell.path
        for name, child in _items(attributes.get("_modules")):
            if isinstance(child, Shell) and depth < MAX_DEPTH and self.is_counted(name):
                inner, inner_opaque = self.read_module(child, f"{prefix}{name}.", depth + 1)
                tensors |= inner
                opaque |= inner_opaque
        return tensors, opaque

    def sort_in(
        self, name: str, child: Any, tensors: dict[str, Tensor], opaque: dict[str, str]
    ) -> None:
        """Puts a tensor among the tensors, and a thing of another class among the opaque ones."""
        if isinstance(child, Tensor):
            dense = _make_dense(child)
            if dense is not None:
                tensors[name] = dense
        elif isinstance(child, Shell):
            opaque[name] = child.path

    def is_counted(self, name: Any) -> bool:
        """Whether a child of this name is looked at; an optimizer numbers its own, which are no weights."""
        self.count += 1
        if self.count > MAX_ENTRIES:
            raise refuse_file(
                say("at most {most} entries", most=MAX_ENTRIES),
                say("more"),
                say("Save the weights alone: {how}", how=SAVE),
            )
        return isinstance(name, int | str) and len(str(name)) < MAX_NAME_CHARACTERS


def _items(value: Any) -> list[tuple[str, Any]]:
    items = value.items() if isinstance(value, Mapping) else ()
    return [(name, child) for name, child in items if isinstance(name, str)]


def _has_children(value: Any) -> bool:
    """Whether state_dicts may stand in it. A dict with numbered keys is an optimizer's state."""
    if isinstance(value, Mapping):
        return any(isinstance(name, str) for name in value)
    return isinstance(value, list | tuple | Shell)


def _make_dense(tensor: Tensor) -> Tensor | None:
    """The tensor with all its numbers; None where it has none on the CPU, or only claims to have them."""
    if tensor.device.type != "cpu" or tensor.is_complex():
        return None
    if tensor.layout != torch.strided:
        return tensor.detach().to_dense() if tensor.numel() <= MAX_FILE_BYTES // 4 else None
    claimed = tensor.numel() * tensor.element_size()
    if tensor.numel() > MAX_VIEW_NUMBERS and claimed > tensor.untyped_storage().nbytes():
        return None
    return tensor


def _copy(tensor: Tensor) -> Tensor:
    if tensor.is_floating_point() and tensor.dtype != torch.float64:
        tensor = tensor.float()
    return tensor.detach().contiguous().clone()


def refuse_file(expected: str, got: str, cure: str) -> ValueError:
    """The error of a model file that is not read."""
    return ValueError(
        say(
            "Model file: expected {expected}, got {got}. {cure}.",
            expected=expected,
            got=got,
            cure=cure,
        )
    )
