"""The ready-made experiments and the diagrams of the course."""

import pytest
import torch

from core.analysis.parameters import count_parameters
from core.studies.comparison import Comparison
from core.training.presets import PRESETS, SHALLOW_AND_DEEP, name_of_preset
from core.training.trainer import Trainer
from dashboard.figures.diagrams import SHAPES, diagram_svg


@pytest.mark.parametrize("name", list(PRESETS))
def test_every_preset_is_a_link_and_trains(name):
    preset = PRESETS[name]
    assert preset.experiment.to_query() == preset.query
    if preset.experiment.task not in (
        "digits",
        "load",
    ):  # these have tests of their own, and take long
        assert next(Trainer(preset.experiment)).index == 1


def test_no_two_are_the_same():
    experiments = [preset.experiment for preset in PRESETS.values()]
    assert len(set(experiments)) == len(experiments)
    assert len({preset.title for preset in PRESETS.values()}) == len(PRESETS)


@pytest.mark.parametrize("name", list(PRESETS))
def test_a_preset_is_known_by_its_settings(name):
    experiment = PRESETS[name].experiment
    assert name_of_preset(experiment) == name
    assert name_of_preset(experiment.but(seed=experiment.seed + 77)) is None


def run(name: str, updates: int) -> list:
    trainer = Trainer(PRESETS[name].experiment)
    return [update for update, _ in zip(trainer, range(updates), strict=False)]


def flow(update) -> torch.Tensor:
    return torch.from_numpy(update.recording["h"].grads.copy()).norm(dim=(1, 2))


def test_the_vanishing_one_vanishes_and_clipping_bounds_the_exploding_one():
    vanishing = flow(run("vanishing", 20)[-1])
    assert vanishing[0] < 1e-6 * vanishing[-1]
    exploding, clipped = run("exploding", 60), run("clipping", 60)
    assert max(update.grad_norm_clipped for update in exploding) > 3
    assert max(update.grad_norm for update in clipped) > 3
    assert max(update.grad_norm_clipped for update in clipped) < 1.001


@pytest.mark.parametrize("name", list(SHAPES))
def test_a_diagram_has_a_node_for_each_input_state_and_output(name):
    shape, svg = SHAPES[name], diagram_svg(name)
    rows = shape.layers + shape.both
    expected = shape.steps * rows + len(shape.inputs) + len(shape.outputs)
    assert svg.count("<circle") == expected
    dashed = svg.count('stroke-dasharray="3 3"')
    assert dashed == (len([k for k in shape.outputs if k + 1 < shape.steps]) if shape.back else 0)
    solid = svg.count("<polygon") - dashed
    recurrent = (shape.steps - 1) * rows
    upward = (len(shape.inputs) + len(shape.outputs)) * (2 if shape.both else 1)
    between = shape.steps * (shape.layers - 1)
    assert solid == recurrent + upward + between


def test_shallow_and_deep_have_as_many_parameters():
    compared = Comparison.from_query(SHALLOW_AND_DEEP)
    assert compared.to_query() == SHALLOW_AND_DEEP
    assert [e.num_layers for e in compared.levelled] == [1, 2, 3]
    counts = [count_parameters(e) for e in compared.levelled]
    assert max(counts) < 1.1 * min(counts)
