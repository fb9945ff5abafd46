"""Plotly's figures on a page, and the files that a reader saves of them.

The components save themselves (web/snapshot.js). A figure's toolbar has a camera; web/hidden/plotly_toolbar.js lets
it save PNG at twice the size and, beside it, SVG. The name of the file stands in the figure's `layout.meta`, and so
does what the figure shows in words, which web/hidden/plotly_words.js gives to screen readers.
"""

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from typing import Any

import numpy as np
import streamlit as st

from dashboard.common.file_names import file_name, plain_name
from dashboard.common.i18n import SOURCE, _, language, number_signs
from dashboard.common.markdown import escape_markdown
from dashboard.common.plotly_config import plotly_config
from dashboard.figures.descriptions import describe_figure
from dashboard.player.component import fits_in_a_message, load_component
from dashboard.session.controls import read_control
from dashboard.session.live_run import find_run
from dashboard.session.simplification import simplification

LARGE_TYPE_FACTOR = 1.25  # welcome.LARGE_TYPE_STYLE enlarges the page's own texts as much
BASE64 = 4 / 3  # characters for a byte of an array
PIXEL_SIZES = ("height", "width")  # of the layout, in pixels


def draw_chart(
    figure: Any,
    key: str,
    place: Any = st,
    about: str | None = None,
    alt: str = "",
    on_select: Callable[[], None] | None = None,
) -> None:
    """The figure on the page, as wide as its place; large type makes its texts larger too.

    key: also says in the name of the saved file which figure it is. place: a column, or the page.
    about: how that name begins; None: with the session's run. alt: what the figure shows, in words; its axes and
    series are named behind it. on_select: called when the reader clicks on a point; `selected_point` says which.
    """
    content = as_dict(figure)
    arrays = (v for trace in content["data"] for v in trace.values() if isinstance(v, np.ndarray))
    if not fits_in_a_message(BASE64 * sum(array.nbytes for array in arrays), place):
        return
    if simplification().big:
        content = enlarge_figure(content, LARGE_TYPE_FACTOR)
    name = _run_name() if about is None else about
    meta = {"file": plain_name([name, key]), "alt": describe_figure(content, alt)}
    layout = {"meta": meta} | ({} if language() == SOURCE else {"separators": number_signs()})
    content["layout"] = {**content.get("layout", {}), **layout}
    place.plotly_chart(
        content,
        key=key,
        width="stretch",
        theme="streamlit",
        config=plotly_config(),
        on_select=on_select or "ignore",
        selection_mode="points",
    )


def selected_point(key: str) -> Sequence[Any] | None:
    """The customdata of the point of this chart that was clicked; None where there is none."""
    points = (read_control(key) or {}).get("selection", {}).get("points", [])
    data = points[0].get("customdata") if points and isinstance(points[0], Mapping) else None
    return data if isinstance(data, Sequence) and not isinstance(data, str) else None


def draw_titled_chart(title: str, figure: Any, key: str, about: str | None = None) -> None:
    """A figure under its title, which can take two lines; it fits its column and keeps its place."""
    st.markdown(f"**{escape_markdown(title)}**")
    draw_chart(figure, key, about=about, alt=title)


def _run_name() -> str:
    live = find_run()
    if live is None:
        return ""
    return f"{file_name(live.trainer.experiment)}-update-{live.trainer.index}"


def as_dict(figure: Any) -> dict[str, Any]:
    """A figure as the dict that is sent; its own is not touched."""
    return dict(figure) if isinstance(figure, Mapping) else figure.to_dict()


def enlarge_figure(figure: Mapping[str, Any], factor: float) -> dict[str, Any]:
    """The figure with its letters, margins and height times `factor`; data and axes stay."""
    enlarged = deepcopy(dict(figure))
    layout = enlarged.setdefault("layout", {})
    fonts = layout.setdefault("font", {})
    fonts.setdefault("size", 12)
    _enlarge_fonts(layout, factor)
    for trace in enlarged.get("data", []):
        _enlarge_fonts(trace, factor)
    for name in PIXEL_SIZES:
        if name in layout:
            layout[name] = round(layout[name] * factor)
    if "margin" in layout:
        layout["margin"] = {
            side: v * factor if side != "autoexpand" else v for side, v in layout["margin"].items()
        }
    return enlarged


def _enlarge_fonts(part: Any, factor: float) -> None:
    """Every font anywhere in `part`, a figure or a piece of one; in place."""
    if isinstance(part, list | tuple):
        for value in part:
            _enlarge_fonts(value, factor)
    elif isinstance(part, dict):
        for name, value in part.items():
            if name.endswith("font") and isinstance(value, dict):
                if isinstance(value.get("size"), int | float):
                    value["size"] *= factor
            elif name not in ("z", "x", "y", "customdata", "text", "template"):
                _enlarge_fonts(value, factor)


def offer_svg_download() -> None:
    """For every page: lets its figures be saved as SVG too."""
    load_component("hidden/plotly_toolbar")(
        key="figures",
        data={
            "camera": _("Download plot as a PNG"),
            "svg": _("Download plot as SVG"),
            "picture": _("Save picture"),
        },
    )
