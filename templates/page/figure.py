"""The figure of the page: arrays in, a Plotly dict out; no page and no session."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from dashboard.common.i18n import _
from dashboard.common.theme import QUANTITIES


def norms(grads: np.ndarray, symbols: Sequence[str]) -> dict[str, Any]:
    """grads [T, 1, H]: dL/dh. symbols: what stands under each of the first steps; what is beyond is padding."""
    T = len(symbols)
    sizes = np.linalg.norm(grads[:T, 0], axis=1)
    line = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": list(range(1, T + 1)),
        "y": np.where(sizes > 0, sizes, np.nan).tolist(),  # no gradient: no point on a log axis
        "line": {"color": QUANTITIES["h"]},
    }
    ticks = {"tickvals": line["x"], "ticktext": list(symbols)}
    return {
        "data": [line],
        "layout": {
            "height": 320,
            "xaxis": {"title": {"text": _("step")}, **ticks},
            "yaxis": {"title": {"text": "||dL/dh_t||"}, "type": "log", "exponentformat": "power"},
        },
    }
