"""Many checkpoints: their order, what is no checkpoint of the same model, and files that are meant to harm."""

import io
import struct
import zipfile

import pytest
import torch
from torch import nn

from core.analysis.checkpoint_curves import difference, measure_checkpoint
from core.io.checkpoint_files import NamedFile, is_zip_of_files, unpack_files
from core.io.checkpoint_series import BY_NAME, Series, find_orders, read_series
from core.io.natural_order import natural_key
from core.io.user_model import LOSSES, inspect_layer
from tests.helpers.model_files import Tagger, saved


def checkpoint(step: float = 0, hidden: int = 5, **counters: int) -> bytes:
    torch.manual_seed(1)
    model = nn.LSTM(3, hidden)
    with torch.no_grad():
        for weight in model.parameters():
            weight.mul_(1 + step)
    return saved({"model": model.state_dict(), **counters} if counters else model.state_dict())


def series_of(*names: str, **files: bytes) -> Series:
    return read_series([NamedFile(name, checkpoint()) for name in names])


def zipped(files: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", compression) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return content.getvalue()


@pytest.mark.parametrize(
    ("names", "way", "steps"),
    [
        (("epoch_10.pt", "epoch_9.pt", "epoch_3.pt"), "epoch", [3, 9, 10]),
        (("step-1200.ckpt", "step-90.ckpt"), "step", [90, 1200]),
        (("ckpt_00010.pth", "ckpt_00002.pth"), "ckpt", [2, 10]),
        (("epoch=1-val_loss=0.25.ckpt", "epoch=0-val_loss=0.31.ckpt"), "epoch", [0, 1]),
        (("epoch=0-step=50.ckpt", "epoch=0-step=7.ckpt"), "step", [7, 50]),
        (("run2/model10.pt", "run2/model9.pt"), "model", [9, 10]),
        (("run.2.pt", "run.1.pt"), "run", [1, 2]),
        (("3.bin", "20.bin"), "number", [3, 20]),
    ],
)
def test_a_step_stands_in_the_names(names, way, steps):
    series = series_of(*names)
    assert series.orders == (way,)
    assert [series.step_of(each, way) for each in series.in_order(way)] == steps


def test_a_step_stands_in_the_file_and_may_contradict_the_names():
    files = [
        NamedFile("a_1.pt", checkpoint(epoch=5, global_step=70)),
        NamedFile("a_2.pt", checkpoint(epoch=3, global_step=40)),
        NamedFile("a_3.pt", checkpoint(epoch=4, global_step=60)),
    ]
    series = read_series(files)
    assert series.orders == ("file: global_step", "a")  # the epochs give the order of the steps
    assert [c.name for c in series.in_order("file: global_step")] == ["a_2.pt", "a_3.pt", "a_1.pt"]
    assert [c.name for c in series.in_order("a")] == ["a_1.pt", "a_2.pt", "a_3.pt"]


def test_without_a_step_names_are_sorted_as_people_do():
    series = series_of("first.pt", "best.pt")
    assert series.orders == (BY_NAME,)
    assert [c.name for c in series.in_order(BY_NAME)] == ["best.pt", "first.pt"]
    assert sorted(["v10", "v9", "v1"], key=natural_key) == ["v1", "v9", "v10"]
    twins = series_of("epoch_1_seed_3.pt", "epoch_1_seed_2.pt")
    assert find_orders(twins.checkpoints) == ("seed",)


def test_a_checkpoint_of_another_model_in_the_middle_is_named_and_the_others_stay():
    files = [NamedFile(f"epoch_{k}.pt", checkpoint(k)) for k in range(4)]
    files[1] = NamedFile("epoch_1.pt", checkpoint(hidden=6))
    files[2] = NamedFile("epoch_2.pt", b"no model")
    series = read_series(files)
    assert [each.name for each in series.checkpoints] == ["epoch_0.pt", "epoch_3.pt"]
    refused, other = series.problems
    assert refused.startswith("epoch_2.pt: Model file: expected a state_dict of PyTorch")
    assert other.startswith("epoch_1.pt: expected the model of the other files, got another one (")
    assert "instead of [" in other
    words = read_series(
        [*files[:1], *files[3:], NamedFile("tagger.pt", saved(Tagger().state_dict()))]
    )
    assert words.problems == (
        "tagger.pt: expected the model of the other files, got another one (without bias_hh_l0). It is left out.",
    )


def test_a_zip_of_checkpoints_is_read_and_one_of_torch_is_a_checkpoint():
    single = checkpoint()
    assert not is_zip_of_files(single)
    content = zipped({"run/epoch_1.pt": single, "run/epoch_2.pt": single, "run/log.txt": b"x"})
    assert is_zip_of_files(content)
    files, problems = unpack_files([("run.zip", content)])
    assert [file.name for file in files] == ["run/epoch_1.pt", "run/epoch_2.pt"]
    assert problems == [
        "run/log.txt: expected a checkpoint, got a file of another kind. It is passed over."
    ]
    assert [each.name for each in read_series(files).checkpoints] == ["epoch_1.pt", "epoch_2.pt"]


def test_a_zip_bomb_and_a_path_do_no_harm(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("core.io.checkpoint_files.MAX_FILE_BYTES", 10_000)
    bomb = zipped({"a.pt": b"\0" * 5_000_000}, compression=zipfile.ZIP_DEFLATED)
    liar = bytearray(bomb)
    place = liar.rfind(b"PK\x01\x02")
    struct.pack_into("<I", liar, place + 24, 10)  # the size that it claims to have unpacked
    for content in (bomb, bytes(liar)):
        files, problems = unpack_files([("bomb.zip", content)])
        assert files == []
        assert len(problems) == 1
    path = zipped({"../../outside.pt": checkpoint(), "/etc/epoch_2.pt": checkpoint()})
    files, _problems = unpack_files([("path.zip", path)])
    assert [each.name for each in read_series(files).checkpoints] == ["outside.pt", "epoch_2.pt"]
    assert list(tmp_path.rglob("*")) == []
    monkeypatch.setattr("core.io.checkpoint_files.MAX_FILES", 3)
    with pytest.raises(ValueError, match="Model files: expected at most 3 checkpoints, got more"):
        unpack_files([(f"{k}.pt", b"x") for k in range(4)])
    monkeypatch.setattr("core.io.checkpoint_files.MAX_TOTAL_BYTES", 10)
    with pytest.raises(ValueError, match="Model files: expected checkpoints of at most"):
        unpack_files([(f"{k}.pt", b"x" * 6) for k in range(2)])


def test_curves_and_difference_are_those_of_two_readings():
    series = read_series([NamedFile(f"epoch_{k}.pt", checkpoint(k)) for k in (0, 3)])
    x = torch.randn(12, 1, 3, generator=torch.Generator().manual_seed(2))
    inspections = [
        inspect_layer(
            "", each.model.layers[0].make_layer(), x, tuple("a" * 12), LOSSES["last state"]
        )
        for each in series.in_order("epoch")
    ]
    points = [measure_checkpoint(each, k) for k, each in enumerate(inspections)]
    one, other = (each.read() for each in inspections)
    f = other.recording["f"].values
    dh, dc = (one.recording[name].grads for name in "hc")
    assert dh is not None
    assert dc is not None
    assert points[1].saturated["f"] == pytest.approx(((f < 0.1) | (f > 0.9)).mean())
    assert points[1].saturated["f"] > points[0].saturated["f"]
    assert points[0].loss == pytest.approx(one.loss)
    norms = (dh[:, 0] ** 2).sum(1) + (dc[:, 0] ** 2).sum(1)
    reached = norms**0.5 >= 0.01 * norms.max() ** 0.5
    horizon = 12 if reached.all() else int((~reached[::-1]).argmax())
    assert points[0].horizon == horizon
    change = difference(one.recording, other.recording, (0, "forward"), "c")
    expected = other.recording["c"].values[:, 0] - one.recording["c"].values[:, 0]
    torch.testing.assert_close(torch.tensor(change.values), torch.tensor(expected).double())
    assert change.grads is not None
    assert abs(change.grads).max() > 0
