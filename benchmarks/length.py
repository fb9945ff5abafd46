"""How the cost of a fully recorded update grows with the length T: python -m benchmarks.length

I = 8. The exponent is the slope of a straight line through log time against log T. An update has a cost
that does not depend on T, about a millisecond (Adam, head, autograd): at the smaller size it hides the
slope of the short sequences.
"""

import numpy as np
import torch

from benchmarks.interleave import cpu_times, milliseconds
from benchmarks.step import TORCH, update
from core.layers.recurrent import Recurrent

LENGTHS = (10, 30, 100, 300, 1000)
SIZES = ((32, 32), (64, 128))  # (B, H)


def exponent(milliseconds_of: list[float]) -> float:
    """The slope of log time against log T."""
    return float(np.polyfit(np.log(LENGTHS), np.log(milliseconds_of), 1)[0])


def main() -> None:
    lengths = " | ".join(f"T = {T}" for T in LENGTHS)
    print(f"| cell | B, H | {lengths} | exponent |")
    print("| --- | --- |" + " ---: |" * (len(LENGTHS) + 1))
    for cell in TORCH:
        for B, H in SIZES:
            sides = {
                str(T): update(Recurrent(cell, 8, H), torch.randn(T, B, 8), torch.randn(T, B, 1))
                for T in LENGTHS
            }
            times = cpu_times(sides, 6, least=5)
            found = [milliseconds(times, str(T)) for T in LENGTHS]
            cells = " | ".join(f"{ms:.2f} ms" for ms in found)
            print(f"| {cell} | {B}, {H} | {cells} | {exponent(found):.2f} |", flush=True)


if __name__ == "__main__":
    main()
