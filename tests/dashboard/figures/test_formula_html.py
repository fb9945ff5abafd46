"""Formulas in the report are read as formulas, of every cell."""

import re

import pytest

from core.cells import CELLS
from dashboard.figures.equations import equations
from dashboard.figures.formula_html import formula_to_html


def test_signs_and_indices():
    assert formula_to_html(r"n_t = \tanh(W_{hn} (r_t \odot h_{t-1}) + b_{in})") == (
        "n<sub>t</sub> = tanh(W<sub>hn</sub> (r<sub>t</sub> ⊙ h<sub>t−1</sub>) + b<sub>in</sub>)"
    )
    assert formula_to_html(r"h = \mathrm{relu}(a < b)") == "h = relu(a &lt; b)"
    assert formula_to_html(r"x^2 \sigma(y)") == "x<sup>2</sup> σ(y)"


@pytest.mark.parametrize("cell", CELLS)
def test_no_latex_is_left(cell):
    for line in equations(cell, {}, "torch"):
        assert not re.search(r"[\\_^{}]", formula_to_html(line)), line
