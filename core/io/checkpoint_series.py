"""Checkpoints of one training, in the order of their step.

    series = read_series(unpack_files(uploads)[0])
    series.orders                  # the ways in which their step can be read, the likeliest first
    series.in_order("epoch")       # the checkpoints, by that one
    series.problems                # a sentence for each file that is not among them, by name

A step stands in names, as epoch_3, step-1200, ckpt_00010, or in the file, as "epoch" or "global_step".
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..common.messages import say, sentence_of
from .checkpoint_files import NamedFile
from .model_files import ModelFile, read_model_file
from .natural_order import natural_key

BY_NAME = ""  # where no step is known: the names as they are sorted, numbers by their size
COUNTERS = ("global_step", "step", "iteration", "iter", "update", "epoch")  # in a file
# A word and a whole number behind it; a decimal, as of a loss in the name, is no step.
NUMBER = re.compile(
    r"(?P<word>[A-Za-z]*)[^A-Za-z0-9]*(?<!\d\.)(?<!\d)(?P<number>\d{1,12})(?!\d)(?!\.\d)"
)
Shapes = tuple[tuple[str, tuple[int, ...]], ...]


@dataclass(frozen=True)
class Checkpoint:
    """name: of its file. model: what it holds. steps: way of reading its step -> the step."""

    name: str
    model: ModelFile
    steps: Mapping[str, int]


@dataclass(frozen=True)
class Series:
    """checkpoints: of one model, as they came. orders: the ways to order them that differ, the likeliest first.

    same: way -> others that give the same order. problems: a sentence for each file that is left out.
    """

    checkpoints: tuple[Checkpoint, ...]
    orders: tuple[str, ...]
    problems: tuple[str, ...]

    def in_order(self, order: str) -> list[Checkpoint]:
        """The checkpoints by their step."""
        if order == BY_NAME:
            return sorted(self.checkpoints, key=lambda each: natural_key(each.name))
        return sorted(self.checkpoints, key=lambda each: each.steps[order])

    def step_of(self, checkpoint: Checkpoint, order: str) -> int:
        """Its step; with no known one its place, from 1."""
        if order == BY_NAME:
            return 1 + self.in_order(order).index(checkpoint)
        return checkpoint.steps[order]

    @property
    def nbytes(self) -> int:
        """What all tensors take, in bytes."""
        return sum(each.model.nbytes for each in self.checkpoints)


def read_series(files: Sequence[NamedFile]) -> Series:
    """The files that are checkpoints of one model: of the one that most of them are of, the last one of as many.

    ValueError where none can be read.
    """
    read, problems = list[Checkpoint](), list[str]()
    names = _short_names([file.name for file in files])
    for file in files:
        try:
            model = read_model_file(file.content)
        except ValueError as error:
            sentence = sentence_of(error)
            if len(files) == 1:
                raise
            problems.append(say("{file}: {sentence}", file=names[file.name], sentence=sentence))
            continue
        steps = _steps_in_name(names[file.name]) | _steps_in_file(model)
        read.append(Checkpoint(names[file.name], model, steps))
    if not read:
        raise ValueError(
            problems[0] if problems else say("Model files: expected one, got none. Choose some.")
        )
    shapes = [shapes_of(each.model) for each in read]
    times = Counter(shapes)
    usual = max(reversed(shapes), key=lambda shape: times[shape])  # of as many, the newest
    checkpoints = [each for each, shape in zip(read, shapes, strict=True) if shape == usual]
    problems += [
        say(
            "{file}: expected the model of the other files, got another one ({difference}). It is left out.",
            file=each.name,
            difference=_first_difference(usual, shape),
        )
        for each, shape in zip(read, shapes, strict=True)
        if shape != usual
    ]
    return Series(tuple(checkpoints), find_orders(checkpoints), tuple(problems))


def shapes_of(model: ModelFile) -> Shapes:
    """Names and shapes of the weights of the model itself: two checkpoints of one training have the same."""
    own = model.tensors[model.layers[0].source]
    return tuple(sorted((name, tuple(v.shape)) for name, v in own.items() if v.is_floating_point()))


def find_orders(checkpoints: Sequence[Checkpoint]) -> tuple[str, ...]:
    """The ways to read a step that every checkpoint has and that tell them apart, one for each different order."""
    if len(checkpoints) < 2:
        return (BY_NAME,)
    ways = [
        way
        for way in checkpoints[0].steps
        if all(way in each.steps for each in checkpoints)
        and len({each.steps[way] for each in checkpoints}) == len(checkpoints)
    ]
    by_order: dict[tuple[int, ...], str] = {}
    for way in sorted(ways, key=_rank):
        places = range(len(checkpoints))
        order = tuple(sorted(places, key=lambda k, way=way: checkpoints[k].steps[way]))
        by_order.setdefault(order, way)
    return tuple(by_order.values()) or (BY_NAME,)


def _rank(way: str) -> int:
    """A count of updates is finer than one of epochs; a word that is known comes before another one."""
    word = way.rpartition(" ")[2]
    return COUNTERS.index(word) if word in COUNTERS else len(COUNTERS)


def _steps_in_name(name: str) -> dict[str, int]:
    stem = name.rpartition("/")[2].rpartition(".")[0] or name
    steps: dict[str, int] = {}
    for match in NUMBER.finditer(stem):
        steps.setdefault(match["word"].lower() or "number", int(match["number"]))
    return steps


def _steps_in_file(model: ModelFile) -> dict[str, int]:
    """Under names of their own, as one may contradict the file's name."""
    return {
        say("file: {counter}", counter=name): number
        for name, number in model.counters.items()
        if name in COUNTERS
    }


def _first_difference(usual: Shapes, other: Shapes) -> str:
    expected, got = dict(usual), dict(other)
    for name in expected.keys() & got.keys():
        if expected[name] != got[name]:
            return say(
                "{weight} of shape {got} instead of {expected}",
                weight=name[-60:],
                got=list(got[name]),
                expected=list(expected[name]),
            )
    missing = [name for name in expected if name not in got]
    if missing:
        return say("without {weight}", weight=missing[0][-60:])
    return say("{weight} besides", weight=next(n for n in got if n not in expected)[-60:])


def _short_names(names: Sequence[str]) -> dict[str, str]:
    """Each name without the folders that all have in common, unless two become one."""
    last = {name: name.rpartition("/")[2] for name in names}
    return last if len({*last.values()}) == len(names) else {name: name for name in names}
