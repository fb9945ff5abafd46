"""How the cost of a fully recorded update grows with the length T.

I = 8. The exponent is the slope of a straight line through log time against log T. An update has a cost
that does not depend on T, about a millisecond (Adam, head, autograd): at the smaller size it hides the
slope of the short sequences.
"""

from argparse import Namespace

import numpy as np
import torch

from benchmarks._harness.interleave import cpu_times, milliseconds
from benchmarks._harness.result import Column, Result, Table
from benchmarks.engine.step import TORCH, update
from core.layers.recurrent import Recurrent

LENGTHS = (10, 30, 100, 300, 1000)
SIZES = ((32, 32), (64, 128))  # (B, H)


def exponent(milliseconds_of: list[float]) -> float:
    """The slope of log time against log T."""
    return float(np.polyfit(np.log(LENGTHS), np.log(milliseconds_of), 1)[0])


def measure(_arguments: Namespace) -> Result:
    """updates: a row for each cell and size."""
    lengths = [Column(f"T = {T}", ".2f", "ms") for T in LENGTHS]
    table = Table([Column("cell"), Column("B, H"), *lengths, Column("exponent", ".2f")])
    for cell in TORCH:
        for B, H in SIZES:
            sides = {
                str(T): update(Recurrent(cell, 8, H), torch.randn(T, B, 8), torch.randn(T, B, 1))
                for T in LENGTHS
            }
            times = cpu_times(sides, 6, least=5)
            medians = [milliseconds(times, str(T)) for T in LENGTHS]
            table.add(cell, f"{B}, {H}", *medians, exponent(medians))
    return Result({"updates": table})
