"""Figures about Jacobians, spectra and gradient norms: arrays in, a Plotly figure (a plain dict) out.

Plain dicts, because building the objects of plotly.py takes longer than measuring what they show.
Gradients are on logarithmic axes that hold all of them; what is infinite is drawn as beyond its axis.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from core.analysis.sampled_products import SampledProducts
from dashboard.common.i18n import _
from dashboard.common.ranges import Decades
from dashboard.common.theme import CLEAR, GRADIENT, INK, QUANTITIES, quantity_colour
from dashboard.figures.heat import READING_SIZE
from dashboard.figures.log_axis import axis, log_axis, size_axis, whole_axis
from dashboard.figures.not_finite import edge_markers

# Decades that an axis holds at least, so that it stands still while a slider is moved a little.
PRODUCT_DECADES = Decades(1, 4)  # of products of Jacobians
STEP_DECADES = Decades(1, 2)  # of a single step
ROUNDING = 1e-14  # singular values below so much of the largest are rounding errors
BAND = "rgba(217,58,43,0.18)"

Figure = dict[str, Any]


def figure_layout(title: str, height: int, **more: Any) -> Figure:
    """What all figures share: no background of their own, the reader's zoom kept, a legend on top."""
    words = {"text": title, "font": {"size": 14}, "x": 0, "xanchor": "left"}
    place = {"yref": "container", "y": 1, "yanchor": "top", "pad": {"t": 6}}
    head = 26 if title else 0  # pixels
    return {
        "title": words | place,
        "height": height,
        "margin": {"l": 64, "r": 12, "t": 34 + head, "b": 40},
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "uirevision": title or "kept",
        "showlegend": True,
        "legend": {
            "orientation": "h",
            "yref": "container",
            "y": 1 - head / height,
            "yanchor": "top",
            "xref": "container",
            "x": 0,
            "font": {"size": 12},
        },
        "modebar": {"bgcolor": CLEAR, "color": INK, "activecolor": QUANTITIES["h"]},
        "hoverlabel": {"namelength": -1, "font": {"size": READING_SIZE}},
        **more,
    }


def untitled_layout(height: int, **more: Any) -> Figure:
    """For a figure whose title stands above it in the page, where it can take two lines."""
    return figure_layout("", height, **more)


def line_trace(
    name: str,
    x: np.ndarray,
    y: np.ndarray,
    colour: str,
    wide: float = 2,
    dash: str = "solid",
    **more: Any,
) -> Figure:
    """One curve."""
    style = {"color": colour, "width": wide, "dash": dash}
    return {
        "type": "scatter",
        "mode": "lines" if np.isfinite(y).sum() > 1 else "markers",
        "name": name,
        "x": np.asarray(x, np.float32),
        "y": np.asarray(y, np.float64),
        "line": style,
        "hovertemplate": "%{y:.3g}<extra>" + name + "</extra>",
    } | more


def above_rounding(values: np.ndarray) -> np.ndarray:
    """Singular values [T, S] without those that double precision cannot tell from 0: NaN."""
    largest = values.max(1, keepdims=True, initial=0)
    return np.where(values > ROUNDING * largest, values, np.nan)


