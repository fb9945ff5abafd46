"""The colours can be told apart: against both backgrounds, and from each other by colour-blind eyes.

Linear RGB as those eyes see it: Machado, Oliveira & Fernandes 2009, full strength. Distances are those of CIELAB.
"""

import itertools

import numpy as np
import pytest

from core.cells import CELLS
from dashboard.common.theme import EXPERIMENTS, GRADIENT, NEGATIVE, POSITIVE, QUANTITIES

WHITE, DARK = "#ffffff", "#10141a"
EYES = {
    "normal": np.eye(3),
    "protan": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deutan": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritan": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def linear(colour: str) -> np.ndarray:
    channels = np.array([int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def contrast(a: str, b: str) -> float:
    lights = sorted(float(linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (a, b))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def lab(colour: str, eyes: str) -> np.ndarray:
    seen = np.clip(EYES[eyes] @ linear(colour), 0, 1)
    x, y, z = TO_XYZ @ seen / [0.9505, 1, 1.089]
    f = [np.cbrt(v) if v > 0.008856 else 7.787 * v + 16 / 116 for v in (x, y, z)]
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


MARKS = {
    **QUANTITIES,
    **EXPERIMENTS,
    "gradient": GRADIENT,
    "negative": NEGATIVE,
    "positive": POSITIVE,
}


@pytest.mark.parametrize("name", MARKS)
@pytest.mark.parametrize("background", [WHITE, DARK])
def test_every_mark_stands_out_from_both_backgrounds(name, background):
    assert contrast(MARKS[name], background) >= 3


@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize("cell", CELLS)
def test_quantities_of_a_cell_differ_for_all_eyes(cell, eyes):
    # A letter without a colour of its own is drawn as ink, and so told by its name alone.
    names = [n for n in CELLS[cell]().quantities if n != "a" and n in QUANTITIES]
    for a, b in itertools.combinations(names, 2):
        distance = np.linalg.norm(lab(QUANTITIES[a], eyes) - lab(QUANTITIES[b], eyes))
        assert distance >= 20, f"{a} and {b}"


@pytest.mark.parametrize("eyes", EYES)
def test_signs_differ_for_all_eyes(eyes):
    assert np.linalg.norm(lab(NEGATIVE, eyes) - lab(POSITIVE, eyes)) >= 40
