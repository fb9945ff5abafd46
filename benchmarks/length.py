"""How the cost of a fully recorded update grows with the length T: python -m benchmarks.length

B = H = 32, I = 8. The exponent is the slope of a straight line through log time against log T.
"""

import numpy as np
import torch

from benchmarks.interleave import cpu_times, milliseconds
from benchmarks.step import TORCH, update
from core.recurrent import Recurrent

LENGTHS = (10, 30, 100, 300, 1000)


def main() -> None:
    print(f"| cell | {' | '.join(f'T = {T}' for T in LENGTHS)} | exponent |")
    print("| --- |" + " ---: |" * (len(LENGTHS) + 1))
    for cell in TORCH:
        sides = {
            str(T): update(Recurrent(cell, 8, 32), torch.randn(T, 32, 8), torch.randn(T, 32, 1))
            for T in LENGTHS
        }
        times = cpu_times(sides, 6, least=5)
        found = [milliseconds(times, str(T)) for T in LENGTHS]
        exponent = np.polyfit(np.log(LENGTHS), np.log(found), 1)[0]
        print(
            f"| {cell} | {' | '.join(f'{ms:.2f} ms' for ms in found)} | {exponent:.2f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
