"""What a figure shows, in words: for readers who hear it."""

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from dashboard.common.i18n import _, join_sentences, write_digits

MAX_SERIES = 12  # of a figure, that are described one by one


def describe_figure(figure: Mapping[str, Any], title: str = "") -> str:
    """The figure in sentences: its title, its axes, and what each series is, with its smallest and largest number.

    figure: a Plotly figure as a dict. title: what it shows as a whole, without a full stop.
    """
    layout = figure.get("layout", {})
    title = title or _text_of(layout.get("title"))
    sentences = [_("{sentence}.", sentence=title.rstrip(".。")) if title else ""]
    across, up = (_text_of(layout.get(name, {}).get("title")) for name in ("xaxis", "yaxis"))
    if across and up:
        sentences.append(_("{up} over {across}.", up=up, across=across))
    series = [s for s in map(_describe_series, figure.get("data", [])) if s]
    sentences += series[:MAX_SERIES]
    if len(series) > MAX_SERIES:
        sentences.append(_("And {n} more.", n=len(series) - MAX_SERIES))
    return join_sentences(sentences)


def _text_of(title: Any) -> str:
    """A title as it is heard: without markup."""
    text = title.get("text") if isinstance(title, Mapping) else title
    return plain_text(text) if isinstance(text, str) else ""


def plain_text(text: str) -> str:
    """A text of a figure without Plotly's markup."""
    plain = re.sub(r"<br>", " ", text)
    plain = re.sub(r"<[^>]+>", "", plain)
    return plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _describe_series(trace: Mapping[str, Any]) -> str:
    """One series in a sentence; "" for what only decorates."""
    name = plain_text(str(trace.get("name") or ""))
    is_map = trace.get("type") in ("heatmap", "surface")
    values = np.asarray(trace.get("z" if is_map else "y", ()), dtype=object)
    try:
        numbers = values.astype(np.float64)
    except (TypeError, ValueError):
        return name and f"{name}."
    finite = numbers[np.isfinite(numbers)]
    decorates = trace.get("showlegend") is False and not is_map
    if not name or not finite.size or decorates:
        return ""
    low, high = write_digits(finite.min()), write_digits(finite.max())
    if is_map and numbers.ndim == 2:
        rows, columns = numbers.shape
        return _(
            "{name}: a map of {rows} rows and {columns} columns, from {low} to {high}.",
            name=name,
            rows=rows,
            columns=columns,
            low=low,
            high=high,
        )
    if low == high:
        return _("{name}: {value}.", name=name, value=low)
    if trace.get("mode") == "markers" or trace.get("type") == "bar":
        return _(
            "{name}: {n} values from {low} to {high}.", name=name, n=finite.size, low=low, high=high
        )
    return _(
        "{name}: from {first} to {last}, between {low} and {high}.",
        name=name,
        first=write_digits(finite[0]),
        last=write_digits(finite[-1]),
        low=low,
        high=high,
    )
