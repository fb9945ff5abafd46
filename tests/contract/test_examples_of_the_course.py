"""Each example of the course: its group, its sequence, and links that point at what exists in its run."""

import json
from collections import Counter

import pytest

from benchmarks._harness import storage
from benchmarks._harness.claims import SEEDS
from benchmarks.learning.watched import DOES_NOT_LEARN, HAS_NO_ANSWER, NEEDED
from core.layers.interventions import Clamp, Intervention
from core.tasks import TASKS
from core.training.look_text import ROWS, Link, parse_look, plain_look
from core.training.presets import GROUPS, OPENING, PRESETS, reads_of
from core.training.trainer import Trainer
from dashboard.navigation import PAGES
from dashboard.player import assets

THUMBNAILS = json.loads((assets.WEB / "examples" / "thumbnails.json").read_text())
MOST_BYTES = 150_000


def check_link(link: Link, trainer: Trainer) -> None:
    """AssertionError, ValueError or LookupError where it points at nothing."""
    layer = next(iter(trainer.model.parts.values()))
    names = set(trainer.look().recording)
    match link.verb:
        case "step":
            assert 1 <= int(link.argument) <= len(trainer.probe.symbols)
        case "unit":
            name, unit = link.argument.split(".")
            assert name in names
            assert 0 <= int(unit) < max(layer.sizes)
        case "row":
            assert link.argument in (*ROWS, *names)
            assert link.argument != "keeps" or layer.cell.carry_gate
        case "show":
            assert link.argument in ("values", "gradients")
        case "type":
            assert not link.argument or trainer.task.probe(link.argument)
        case "hold":
            if link.argument:
                gate, value = link.argument.split("=")
                assert 0 <= float(value) <= 1
                Intervention(clamps=(Clamp(gate, float(value)),)).check(layer)
        case "page":
            assert link.argument in PAGES
        case "example":
            assert link.argument in PRESETS
        case "slow":
            assert not link.argument


@pytest.mark.parametrize("name", PRESETS)
def test_its_sequence_can_be_read_and_its_links_point_at_what_exists(name):
    preset = PRESETS[name]
    trainer = Trainer(preset.experiment, preset.reads or None)
    assert trainer.probe.text == preset.reads
    for part in parse_look(preset.look):
        if isinstance(part, Link):
            check_link(part, trainer)
    held = [p for p in parse_look(preset.look) if isinstance(p, Link) and p.verb == "hold"]
    assert not held or not held[-1].argument, "what is held can be released again"


def test_the_name_that_the_app_opens_with_was_never_trained_on():
    """As its text says: it is held out, and it has an answer, so that it stands in the lists only once."""
    task, name = PRESETS[OPENING].experiment.make_task(), PRESETS[OPENING].reads
    assert task.probe(name).answer == "Spanish"
    letters = [task.input_labels.index(letter) for letter in name]
    x = task.held_out.x[: len(letters)].T.tolist()
    assert letters in x


def test_a_link_to_nothing_would_be_noticed():
    trainer = Trainer(PRESETS["names"].experiment, "alvarez")
    broken = [
        *(("step", "8"), ("unit", "q.0"), ("unit", "h.24"), ("row", "nowhere")),
        *(("hold", "f=1"), ("page", "nowhere"), ("example", "nothing"), ("type", "4")),
    ]
    for verb, argument in broken:
        with pytest.raises((AssertionError, LookupError, ValueError)):
            check_link(Link(verb, argument, "x"), trainer)


def test_the_groups_follow_each_other_and_have_some_each():
    assert list(dict.fromkeys(preset.group for preset in PRESETS.values())) == list(GROUPS)
    in_order = sorted(PRESETS, key=lambda name: GROUPS.index(PRESETS[name].group))
    assert in_order == list(PRESETS)
    assert min(Counter(preset.group for preset in PRESETS.values()).values()) >= 4


def test_texts_are_short_enough_to_be_read_beside_a_run():
    for name, preset in PRESETS.items():
        assert 60 <= len(plain_look(preset.look)) <= 320, name
        assert len(preset.line) <= 60, name
        assert preset.line.endswith((".", "?")), name


def test_the_watched_sequence_is_answered_rightly_on_most_seeds():
    rows = storage.read_all()["learning.watched"].result.tables["sequences"].rows
    measured = {row[0]: row for row in rows}
    assert measured.keys() | {*HAS_NO_ANSWER, *DOES_NOT_LEARN} == set(PRESETS)
    for name, _updates, sequence, right, seeds in rows:
        assert sequence == (PRESETS[str(name)].reads or "the task's own")
        assert right in range(NEEDED, SEEDS + 1), name
        assert seeds == SEEDS


def test_each_has_a_small_picture_of_its_run():
    assert list(THUMBNAILS) == list(PRESETS)
    for name, picture in THUMBNAILS.items():
        assert 4 * picture["T"] * picture["H"] <= 3 * len(picture["h"]) + 8, name
        has_gate = Trainer(PRESETS[name].experiment).model.parts
        assert bool(picture["G"]) == bool(next(iter(has_gate.values())).cell.carry_gate), name
    assert len(assets.read_files()["examples/thumbnails.json"]) < MOST_BYTES


def test_only_settings_of_an_example_bring_its_sequence():
    opening = PRESETS[OPENING].experiment
    assert reads_of(opening) == PRESETS[OPENING].reads
    assert reads_of(opening.but(seed=99)) == ""
    assert OPENING in PRESETS
    assert PRESETS[OPENING].query["task"] in TASKS
