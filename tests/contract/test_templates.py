"""The files in templates/ work as they are: in a copy of the tree, in the places and lines that they name."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.templates import FIRST_FILES, LINES, PLACES, ROOT, copy_tree_with_templates

pytestmark = pytest.mark.long

OPEN_EVERY_PAGE = """
import json

from streamlit.testing.v1 import AppTest

from dashboard.navigation import PAGES
from tests.helpers.pages import MAIN, go_to

LINKS = {
    "experiment": {"task": "parity", "cell": "residual"},
    "comparison": {"task": "parity", "a.cell": "residual", "b.cell": "gru"},
    "study": {"task": "parity", "cells": "residual", "lengths": "4 8"},
}
TABS = 5


def visit(page, **more):
    app = AppTest.from_file(str(MAIN), default_timeout=300)
    for name, value in {**LINKS[page.describes], **more}.items():
        app.query_params[name] = value
    go_to(app, page.name).run()
    controls = {str(each.key).rpartition(".")[0]: each.value for each in (*app.selectbox, *app.button_group, *app.radio)}
    return {
        "page": page.name,
        "tab": more.get("tab"),
        "exceptions": [each.message for each in app.exception],
        "said": [each.value for each in (*app.error, *app.warning)],
        "task": controls.get("control task"),
        "cell": controls.get("control cell"),
        "charts": len(app.get("plotly_chart")),
    }


print(json.dumps([
    visit(page, **tab)
    for page in PAGES.values()
    for tab in ([{"tab": str(k + 1)} for k in range(TABS)] if "tab" in page.position else [{}])
]))
"""

TAKE_LESSON = """
from streamlit.testing.v1 import AppTest

from tests.helpers.pages import MAIN, run_of, state_of
from dashboard.session.course import CourseState

app = AppTest.from_file(str(MAIN), default_timeout=300)
app.query_params["lesson"] = "three_numbers"
app.run()
print([each.message for each in app.exception], [each.value for each in app.warning])
print(state_of(app, CourseState).place.step, run_of(app).trainer.experiment.hidden_size)
"""

CHECK_GRADIENTS = """
import torch

from core.layers.recurrent import Recurrent

torch.manual_seed(0)
layer = Recurrent("residual", 2, 3, dtype=torch.float64)
x = torch.randn(6, 4, 2, dtype=torch.float64, requires_grad=True)
weight = torch.randn(6, 4, 3, dtype=torch.float64)
leaves = [x, *layer.parameters()]
output, _ = layer(x)
ours = torch.autograd.grad((output * weight).sum(), leaves)

h, states = torch.zeros(4, 3, dtype=torch.float64), []
for x_t in x:
    input_part = x_t @ layer.weight_ih_l0.T + layer.bias_ih_l0
    h = h + torch.tanh(input_part + h @ layer.weight_hh_l0.T + layer.bias_hh_l0)
    states.append(h)
theirs = torch.autograd.grad((torch.stack(states) * weight).sum(), leaves)
torch.testing.assert_close(output, torch.stack(states))
torch.testing.assert_close(ours, theirs)
print("equal")
"""


@pytest.fixture(scope="module")
def tree(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("tree")
    copy_tree_with_templates(folder)
    return folder


def run(tree: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=tree, capture_output=True, text=True, check=False
    )
    assert not done.returncode, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("template", PLACES)
def test_a_template_names_its_place_and_its_line(template):
    source = ROOT / "templates" / template
    text = (source / FIRST_FILES[template] if source.is_dir() else source).read_text("utf-8")
    place = PLACES[template]
    assert place in text
    if template == "lesson":
        return  # a folder is a lesson: there is no registry
    registry = next(name for name in LINES if name in text)
    assert LINES[registry][1].rstrip(",") in text


def test_every_page_opens_with_the_task_the_cell_and_the_page(tree):
    visits = json.loads(run(tree, "-c", OPEN_EVERY_PAGE).splitlines()[-1])
    assert [v for v in visits if v["exceptions"] or v["said"]] == []
    of_a_run = [
        v
        for v in visits
        if v["page"] in ("live", "unrolled", "gates", "gradients", "reach")
        and (v["page"], v["tab"])
        not in (("gradients", "3"), ("gradients", "5"))  # their networks are their own
    ]
    assert {(v["task"], v["cell"]) for v in of_a_run} == {("parity", "residual")}
    assert [v["charts"] for v in visits if v["page"] == "reach"] == [1]


def test_what_they_say_can_be_translated_and_links_stay(tree):
    tests = ("sentences", "messages", "every_page")
    files = [f"tests/contract/test_{name}.py" for name in tests]
    chosen = "glued or imported or named_values or addresses or folder"
    said = run(tree, "-m", "pytest", "-q", "-p", "no:cacheprovider", *files, "-k", chosen)
    assert int(re.findall(r"(\d+) passed", said)[0]) >= 5


def test_the_task_keeps_the_contract_of_tasks(tree):
    tests = "tests/contract/test_every_task.py"
    said = run(tree, "-m", "pytest", "-q", "-p", "no:cacheprovider", tests, "-k", "parity")
    assert int(re.findall(r"(\d+) passed", said)[0]) > 15


def test_the_backward_pass_of_the_cell_is_that_of_its_forward_pass(tree):
    assert run(tree, "-c", CHECK_GRADIENTS).strip() == "equal"


def test_the_lesson_is_taken_by_dropping_its_folder_in(tree):
    said = run(tree, "-c", TAKE_LESSON).splitlines()
    assert said[-2:] == ["[] []", "question 4"]
