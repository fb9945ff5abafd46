"""No text stays English in another language where something was uploaded, or comes from another process."""

import io
import os
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from playwright.sync_api import Locator, Page, expect
from safetensors.torch import save
from torch import nn

from core.common.messages import say
from core.common.stored_sentences import to_json
from core.io.monitor.layout import STATE_FILE
from tests.e2e.conftest import ROOT, visit
from tests.e2e.crawling import NOTE_CANVASES, collect, open_lists, unfold, visit_tabs
from tests.e2e.crawling import wait_until_drawn as wait
from tests.e2e.patience import until
from tests.e2e.pseudo_app import escapes, run_pseudo_server
from tests.helpers.monitored import FakeMonitor
from tests.helpers.own_model import recorded_batch
from tests.helpers.pseudo_language import CODE, disguise

pytestmark = [pytest.mark.e2e, pytest.mark.long]

KERAS = ROOT / "tests" / "data" / "keras"
Files = Sequence[tuple[str, bytes]]


@pytest.fixture(scope="module")
def pseudo_server(tmp_path_factory):
    with run_pseudo_server(tmp_path_factory.mktemp("pseudo")) as running:
        yield running


@pytest.fixture
def page(browser, pseudo_server):
    for opened in visit(browser, pseudo_server, viewport={"width": 1920, "height": 1000}):
        opened.add_init_script(NOTE_CANVASES)
        yield opened


def saved(model: nn.Module) -> bytes:
    """Its weights, with an underscore in the name of each module: such a word is a name, not English."""
    return save({f"own_{name}": tensor for name, tensor in model.state_dict().items()})


def put(page: Page, place: str, files: Files) -> None:
    """Uploads the files to the first uploader in the place."""
    payloads: Any = [
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
        for name, content in files
    ]
    page.locator(f"{place} input[type=file]").first.set_input_files(payloads)
    page.wait_for_timeout(800)
    wait(page)


def open_model(page: Page, files: Files, whole: bool = False) -> None:
    """Own model on Yours with these files: one layer of it, or the whole."""
    page.goto(f"/yours?lang={CODE}")
    wait(page)
    page.get_by_role("tab", name=disguise("Own model")).click()
    wait(page)
    put(page, ".st-key-own-model", files)
    if whole:
        choose_radio(page, "the whole model")


def choose_radio(page: Page, name: str) -> None:
    page.get_by_role("radio", name=disguise(name), exact=True).first.click()
    wait(page)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=disguise(name), exact=True).first.click()
    page.wait_for_timeout(300)
    wait(page)


def open_list(page: Page, label: str) -> Locator:
    """The options of the list with this label, which is open."""
    options = page.locator("[role=option]")  # not those of a select, as the one of the languages

    def is_open() -> None:
        page.get_by_role("combobox", name=disguise(label)).first.click()
        expect(options.first).to_be_visible(timeout=2000)

    until(page, is_open)
    return options


def choose(page: Page, label: str, k: int) -> None:
    """Chooses option number k of the list with this label."""
    open_list(page, label).nth(k).click()
    page.wait_for_timeout(300)
    wait(page)


def choices(page: Page, label: str) -> Iterator[None]:
    """Chooses each option of the list with this label in turn."""
    number = open_list(page, label).count()
    page.keyboard.press("Escape")
    for k in range(number):
        choose(page, label, k)
        yield


def fill(page: Page, label: str, text: str, **values: object) -> None:
    """Types the text into the field. values: of its label's template."""
    place = page.get_by_role("textbox", name=disguise(label).format(**values)).first
    place.fill(text)
    place.press("Control+Enter")
    page.wait_for_timeout(300)
    wait(page)


def gather(page: Page, states: Iterator[None]) -> set[tuple[str, str]]:
    """Every text in each state, with its boxes open; lists of one label are opened once."""
    texts, lists = set(), set()
    for _ in states:
        texts |= collect(page)
        unfold(page)
        texts |= collect(page)
        for _list in open_lists(page, page.get_by_test_id("stMain"), lists):
            texts |= collect(page)
    return texts


