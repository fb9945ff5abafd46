"""A run that went back and on with other settings: it knows, its file knows, and every export says so."""

import io
import json
import zipfile
from itertools import islice

import pytest
import torch

from core.io import runs
from core.io.export import script
from core.training import settings_log
from core.training.curves import Curves
from core.training.experiment import Experiment
from core.training.trainer import Trainer
from dashboard.views.yours.report import render_report
from tests.dashboard.session.test_simplification import said, yours

SETTINGS = {"clipping": "off", "clip_at": 1.0, "learning_rate": 0.002}
ALL = SETTINGS | {"truncate": 0, "dropout": 0.0, "omega": 0.0}
E = Experiment(task="adding", length=5, cell="gru", hidden_size=4, batch_size=4, **SETTINGS)
TOLD = "updates 1 to 50 with clipping off"


def lost(trainer: Trainer, updates: int) -> Trainer:
    """Trains so far, and then into NaN."""
    list(islice(trainer, updates))
    with torch.no_grad():
        trainer.model.head.bias.fill_(torch.nan)
    assert list(trainer)[-1].finite is False
    return trainer


def went_back() -> Trainer:
    return lost(Trainer(E), 60).rewind(clipping="norm")


def test_a_run_knows_what_its_first_updates_were_made_with():
    first = went_back()
    assert first.settings_log == ((50, ALL),)
    assert settings_log.settings_in_words(first.settings_log, first.experiment) == TOLD
    at_once = lost(first, 0).rewind(learning_rate=0.001)
    assert at_once.settings_log == first.settings_log, (
        "no update was made with clipping and the old rate"
    )
    again = lost(at_once, 40).rewind(clip_at=0.5)
    assert again.index == 75
    between = ALL | {"clipping": "norm", "learning_rate": 0.001}
    assert again.settings_log == ((50, ALL), (75, between))
    assert settings_log.settings_in_words(again.settings_log, again.experiment) == (
        "updates 1 to 50 with clipping off, clip_at 1.0, learning_rate 0.002; "
        "updates 51 to 75 with clipping norm, clip_at 1.0, learning_rate 0.001"
    )


def test_back_to_the_first_update_nothing_was_otherwise():
    assert lost(Trainer(E), 5).rewind(clipping="norm").settings_log == ()


def test_the_file_knows_it_and_older_ones_have_none(tmp_path):
    trainer = went_back()
    runs.save(trainer, tmp_path)
    assert runs.load(tmp_path).settings_log == trainer.settings_log
    file = tmp_path / runs.DESCRIPTION_FILE
    told = json.loads(file.read_text())
    del told["earlier"]
    file.write_text(json.dumps(told | {"format": "unrolled-run-3"}))
    old = runs.load(tmp_path)
    assert (old.index, old.settings_log) == (50, ())
    short = {
        "clipping": "off",
        "clip_at": 1.0,
        "learning_rate": 0.002,
    }  # as versions before wrote it
    file.write_text(json.dumps(told | {"earlier": [[50, short]]}))
    assert runs.load(tmp_path).settings_log == trainer.settings_log
    assert next(old).loss == next(trainer).loss


@pytest.mark.parametrize(
    "said",
    [
        {},
        [3],
        [[0, SETTINGS]],
        [[True, SETTINGS]],
        [[3, {}]],
        [[3, SETTINGS | {"hidden_size": 3}]],
        [[3, SETTINGS | {"learning_rate": "fast"}]],
        [[3, SETTINGS | {"clipping": "<b>"}]],
        [[3, SETTINGS], [3, SETTINGS]],
        [[k + 1, SETTINGS] for k in range(settings_log.MAX_ENTRIES + 1)],
    ],
)
def test_nonsense_in_a_saved_run_gets_a_sentence(tmp_path, said):
    file = runs.save(Trainer(E), tmp_path) / runs.DESCRIPTION_FILE
    file.write_text(json.dumps(json.loads(file.read_text()) | {"earlier": said}))
    with pytest.raises(ValueError, match=r"saved run .* expected"):
        runs.load(tmp_path)


def test_the_script_says_it_in_its_first_lines():
    archive = zipfile.ZipFile(
        io.BytesIO(script.as_zip(E, 2, earlier_settings=f"{TOLD}\nimport os"))
    )
    text = archive.read("train.py").decode()
    compile(text, "train.py", "exec")
    first = text.replace("\n# ", " ")
    assert first.startswith(f"# The run on the page trained with other settings before ({TOLD}")
    plain = zipfile.ZipFile(io.BytesIO(script.as_zip(E, 2))).read("train.py").decode()
    assert text.endswith(plain)


def test_the_pages_and_the_report_say_it():
    trainer = went_back()
    assert (
        f"Trained with other settings before: {TOLD}." in render_report(trainer, Curves()).decode()
    )
    assert "Trained with other settings" not in render_report(Trainer(E), Curves()).decode()
    for tab in ("Export", "Share"):
        assert TOLD in said(yours(tab, trainer).warning)
        assert TOLD not in said(yours(tab, Trainer(E)).warning)
