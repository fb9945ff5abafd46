"""No text stays English in another language where a model or a recording was uploaded."""

import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch
from playwright.sync_api import Page
from safetensors.torch import save
from torch import nn

from tests.e2e.conftest import ROOT, visit
from tests.e2e.crawling import NOTE_CANVASES
from tests.e2e.crawling import wait_until_drawn as wait
from tests.e2e.pseudo_models import number_model, saved, text_model, translator, unknown_cell
from tests.e2e.pseudo_steps import (
    MADE,
    choices,
    choose,
    choose_radio,
    fill,
    gather,
    look_inside,
    open_model,
    put,
)
from tests.e2e.pseudo_words import escapes
from tests.helpers.own_model import recorded_batch
from tests.helpers.pseudo_language import CODE, disguise

pytestmark = [pytest.mark.e2e, pytest.mark.long]

KERAS = ROOT / "tests" / "data" / "keras"


@pytest.fixture
def page(browser, pseudo_server):
    for opened in visit(browser, pseudo_server, viewport={"width": 1920, "height": 1000}):
        opened.add_init_script(NOTE_CANVASES)
        yield opened


VOCABULARY = b'["<pad>", "w_a", "w_b", "w_c", "w_d", "w_e", "w_f"]'
TABLE = "n_a,n_b,n_c,n_d\n" + "\n".join(f"{k},{k % 3},{k % 5},{k % 2}" for k in range(40))


def one_layer(page: Page) -> Iterator[None]:
    page.goto(f"/yours?lang={CODE}")
    wait(page)
    page.get_by_role("tab", name=disguise("Own model")).click()
    wait(page)
    yield
    open_model(page, [("a_b.safetensors", saved(text_model()))])
    yield from choices(page, "Sequence to read")
    choose_radio(page, "whole words")
    yield
    fill(page, "Text", "w_z w_y")
    yield
    yield from choices(page, "The gradients are those of")
    open_model(page, [("a_b.safetensors", saved(number_model()))])
    choose(page, "Sequence to read", 1)
    fill(page, "Numbers: a line for each step, {n} numbers a line", "1 2\n3 4 5", n=3)
    yield
    put(page, ".st-key-own-csv", [("a_b.csv", b"n_a,n_b\n1,2\nx,3")])
    yield
    open_model(page, [("a_b.safetensors", saved(number_model(nn.RNN)))])
    yield
    open_model(page, [("a_b.safetensors", save(unknown_cell()))])
    yield
    page.locator("[data-testid=stRadio] label").last.click()
    wait(page)
    yield


def whole_model(page: Page) -> Iterator[None]:
    open_model(page, [("a_b.safetensors", saved(text_model()))], whole=True)
    yield
    put(page, "[class*='st-key-whole-vocabulary']", [("v_1.json", VOCABULARY)])
    yield
    fill(page, "Text", "w_a w_b w_z w_c")
    yield
    fill(page, "Text", "w_a w_b w_c")
    yield from choices(page, "Loss")
    yield from choices(page, "Target")
    fill(page, "Numbers: {n} for each step, a line a step, ? for none", "9 9", n=7)
    yield
    choose(page, "Loss", 0)
    yield from choices(page, "Target")
    fill(page, "Classes: one for each step, ? for none", "w_z 9 9 9")
    yield
    choose_radio(page, "at the end")
    yield
    put(page, "[class*='st-key-whole-vocabulary']", [("v_1.json", b"{")])
    yield
    open_model(page, [("a_b.safetensors", saved(translator()))], whole=True)
    yield
    yield from choices(page, "Target")
    fill(page, "What the decoder is to say", "99")
    yield


def whole_table(page: Page) -> Iterator[None]:
    open_model(page, [("a_b.safetensors", saved(number_model()))], whole=True)
    yield from choices(page, "Between its layers (the file does not say)")
    yield from choices(page, "The head reads (the file does not say)")
    yield from choices(page, "Sequence to read")
    put(page, ".st-key-whole-table", [("t_1.csv", TABLE.encode())])
    yield
    yield from choices(page, "Loss")
    yield from choices(page, "Target")
    put(page, ".st-key-whole-table", [("t_1.csv", b"\0\1")])
    yield
    open_model(page, [("a_b.safetensors", save(unknown_cell()))], whole=True)
    yield


def many_checkpoints(page: Page) -> Iterator[None]:
    def checkpoint(step: int, model: nn.Module) -> bytes:
        file = io.BytesIO()
        state = {f"own_{name}": v * (1 + step / 9) for name, v in model.state_dict().items()}
        torch.save({"state_dict": state, "global_step": 100 * step}, file)
        return file.getvalue()

    files = [(f"c_{step}.pt", checkpoint(step, number_model())) for step in (1, 2, 4)]
    bad = [("c_5.pt", checkpoint(5, text_model())), ("c_6.pt", b"no")]
    open_model(page, [*files, *bad])
    yield
    page.get_by_role("slider").first.press("Home")
    wait(page)
    yield
    choose_radio(page, "the whole model")
    yield
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, each in zip("abc", files, strict=True):
            archive.writestr(f"{name}_x.safetensors", saved(number_model()))
            del each
        archive.writestr("r_1.txt", "x")
    open_model(page, [("z_1.zip", content.getvalue())])
    yield


def keras_and_onnx(page: Page) -> Iterator[None]:
    for path in sorted(KERAS.glob("*.*")):
        if path.suffix == ".npz":
            continue
        open_model(page, [(path.name, path.read_bytes())])
        yield
    choose_radio(page, "the whole model")
    yield
    from tests.core.io import test_keras, test_onnx

    model = test_onnx.operator(direction="reverse").SerializeToString()
    open_model(page, [("a_b.onnx", model)])
    yield
    for module in (test_keras, test_onnx):
        for make, _expected in [*module.REFUSED.values()][:3]:
            open_model(page, [("a_b.bin", make())])
            yield


def recording_by_file(page: Page, folder: Path) -> Iterator[None]:
    recorded_batch().save(folder / "rec_1.safetensors")
    open_model(page, [("rec_1.safetensors", (folder / "rec_1.safetensors").read_bytes())])
    yield
    yield from look_inside(page)


def own_layer_inside(page: Page) -> Iterator[None]:
    open_model(page, [("a_b.safetensors", saved(number_model()))])
    yield from look_inside(page)


def own_whole_inside(page: Page) -> Iterator[None]:
    open_model(page, [("a_b.safetensors", saved(translator()))], whole=True)
    yield from look_inside(page)
    page.get_by_role("link", name=disguise("Gradients")).first.click()
    wait(page)
    page.get_by_role("tab", name=disguise("Which inputs mattered")).click()
    wait(page)
    yield from choices(page, "Explain")
    choose_radio(page, "gradient × input")
    yield


STATES: dict[str, Callable[..., Iterator[None]]] = {
    "one layer": one_layer,
    "a whole model": whole_model,
    "a whole model of numbers": whole_table,
    "checkpoints": many_checkpoints,
    "Keras and ONNX": keras_and_onnx,
    "a layer on the pages that look inside": own_layer_inside,
    "a whole model on the pages that look inside": own_whole_inside,
}


@pytest.mark.parametrize("states", STATES)
def test_what_was_uploaded_has_no_english_word(page, states):
    english = escapes(gather(page, STATES[states](page)), MADE)
    assert not english, "\n".join(english)


def test_a_recording_that_was_uploaded_has_no_english_word(page, tmp_path):
    english = escapes(gather(page, recording_by_file(page, tmp_path)))
    assert not english, "\n".join(english)