def _singular_value_lines(t: np.ndarray, values: np.ndarray) -> list[Figure]:
    """Curves of singular values [T, S]: the largest (the norm), the one in the middle, the smallest."""
    hue, S = GRADIENT, values.shape[1]
    curves = [line_trace(_("largest"), t, values[:, 0], hue, 3)]
    if S > 2:
        curves.append(line_trace(_("median"), t, values[:, S // 2], hue, 1.3))
    if S > 1:
        curves.append(line_trace(_("smallest"), t, values[:, -1], hue, 1.3, "dot"))
    return curves


def product_figure(
    values: np.ndarray,
    by_steps: np.ndarray,
    by_weights: np.ndarray | None,
    state: str,
    first: int = 1,
) -> Figure:
    """Singular values [T, S] of d state_T / d state_t against t, from step `first` on, and the bounds above the largest."""
    t, norms, values = first + np.arange(len(values)), values[:, 0], above_rounding(values)
    traces = []
    if by_weights is not None:
        traces.append(line_trace(_("bound (W)"), t, by_weights, INK, 1.5, "dot"))
    traces.append(line_trace(_("bound (steps)"), t, by_steps, INK, 1.5, "dash"))
    traces += _singular_value_lines(t, values)
    bounds = [by_steps] if by_weights is None else [by_steps, by_weights]
    y, ends = log_axis(
        f"σ(∂{state}_T/∂{state}_t)", values[:, 0], values[:, -1], *bounds, least=PRODUCT_DECADES
    )
    traces += edge_markers(_("largest"), t, norms, *ends, GRADIENT)
    return {
        "data": traces,
        "layout": untitled_layout(320, xaxis=whole_axis(_("step t"), t), yaxis=y),
    }


def sampled_figure(sampled: SampledProducts, state: str) -> Figure:
    """What remains of a gradient against t: typically, with its error, and the largest that was seen."""
    t = np.arange(1, len(sampled.typical) + 1)
    low = np.maximum(sampled.typical - 2 * sampled.error, np.finfo(np.float64).tiny)
    high = sampled.typical + 2 * sampled.error
    edge = {"width": 0, "color": GRADIENT}
    band = [
        line_trace("", t, low, GRADIENT, 0, showlegend=False, hoverinfo="skip", line=edge),
        line_trace(
            *(_("± 2 standard errors"), t, high, GRADIENT, 0),
            **{"fill": "tonexty", "fillcolor": BAND, "hoverinfo": "skip", "line": edge},
        ),
    ]
    for trace in band:
        del trace["hovertemplate"]
    y, ends = log_axis(
        *(f"σ(∂{state}_T/∂{state}_t)", sampled.typical, sampled.at_least), least=PRODUCT_DECADES
    )
    lines = [
        line_trace(_("typical"), t, sampled.typical, GRADIENT, 2),
        line_trace(_("the largest is at least"), t, sampled.at_least, GRADIENT, 1.3, "dash"),
        *edge_markers(_("typical"), t, sampled.typical, *ends, GRADIENT),
    ]
    layout = untitled_layout(320, xaxis=whole_axis(_("step t"), t), yaxis=y)
    return {"data": [*band, *lines], "layout": layout}


def step_figure(values: np.ndarray, state: str, first: int = 1) -> Figure:
    """Singular values [T, S] of each step's Jacobian against t, from step `first` on."""
    t = first + np.arange(len(values))
    traces = _singular_value_lines(t, values)
    y, ends = log_axis(f"σ(∂{state}_t/∂{state}_t−1)", values, least=STEP_DECADES)
    traces += edge_markers(_("largest"), t, values[:, 0], *ends, GRADIENT)
    return {
        "data": traces,
        "layout": untitled_layout(240, xaxis=whole_axis(_("step t"), t), yaxis=y),
    }


def eigenvalue_figure(blocks: Mapping[str, np.ndarray]) -> Figure:
    """Eigenvalues of the recurrent weights [H, H] of each gate, around the unit circle."""
    return eigenvalues_figure(
        {
            f"W_{name}": (np.linalg.eigvals(block.astype(np.float64)), quantity_colour(name))
            for name, block in blocks.items()
            if np.isfinite(block).all()
        }
    )


def eigenvalues_figure(eigenvalues: Mapping[str, tuple[np.ndarray, str]]) -> Figure:
    """By the name of what they belong to, eigenvalues [S] and their colour, around the unit circle."""
    angle = np.linspace(0, 2 * np.pi, 181)
    circle = line_trace(_("unit circle"), np.cos(angle), np.sin(angle), INK, 1.5, hoverinfo="skip")
    del circle["hovertemplate"]
    traces, largest = [circle], 1.0
    for name, (values, colour) in eigenvalues.items():
        size, numbers = np.abs(values).max(), np.asarray(values, np.complex128)
        largest = max(largest, float(size))
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": f"{name}: |λ| ≤ {size:.3g}",
                "x": numbers.real.astype(np.float32),
                "y": numbers.imag.astype(np.float32),
                "marker": {"color": colour, "size": 6, "opacity": 0.85},
                "hovertemplate": "%{x:.3f} + %{y:.3f} i<extra>" + name + "</extra>",
            }
        )
    reach = 1.1 * largest
    x = axis(_("real part"), range=[-reach, reach], constrain="domain")
    square = {"scaleanchor": "x", "scaleratio": 1, "constrain": "domain"}
    y = axis(_("imaginary part"), range=[-reach, reach], **square)
    return {"data": traces, "layout": untitled_layout(420, xaxis=x, yaxis=y)}


def norm_figure(index: np.ndarray, values: np.ndarray, clip_at: float | None) -> Figure:
    """Of each update, against its number: the gradient's norm before and after clipping, and the loss.

    values [U, 3]: loss, norm, norm after clipping. clip_at: the limit, where the norm is what is limited.
    """
    loss, norm, clipped = values.astype(np.float64).T
    limits = np.array([] if clip_at is None else [clip_at])
    norm_axis, norm_ends = size_axis(
        _("gradient norm"), np.concatenate([norm, clipped, limits]), domain=[0.42, 1]
    )
    loss_axis, loss_ends = size_axis(_("loss"), loss, domain=[0, 0.34])
    traces = [
        line_trace(_("norm of the gradient"), index, norm, QUANTITIES["share"], 3),
        line_trace(_("after clipping"), index, clipped, GRADIENT, 1.4),
        line_trace(_("loss"), index, loss, QUANTITIES["train"], 1.2, yaxis="y2"),
    ]
    if clip_at is not None and len(index):
        ends = np.array([index[0], index[-1]])
        traces.append(line_trace(_("clipped at"), ends, np.full(2, clip_at), INK, 1.2, "dot"))
    colours = QUANTITIES["share"], QUANTITIES["train"]
    traces += edge_markers(_("norm of the gradient"), index, norm, *norm_ends, colours[0])
    traces += edge_markers(_("loss"), index, loss, *loss_ends, colours[1], yaxis="y2")
    return {
        "data": traces,
        "layout": untitled_layout(
            380,
            xaxis=whole_axis(_("update"), index, anchor="y2"),
            yaxis=norm_axis,
            yaxis2=loss_axis,
            hovermode="x",
        ),
    }


def state_title(quantities: Sequence[str]) -> str:
    """What to call a state of several parts: "h", or "(h,c)"."""
    return quantities[0] if len(quantities) == 1 else f"({','.join(quantities)})"