class Stack(nn.Module):
    """Modules under their names, as their file has them."""

    def __init__(self, **modules: nn.Module):
        super().__init__()
        for name, module in modules.items():
            self.add_module(name, module)


def text_model(symbols: int = 7) -> Stack:
    torch.manual_seed(3)
    return Stack(
        emb=nn.Embedding(symbols, 4), rnn=nn.LSTM(4, 5), head=nn.Linear(5, symbols), extra=nn.Linear(9, 9)
    )  # fmt: skip


def number_model(kind: Callable[..., nn.Module] = nn.GRU) -> Stack:
    torch.manual_seed(3)
    return Stack(rnn=kind(3, 6), head=nn.Linear(6, 4), out=nn.Linear(4, 1))


def translator() -> Stack:
    torch.manual_seed(3)
    return Stack(
        **{"encoder_emb": nn.Embedding(7, 4), "encoder_rnn": nn.GRU(4, 5, bidirectional=True)},
        **{"decoder_emb": nn.Embedding(6, 4), "decoder_rnn": nn.GRU(4, 5), "decoder_out": nn.Linear(5, 6)},
    )  # fmt: skip


def unknown_cell() -> dict[str, torch.Tensor]:
    """The weights of a cell that no class of torch has: two blocks of rows, or three with one bias."""
    return {
        **{"own_mgu.weight_ih": torch.randn(10, 3), "own_mgu.weight_hh": torch.randn(10, 5)},
        "own_mgu.bias": torch.randn(10),
    }


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


def look_inside(page: Page) -> Iterator[None]:
    """What is open on Yours, on the pages that look inside: their tabs, and what a button brings."""
    for name in ("Unrolled", "Gates", "Gradients"):
        page.get_by_role("link", name=disguise(name)).first.click()
        page.wait_for_timeout(2500)
        wait(page)
        yield
        for _ in visit_tabs(page):
            page.wait_for_timeout(300)
            yield
            search = page.get_by_role("button", name=disguise("Search for fixed points"))
            if search.count() and search.first.is_visible():
                search.first.click()
                page.wait_for_timeout(2500)
                wait(page)
                yield


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


# Layers and functions in Keras' files, the modules of a watched training, and what a corpus says.
MADE = ["bidirectional", "selu", "softsign", "linear", "activation", "MyThing", "ConvLSTM", "pad", "encoder", "decoder", "Model", "here", "abc", "def", "abcdefg"]  # fmt: skip

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


ROWS = "sym_bol,seq_id,is_vowel,word_kind\n" + "".join(
    f"{letter},{k // 40},{int(letter in 'aeo')},k_{k % 3}\n"
    for k, letter in enumerate("abcdef o" * 40)
)


def corpus_of_a_run(page: Page) -> Iterator[None]:
    page.goto(f"/gates?task=text&cell=lstm&hidden_size=6&length=10&lang={CODE}")
    wait(page)
    page.get_by_role("tab", name=disguise("Units over a corpus")).click()
    wait(page)
    yield
    put(page, ".st-key-corpus-file", [("c_1.txt", b"\0\1\2")])
    yield
    put(page, ".st-key-corpus-file", [("c_1.csv", ROWS.encode())])
    yield
    choose_radio(page, "a table (CSV): a row for each symbol")
    yield from read_corpus(page)
    put(page, ".st-key-corpus-file", [("c_2.txt", ROWS.encode())])
    unfold(page)
    yield
    choose_radio(page, "lines, each from a state of zeros")
    yield from read_corpus(page)


def read_corpus(page: Page) -> Iterator[None]:
    yield
    press(page, "Read it")
    expect(page.locator(".letters").first).to_be_visible()
    yield
    yield from choices(page, "Sorted by; the maps of this page can follow")
    yield from choices(page, "Which unit follows …")
    box = page.get_by_test_id("stDataFrame").first.locator("canvas").first.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 14, box["y"] + 35 + 60)
    page.wait_for_timeout(800)
    wait(page)
    yield
    press(page, "Silence it")
    yield
    page.get_by_role("tab", name=disguise("Units over a corpus")).click()
    wait(page)


