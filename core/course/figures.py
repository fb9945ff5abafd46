"""Stored results of a lesson, figures.json: a value for each seed of each effect, and a curve where it is asked for.

    {"provenance": {…}, "figures": {"with_memory": {"values": [1.0, 0.92, 1.0], "curve": {"x": […], "y": [[…], …]}}}}

Written by `python -m benchmarks learning.lessons NAME`, never by hand.
"""

import json
import statistics
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ..common.messages import say
from .fields import Fields, as_fields, as_number, misfit
from .lesson import Curve, Effect, Figure
from .written_numbers import write_number
from .yaml_file import place_of, read_text_file

FIGURES_FILE = "figures.json"
MISSING = "…"  # in the place of a figure that has not been measured yet
MAX_CURVE_POINTS = 2000


def read_figures(path: Path, effects: Mapping[str, Effect]) -> dict[str, Figure]:
    """The stored figures of these effects; of one that was not measured yet, none. ValueError: no such file."""
    if not path.is_file():
        return {}
    place = place_of(path)
    try:
        stored = json.loads(read_text_file(path))
    except (json.JSONDecodeError, RecursionError):
        cure = say("Run the lesson's benchmark.")
        raise misfit(place, say("JSON"), "other text", cure) from None
    fields = as_fields(place, stored).mapping("figures")
    return {
        name: _read_figure(fields.mapping(name), effects[name].format)
        for name in fields.values
        if name in effects
    }


def _read_figure(fields: Fields, form: str) -> Figure:
    values = _numbers(fields, "values", 10)
    if not fields.has("curve"):
        return Figure(values, form)
    inner = fields.mapping("curve")
    x = _numbers(inner, "x", MAX_CURVE_POINTS)
    rows = inner.listed("y", 1, 10)
    y = tuple(_numbers(Fields(inner.at("y"), {"y": row}), "y", MAX_CURVE_POINTS) for row in rows)
    if any(len(row) != len(x) for row in y):
        expected = say("as many values as x has")
        raise misfit(inner.at("y"), expected, [len(row) for row in y], say("Measure it anew."))
    return Figure(values, form, Curve(x, y))


def _numbers(fields: Fields, name: str, most: int) -> tuple[float, ...]:
    return tuple(as_number(fields.at(name), item) for item in fields.listed(name, 1, most))


def to_json(figures: Mapping[str, Figure], provenance: Mapping[str, Any]) -> str:
    """The text of the file: a line for each figure."""
    lines = [
        f'  "{name}": ' + json.dumps({"values": _short(figure.values)} | _curve(figure))
        for name, figure in figures.items()
    ]
    head = json.dumps(dict(provenance), ensure_ascii=False)
    body = ",\n".join(lines)
    return f'{{\n "provenance": {head},\n "figures": {{\n{body}\n }}\n}}\n'


def _curve(figure: Figure) -> dict[str, Any]:
    if figure.curve is None:
        return {}
    return {"curve": {"x": list(figure.curve.x), "y": [_short(row) for row in figure.curve.y]}}


def _short(values: tuple[float, ...]) -> list[float]:
    return [float(f"{value:.5g}") for value in values]


def put_figure(
    figures: Mapping[str, Figure], write: Callable[[float, str], str] = write_number
) -> Callable[[str, bool], str]:
    """What stands in a text for a figure: the median of its seeds, or all of them; once where all read the same."""

    def put_in(name: str, all_seeds: bool) -> str:
        figure = figures.get(name)
        if figure is None:
            return MISSING
        if all_seeds:
            written = [write(value, figure.format) for value in figure.values]
            return written[0] if len(set(written)) == 1 else ", ".join(written)
        return write(statistics.median(figure.values), figure.format)

    return put_in
