"""Maps of numbers as tiny PNG files, in colours that stand on light and on dark paper, and numbers as a line.

    map_png(levels, signed=True)        # levels [rows, columns] from -1 to 1: blue, nothing, orange
    data_uri(png)                       # for <image href="…">: no network is asked
    line_points(values, 300, 40)        # the points of an SVG polyline, on a scale of decades

Colour is opacity: 0 is the paper itself, whatever its colour. Numbers that are none, or infinite, are grey.
"""

import base64
import struct
import zlib
from collections.abc import Callable
from itertools import pairwise

import numpy as np

NEGATIVE, POSITIVE, GATE, LOST = (24, 112, 196), (224, 104, 16), (39, 163, 139), (127, 127, 127)
LEVELS = 100  # on either side of 0
SMALLEST_OPACITY = 0.06  # of a number that is not 0
CLEAR = 255  # opacity of a whole colour


def map_png(levels: np.ndarray, signed: bool) -> bytes:
    """A PNG of one pixel for each number. levels: float [rows, columns], from -1 to 1, or 0 to 1 unless signed."""
    rows, columns = levels.shape
    colours, opacities = _palette(signed)
    is_lost = ~np.isfinite(levels)
    indices = np.rint(np.clip(np.where(is_lost, 0, levels), -1, 1) * LEVELS).astype(int) + LEVELS
    indices[is_lost] = 2 * LEVELS + 1
    lines = np.zeros((rows, columns + 1), np.uint8)  # each line begins with its filter: none
    lines[:, 1:] = indices
    header = struct.pack(">IIBBBBB", columns, rows, 8, 3, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"PLTE", colours), (b"tRNS", opacities)]
    chunks += [(b"IDAT", zlib.compress(lines.tobytes(), 9)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in chunks)


def data_uri(png: bytes) -> str:
    """The picture as an address that holds it."""
    return "data:image/png;base64," + base64.b64encode(png).decode()


def bin_map(
    values: np.ndarray, rows: int, columns: int, of: Callable[..., np.ndarray]
) -> np.ndarray:
    """At most so many rows and columns: of each block what `of` (np.mean, …) says along an axis."""
    for axis, most in ((0, rows), (1, columns)):
        if values.shape[axis] > most:
            edges = np.linspace(0, values.shape[axis], most + 1).astype(int)
            blocks = [of(values.take(range(a, b), axis), axis=axis) for a, b in pairwise(edges)]
            values = np.stack(blocks, axis)
    return values


def largest_of(values: np.ndarray, axis: int) -> np.ndarray:
    """The number that is largest in size along an axis, with its sign."""
    place = np.expand_dims(np.nan_to_num(np.abs(values), nan=np.inf).argmax(axis), axis)
    return np.take_along_axis(values, place, axis).squeeze(axis)


def decade_levels(values: np.ndarray, decades: int) -> tuple[np.ndarray, float]:
    """(levels -1 to 1 on a scale of decades below the largest size, that size). Smaller ones are 0 only if they are 0."""
    sizes = np.abs(values)
    finite = sizes[np.isfinite(sizes)]
    peak = float(finite.max()) if finite.size else 0.0
    if peak <= 0:
        return np.where(np.isfinite(values), 0.0, np.nan), 0.0
    with np.errstate(divide="ignore", invalid="ignore"):
        levels = 1 + np.log10(sizes / peak) / decades
    levels = np.where(sizes > 0, np.clip(levels, 1 / LEVELS, 1), 0) * np.sign(values)
    return np.where(np.isfinite(values), levels, np.nan), peak


def line_points(values: np.ndarray, width: float, height: float, decades: int) -> str:
    """The points of a polyline through sizes [T], on a scale of decades below the largest; steps stand in mid-column."""
    levels, _ = decade_levels(np.abs(values), decades)
    column = width / max(1, len(values))
    return " ".join(
        f"{(t + 0.5) * column:.1f},{(1 - level) * height:.1f}"
        for t, level in enumerate(levels)
        if np.isfinite(level)
    )


def _palette(signed: bool) -> tuple[bytes, bytes]:
    sizes = np.abs(np.arange(-LEVELS, LEVELS + 1)) / LEVELS
    opacity = SMALLEST_OPACITY + (1 - SMALLEST_OPACITY) * sizes
    opacity[LEVELS] = 0
    below = NEGATIVE if signed else LOST
    colours = [below] * LEVELS + [POSITIVE if signed else GATE] * (LEVELS + 1) + [LOST]
    clear = np.append(np.rint(opacity * CLEAR), CLEAR).astype(np.uint8)
    return bytes(sum(colours, ())), clear.tobytes()


def _chunk(kind: bytes, content: bytes) -> bytes:
    check = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)
