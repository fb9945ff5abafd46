"""What one call of a time step costs in NumPy and in torch.

The operands are those of one LSTM step: matrices [4H, H + 1 + I], columns [., B], all already in memory.
"""

import timeit
from argparse import Namespace

import numpy as np
import torch

from benchmarks._harness.result import Column, Result, Table
from benchmarks.engine.step import SIZES
from core.common.threads import limit_to_one_thread


def microseconds(call) -> float:
    """The best of seven: what the call costs when nothing else happens."""
    number = max(10, round(0.02 / timeit.timeit(call, number=3) * 3))
    return 1e6 * min(timeit.repeat(call, number=number, repeat=7)) / number


def row(size: str, dtype: torch.dtype) -> list[float]:
    """Microseconds of each operation in NumPy and in torch, and of torch's sigmoid."""
    _, B, H, I = SIZES[size]  # noqa: E741 (the field's name)
    V, col = torch.randn(4 * H, H + 1 + I, dtype=dtype), torch.randn(H + 1 + I, B, dtype=dtype)
    a, b, out = (torch.randn(4 * H, B, dtype=dtype) for _ in range(3))
    V_, col_, a_, b_, out_ = (tensor.numpy() for tensor in (V, col, a, b, out))
    calls = [
        lambda: np.dot(V_, col_, out=out_),
        lambda: torch.mm(V, col, out=out),
        lambda: np.tanh(a_, out=out_),
        lambda: torch.tanh(a, out=out),
        lambda: np.multiply(a_, b_, out=out_),
        lambda: torch.mul(a, b, out=out),
        lambda: torch.sigmoid(a, out=out),
    ]
    return [microseconds(call) for call in calls]


def measure(_arguments: Namespace) -> Result:
    """calls: a row for each size and type of number."""
    limit_to_one_thread()
    operations = ("product", "tanh", "elementwise product")
    pairs = [f"{operation}, {where}" for operation in operations for where in ("NumPy", "torch")]
    columns = [Column(title, ".2f", "µs") for title in (*pairs, "sigmoid, torch")]
    table = Table([Column("size"), Column("numbers"), *columns])
    for size in SIZES:
        for dtype in (torch.float32, torch.float64):
            table.add(size, str(dtype)[6:], *row(size, dtype))
    return Result({"calls": table})
