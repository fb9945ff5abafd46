"""The watched training is bit for bit what it would be alone, also when it is killed and goes on."""

import json
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from core.io.monitor import Monitor, list_monitored
from core.io.monitor.layout import frame_file
from core.io.monitor.probe import Probe
from core.io.monitor.shadow import make_shadow
from core.io.watching import watch
from tests.helpers.language_training import Training, probe

ROOT = Path(__file__).parents[4]


def everything(training):
    """What a training consists of, as bytes."""
    model, optimizer = training.model, training.optimizer
    tensors = [*model.state_dict().values(), *(p.grad for p in model.parameters())]
    tensors += [v for state in optimizer.state.values() for v in state.values()]
    python, numpy = random.getstate(), np.random.get_state()  # noqa: NPY002
    return (
        [t.numpy(force=True).tobytes() for t in tensors],
        [module.training for module in model.modules()],
        (torch.get_rng_state().numpy().tobytes(), python, numpy[1].tobytes()),
        model.calls,
    )


def test_a_watched_language_model_trains_as_it_does_alone(tmp_path):
    alone = Training()
    losses = [alone.update().item() for _ in range(12)]
    watched, calls = Training(), []
    watched.model.rnn.register_forward_hook(lambda *_: calls.append(1))
    handle = nn.modules.module.register_module_forward_hook(lambda *_: calls.append(2))
    other = watched.model.rnn.train  # a method bound to a module of the model
    watched.model.remember = [other, watched.model.norm]
    with handle, Monitor(watched.model, probe(), name="lm", every=1, root=tmp_path) as monitor:
        for loss in losses:
            result = watched.update()
            assert result.item() == loss
            monitor.step(result)
    assert monitor.sentences == ()
    assert everything(watched) == everything(alone)
    assert calls.count(1) == 12  # the user's hooks are called by the user's calls alone
    (run,) = list_monitored(tmp_path)
    run.refresh()
    assert run.updates == [*range(13)]
    assert [run.numbers[k + 1]["loss"] for k in range(12)] == losses
    assert run.read(12).recordings["rnn"].T == 3
    assert run.about.symbols == ("1", "3", "5")


def test_what_the_probe_records_is_the_model_itself_in_evaluation_mode(tmp_path):
    training = Training()
    for _ in range(3):
        training.update()
    frame = Probe(probe()).record(training.model, 3)
    training.model.eval()
    states = {}
    training.model.rnn.register_forward_hook(lambda _m, _x, out: states.update(h=out[1][0]))
    with torch.no_grad():
        training.model(*probe())
    top = frame.recordings["rnn"][1, "forward"]
    np.testing.assert_allclose(top["h"].values[-1, 0], states["h"][1, 0], atol=1e-6)
    assert frame.loss == pytest.approx(float(states["h"][1, 0].norm()), abs=1e-5)
    direct = states["h"][1, 0] / states["h"][1, 0].norm()
    np.testing.assert_allclose(top["h"].grads[-1, 0], direct, atol=1e-6)


def test_gradients_start_from_the_users_loss():
    training = Training()
    tokens, lengths = probe()

    def score(model, what):
        return model(*what).square().sum()

    by_model = Probe((tokens, lengths), score).record(training.model, 0)
    by_output = Probe((tokens, lengths), lambda out: out.square().sum()).record(training.model, 0)
    one, other = (f.recordings["rnn"]["c"].grads for f in (by_model, by_output))
    np.testing.assert_array_equal(one, other)
    assert np.abs(one).max() > 0
    assert by_model.loss == by_output.loss
    shadow = make_shadow(training.model)
    loss = shadow(tokens, lengths).square().sum()
    assert by_model.loss == float(loss)


@pytest.mark.long
def test_a_training_that_is_killed_goes_on_and_nothing_is_lost(tmp_path):
    command = [sys.executable, "-m", "tests.helpers.language_training", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True)
    watched, alone = tmp_path / "watched", tmp_path / "alone"
    (killed,) = list_monitored(tmp_path / "killed" / "runs")
    killed.refresh()
    assert killed.state.name != "ended"
    assert killed.updates == [0, 5, 10, 15]
    assert [*killed.numbers] == [*range(18)]

    (run,) = list_monitored(watched / "runs")
    run.refresh()
    assert run.key == killed.key
    assert run.state.name == "ended"
    assert run.state.sentences == ("Went on after update 10.",)
    assert run.updates == [0, 5, 10, 15, 20]
    for update in (0, 5, 10):
        before = (killed.folder / frame_file(update)).read_bytes()
        assert (run.folder / frame_file(update)).read_bytes() == before
    losses = [json.loads(line) for line in (alone / "losses.jsonl").read_text().splitlines()]
    assert [run.numbers[update]["loss"] for update, _ in losses] == [loss for _, loss in losses]
    own = dict(map(json.loads, (watched / "losses.jsonl").read_text().splitlines()))
    assert own == dict(losses)


def test_watch_counts_each_update_once_by_itself(tmp_path):
    training = Training()
    head = torch.optim.SGD([training.model.norm.weight], 0.1)
    second = torch.optim.SGD(training.model.rnn.parameters(), 0.0)
    foreign = torch.optim.SGD(nn.Linear(2, 2).parameters(), 0.1)
    with watch(training.model, live="by itself", every=2, probe=probe(), root=tmp_path) as monitor:
        for k in range(4):
            foreign.step()
            head.step()
            monitor.note(loss=k)
            training.update()
            second.step()
    assert monitor.update == 4
    (run,) = list_monitored(tmp_path)
    run.refresh()
    assert run.updates == [0, 2, 4]
    assert run.numbers == {0: {}, 1: {"loss": 0}, 2: {"loss": 1}, 3: {"loss": 2}, 4: {"loss": 3}}
    training.update()
    assert monitor.update == 4
