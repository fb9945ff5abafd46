"""What a check of recorded numbers gave: each quantity with its largest difference, and which are wrong."""

from dataclasses import dataclass

from .plain_loop import Key


@dataclass(frozen=True)
class Comparison:
    """One quantity ("f", "df", "dW_hh") of one layer and direction.

    largest: of its numbers. single, double: the largest difference in float32 and float64, as a share of
    `largest`. step, unit: where it is off the most; if it is wrong, the step at which that begins, as the pass
    goes. A weight has no step (-1). recorded, expected: the numbers there.
    """

    name: str
    part: str
    key: Key
    largest: float
    single: float
    double: float
    is_wrong: bool
    step: int
    unit: int
    recorded: float
    expected: float


@dataclass(frozen=True)
class CheckResult:
    """steps: of the sequence. numbers: how many were compared. not_finite: how many could not be.

    held: pre-activations that an intervention replaces, which are not compared. sensitive: whether rounding
    alone changes the values. loss: the loss as recorded, and by the plain loop in float64.
    """

    comparisons: tuple[Comparison, ...]
    steps: int
    numbers: int
    not_finite: int
    held: tuple[str, ...]
    sensitive: bool
    loss: tuple[float, float]

    @property
    def wrong(self) -> list[Comparison]:
        """The quantities that differ by more than rounding, in the order of computation: where it begins first."""
        wrong = [(k, c) for k, c in enumerate(self.comparisons) if c.is_wrong]
        return [c for _, c in sorted(wrong, key=lambda each: _order_of_computation(*each))]

    @property
    def quantities(self) -> int:
        """How many different ones there are, whatever their layer."""
        return len({c.name for c in self.comparisons})

    @property
    def single(self) -> float:
        """The largest difference in float32, as a share of its quantity's largest number."""
        return max((c.single for c in self.comparisons), default=0.0)

    @property
    def double(self) -> float:
        """The largest difference in float64, likewise."""
        return max((c.double for c in self.comparisons), default=0.0)


def _order_of_computation(place: int, comparison: Comparison) -> tuple[float, ...]:
    """Values come forward, layer by layer; gradients come back, from the last part and the top layer.

    place: among the comparisons, where quantities stand in the order of their equations.
    """
    layer, direction = comparison.key
    if comparison.name == "dW_hh":
        return (2, layer)
    later = comparison.step * (-1 if direction == "reverse" else 1)
    if comparison.name.startswith("d"):
        return (1, -(comparison.part == "decoder"), -layer, -later, -place)
    return (0, comparison.part == "decoder", layer, later, place)