def corpus_of_a_model(page: Page) -> Iterator[None]:
    open_model(page, [("a_b.safetensors", saved(text_model()))], whole=True)
    page.get_by_role("link", name=disguise("Gates")).first.click()
    wait(page)
    page.get_by_role("tab", name=disguise("Units over a corpus")).click()
    wait(page)
    yield
    page.get_by_role("textbox", name=disguise("or paste it here")).fill("abc\ndef " * 60)
    page.keyboard.press("Control+Enter")
    page.wait_for_timeout(500)
    wait(page)
    yield from read_corpus(page)


@pytest.mark.parametrize("states", [corpus_of_a_run, corpus_of_a_model])
def test_a_corpus_has_no_english_word(page, states):
    english = escapes(gather(page, states(page)), MADE)
    assert not english, "\n".join(english)


def trainings_elsewhere(page: Page, folder: Path) -> Iterator[None]:
    """Folders of watched trainings: one that trains, one that is silent and says what went wrong, one without a record."""
    runs = folder / "runs"
    monitor = FakeMonitor(runs, "run_a")
    monitor.record_until(12)
    wrong = FakeMonitor(runs, "run_b")
    wrong.record_until(3)
    FakeMonitor(runs, "run_c")
    sentence = to_json(say("The recorded layers changed before update {update}.", update=3))
    wrong.write_state("running", 3, [sentence])  # pyright: ignore[reportArgumentType]
    long_ago = time.time() - 300
    os.utime(wrong.folder / STATE_FILE, (long_ago, long_ago))
    page.goto(f"/?lang={CODE}&hidden_size=4")
    wait(page)
    page.locator("summary").filter(has_text=disguise("Trainings elsewhere")).click()
    expect(page.locator("[class*='st-key-training']").first).to_be_visible()
    yield
    press(page, "Receive from another machine")
    yield
    for key in ("run_b", "run_c", "run_a"):
        page.goto(f"/?lang={CODE}&hidden_size=4")
        wait(page)
        page.locator("summary").filter(has_text=disguise("Trainings elsewhere")).click()
        row = page.locator("[class*='st-key-training']").filter(has_text=key)
        row.get_by_role("button").first.click()
        page.wait_for_timeout(4000)
        yield
    monitor.write_state("running", 12)
    page.locator(".player .play").first.click()
    page.get_by_role("slider", name=disguise("update")).first.press("Home")
    page.wait_for_timeout(1000)
    yield
    press(page, "Look inside at this update")
    yield
    yield from look_inside(page)
    monitor.write_state("ended", 12)
    page.get_by_role("link", name=disguise("Live")).first.click()
    page.wait_for_timeout(4000)
    yield


def test_a_training_elsewhere_has_no_english_word(page, pseudo_server):
    states = trainings_elsewhere(page, pseudo_server[1].parent)
    english = escapes(gather(page, states), MADE)
    assert not english, "\n".join(english)


def exports(page: Page, folder: Path) -> Iterator[None]:
    for query in ("task=adding&hidden_size=4&length=5", "task=echo&cell=mgu&hidden_size=4"):
        page.goto(f"/?{query}&lang={CODE}")
        wait(page)
        page.get_by_role("link", name=disguise("Yours")).first.click()
        wait(page)
        page.get_by_role("tab", name=disguise("Export")).click()
        wait(page)
        yield
        for button in (
            "Make the ONNX file",
            "Make the event files",
            "Make the script with its data",
        ):
            made = page.get_by_role("button", name=disguise(button), exact=True)
            if made.count():
                press(page, button)
        page.wait_for_timeout(3000)
        yield
    press(page, "Make the report")
    with page.expect_download() as download:
        page.locator(".st-key-report button").click()
    download.value.save_as(folder / "report.html")
    page.goto(f"file://{folder / 'report.html'}")
    page.wait_for_timeout(2000)


def test_what_is_exported_has_no_english_word(page, tmp_path):
    texts = gather(page, exports(page, tmp_path)) | collect(page)
    english = escapes(
        texts, ["hf", "hn", "if", "in"]
    )  # indices of weights in the report's formulas
    assert not english, "\n".join(english)
