"""What one call of a time step costs in NumPy and in torch: python -m benchmarks.operations

The operands are those of one LSTM step: matrices [4H, H + 1 + I], columns [., B], all already in memory.
"""

import timeit

import numpy as np
import torch

from benchmarks.step import SIZES
from core.common.threads import one_thread


def microseconds(call) -> float:
    """The best of seven: what the call costs when nothing else happens."""
    number = max(10, round(0.02 / timeit.timeit(call, number=3) * 3))
    return 1e6 * min(timeit.repeat(call, number=number, repeat=7)) / number


def row(size: str, dtype: torch.dtype) -> str:
    """One line of the table."""
    _, B, H, I = SIZES[size]  # noqa: E741 (the field's name)
    V, col = torch.randn(4 * H, H + 1 + I, dtype=dtype), torch.randn(H + 1 + I, B, dtype=dtype)
    a, b, out = (torch.randn(4 * H, B, dtype=dtype) for _ in range(3))
    V_, col_, a_, b_, out_ = (tensor.numpy() for tensor in (V, col, a, b, out))
    pairs = [
        (lambda: np.dot(V_, col_, out=out_), lambda: torch.mm(V, col, out=out)),
        (lambda: np.tanh(a_, out=out_), lambda: torch.tanh(a, out=out)),
        (lambda: np.multiply(a_, b_, out=out_), lambda: torch.mul(a, b, out=out)),
    ]
    cells = [f"{microseconds(one):.2f}, {microseconds(other):.2f}" for one, other in pairs]
    cells.append(f"{microseconds(lambda: torch.sigmoid(a, out=out)):.2f}")
    return f"| {size} | {str(dtype)[6:]} | {' | '.join(cells)} |"


def main() -> None:
    one_thread()
    print("Microseconds a call: NumPy, torch.\n")
    print("| size | dtype | product | tanh | elementwise product | sigmoid (torch only) |")
    print("| --- | --- | ---: | ---: | ---: | ---: |")
    for size in SIZES:
        for dtype in (torch.float32, torch.float64):
            print(row(size, dtype), flush=True)


if __name__ == "__main__":
    main()
