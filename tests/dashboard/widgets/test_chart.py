"""What a picture's file is called, and what large type does to a figure."""

import json
import re
from copy import deepcopy
from pathlib import Path

import plotly.graph_objects as go
from streamlit.testing.v1 import AppTest

from core.training.trainer import Experiment
from dashboard.common.file_names import file_name, plain_name
from dashboard.widgets.charts import LARGE_TYPE_FACTOR, as_dict, enlarge_figure
from tests.helpers.pages import MAIN, go_to

FIGURE = {
    "data": [
        {
            "type": "heatmap",
            "z": [[1, 2], [3, 4]],
            "x": [12, 14],
            "colorbar": {"tickfont": {"size": 10}, "title": {"text": "size", "font": {"size": 11}}},
        }
    ],
    "layout": {
        "height": 200,
        "margin": {"l": 40, "t": 20},
        "xaxis": {"range": [0, 14], "tickfont": {"size": 12}},
        "annotations": [{"text": "a", "font": {"size": 17, "color": "#abc"}, "x": 3}],
    },
}


def test_a_file_is_named_after_task_and_cells():
    lstm = Experiment(task="adding", cell="lstm")
    assert file_name(lstm) == "adding-lstm"
    assert file_name(lstm, lstm.but(cell="gru"), lstm) == "adding-lstm-gru"


def test_a_name_holds_nothing_that_a_file_system_could_misread():
    assert plain_name(["../../etc/passwd", 'a<b>:"c"\0\n|?*', ""]) == "etc-passwd-a-b-c"
    assert plain_name(["", "///"]) == "picture"
    assert len(plain_name(["x" * 5000])) == 40
    assert plain_name(["Übung", "über training"]) == "Übung-über-training"


def test_large_type_grows_letters_margins_and_height_and_nothing_else():
    before = deepcopy(FIGURE)
    enlarged = enlarge_figure(FIGURE, 1.5)
    assert before == FIGURE
    layout, trace = enlarged["layout"], enlarged["data"][0]
    assert layout["font"] == {"size": 18}
    assert (layout["height"], layout["margin"]) == (300, {"l": 60, "t": 30})
    assert layout["xaxis"] == {"range": [0, 14], "tickfont": {"size": 18}}
    assert layout["annotations"] == [
        {"text": "a", "font": {"size": 25.5, "color": "#abc"}, "x": 3},
    ]
    assert trace["colorbar"]["tickfont"]["size"] == 15
    assert trace["colorbar"]["title"]["font"]["size"] == 16.5
    assert (trace["z"], trace["x"]) == ([[1, 2], [3, 4]], [12, 14])


def test_figures_of_either_kind_are_taken():
    figure = go.Figure(go.Scatter(y=[1, 2]), layout={"height": 100, "title": {"text": "t"}})
    enlarged = enlarge_figure(as_dict(figure), 2)
    assert enlarged["layout"]["height"] == 200
    assert figure.to_dict()["layout"]["height"] == 100


def test_every_figure_says_what_it_shows_and_zoom_survives_an_update():
    sent = {}
    for big in ("0", "1"):
        at = AppTest.from_file(str(MAIN), default_timeout=60)
        at.query_params["big"] = big
        for name, value in {
            "task": "adding",
            "length": 8,
            "cell": "lstm",
            "hidden_size": 4,
        }.items():
            at.query_params[name] = str(value)
        go_to(at, "gates").run()
        assert not at.exception
        (chart,) = at.get("plotly_chart")
        sent[big] = json.loads(chart.proto.spec)["layout"]
        assert json.loads(chart.proto.config) == {"displaylogo": False}
        assert sent[big]["meta"]["file"] == "adding-lstm-update-0-over-time"
        assert sent[big]["meta"]["alt"].startswith("Maps of 4 units over the 8 steps")
    assert sent["1"]["font"]["size"] == LARGE_TYPE_FACTOR * sent["0"]["font"]["size"]
    assert sent["1"]["height"] == round(LARGE_TYPE_FACTOR * sent["0"]["height"])


def test_whatever_the_drawings_use_the_context_for_svg_has():
    web = Path(__file__).parents[3] / "dashboard" / "player" / "web"
    svg = ("svg_context.js", "svg_path.js", "svg_state.js")
    has = "".join((web / name).read_text() for name in svg)
    drawings = [*web.glob("panels/*.js"), *web.glob("*.js")]
    used = {
        name
        for file in drawings
        if file.name not in (*svg, "sheet.js", "canvas.js")
        for name in re.findall(r"\bx\.([a-z]\w*)", file.read_text())
    } | {"clip", "font", "textBaseline"}
    assert len(used) > 20
    missing = {name for name in used if not re.search(rf"^  (set )?{name}\(", has, re.MULTILINE)}
    assert missing == set()
