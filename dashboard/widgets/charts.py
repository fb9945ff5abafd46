"""Pictures that a reader takes away: what their files are called, and Plotly's figures with both formats.

The components save themselves (web/snapshot.js). A figure's toolbar has a camera; web/hidden/plotly_toolbar.js lets
it save PNG at twice the size and, beside it, SVG, under the name in the figure's `layout.meta`.
"""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

import numpy as np
import streamlit as st

from dashboard.common.file_names import file_name, plain_name
from dashboard.common.i18n import _
from dashboard.common.markdown import plain
from dashboard.player.component import carried, load
from dashboard.session.lesson import lesson
from dashboard.session.live_run import find_run

LARGE_TYPE_FACTOR = 1.25  # of large type; welcome.BIG sets the page's to as much
BASE64 = 4 / 3  # characters for a byte of an array
PIXEL_SIZES = ("height", "width")  # of the layout, in pixels
CONFIG = {
    "displaylogo": False
}  # the same for all, always: another one would undo the reader's zoom


def draw_chart(figure: Any, key: str, place: Any = st, about: str | None = None) -> None:
    """The figure on the page, as wide as its place; large type makes its texts larger too.

    key: also says in the name of the saved file which figure it is. place: a column, or the page.
    about: how that name begins; None: with the session's run.
    """
    drawn = as_dict(figure)
    arrays = (v for trace in drawn["data"] for v in trace.values() if isinstance(v, np.ndarray))
    if not carried(BASE64 * sum(array.nbytes for array in arrays), place):
        return
    if lesson().big:
        drawn = enlarge_figure(drawn, LARGE_TYPE_FACTOR)
    run = _run() if about is None else about
    drawn["layout"] = {**drawn.get("layout", {}), "meta": plain_name([run, key])}
    place.plotly_chart(drawn, key=key, width="stretch", theme="streamlit", config=CONFIG)


def draw_titled_chart(title: str, figure: Any, key: str, about: str | None = None) -> None:
    """A figure under its title, which can take two lines; it fits its column and keeps its place."""
    st.markdown(f"**{plain(title)}**")
    draw_chart(figure, key, about=about)


def _run() -> str:
    here = find_run()
    if here is None:
        return ""
    return f"{file_name(here.trainer.experiment)}-update-{here.trainer.index}"


def as_dict(figure: Any) -> dict[str, Any]:
    """A figure as the dict that is sent; its own is not touched."""
    return dict(figure) if isinstance(figure, Mapping) else figure.to_dict()


def enlarge_figure(figure: Mapping[str, Any], factor: float) -> dict[str, Any]:
    """The figure with its letters, margins and height times `factor`; data and axes stay."""
    found = deepcopy(dict(figure))
    layout = found.setdefault("layout", {})
    fonts = layout.setdefault("font", {})
    fonts.setdefault("size", 12)
    _grow(layout, factor)
    for trace in found.get("data", []):
        _grow(trace, factor)
    for name in PIXEL_SIZES:
        if name in layout:
            layout[name] = round(layout[name] * factor)
    if "margin" in layout:
        layout["margin"] = {
            side: v * factor if side != "autoexpand" else v for side, v in layout["margin"].items()
        }
    return found


def _grow(part: Any, factor: float) -> None:
    """Every font below `part`."""
    if isinstance(part, list | tuple):
        for each in part:
            _grow(each, factor)
    elif isinstance(part, dict):
        for name, each in part.items():
            if name.endswith("font") and isinstance(each, dict):
                if isinstance(each.get("size"), int | float):
                    each["size"] *= factor
            elif name not in ("z", "x", "y", "customdata", "text", "template"):
                _grow(each, factor)


def offer_svg_download() -> None:
    """For every page: lets its figures be saved as SVG too."""
    load("hidden/plotly_toolbar")(
        key="figures", data={"svg": _("Download plot as SVG"), "picture": _("Save picture")}
    )
