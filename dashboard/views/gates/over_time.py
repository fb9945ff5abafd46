"""The panel of the maps: every gate, candidate and state of every unit over time."""

import streamlit as st

from dashboard.common.i18n import _, join_sentences
from dashboard.figures import gates as figures
from dashboard.views.gates.header import InspectedLayer
from dashboard.views.gates.unit_order import describe_order, pick_unit_order
from dashboard.widgets.charts import draw_chart


def draw_over_time(inspected: InspectedLayer) -> None:
    """The maps, and below them what they show."""
    trace, symbols = inspected.trace, inspected.symbols
    order = pick_unit_order(trace)
    draw_chart(
        figures.over_time_figure(trace, symbols, inspected.name, order),
        "over time",
        about=inspected.about,
        alt=figures.describe_maps(trace, symbols),
    )
    st.caption(
        join_sentences(
            (
                describe_order(trace, order),
                _(
                    "Each row of a map is a unit, each column a step of the sequence above. Gates run from pale (0, shut) to dark (1, open); states are blue below 0 and orange above. A gate is a sigmoid of the input and the last state, so it may open for one symbol and shut for the next."
                ),
                _(
                    "Train, and look for units whose gate follows a symbol. Type a sequence of your own above."
                )
                if inspected.own is None
                else _("Look for units whose gate follows the input."),
            ),
        )
    )
