"""The route for monitors on other machines: what is taken, and everything that is not."""

import asyncio

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from core.io.monitor import list_monitored
from core.io.monitor.invitations import find_invited, invite
from core.io.monitor.layout import ABOUT_FILE, NUMBERS_FILE, frame_file
from core.io.store import Store, new_key
from dashboard.serving import monitors
from tests.helpers.monitored import FakeMonitor

APP = Starlette(routes=[Route("/monitor/{token}", monitors.answer_request, methods=["POST"])])


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setenv("UNROLLED_RUNS", str(tmp_path / "runs"))
    monkeypatch.setattr(monitors, "senders", monitors.Senders())
    return tmp_path / "runs"


@pytest.fixture
def store(root):
    return Store(root, new_key())


@pytest.fixture
def fake(tmp_path):
    """What a script on another machine has recorded there."""
    fake = FakeMonitor(tmp_path / "elsewhere")
    fake.record(1)
    return fake


def post(token, fake, name, content=None, **changed):
    content = (fake.folder / name).read_bytes() if content is None else content
    headers = {"run": fake.folder.name, "writer": "a1", "file": name} | changed
    named = {f"X-Unrolled-{name}": value for name, value in headers.items()}

    async def run():
        transport = httpx.ASGITransport(APP)
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            return await client.post(f"/monitor/{token}", content=content, headers=named)

    return asyncio.run(run())


def test_what_is_posted_is_the_reader_s_alone(root, store, fake):
    token = invite(root, store.folder)
    for file in (ABOUT_FILE, NUMBERS_FILE, frame_file(1)):
        assert post(token, fake, file).status_code == 204
    (run,) = list_monitored(store.folder)
    assert (run.about.name, run.updates) == ("my run", [1])
    assert run.read(1).recordings.keys() == {"encoder", "decoder"}
    assert list_monitored(root) == []
    assert list_monitored(Store(root, new_key()).folder) == []


def test_without_a_token_of_the_app_nothing_is_written(root, fake):
    for token in ("a" * 24, "a.b", "x" * 900):
        answer = post(token, fake, ABOUT_FILE)
        assert answer.status_code == 403
        assert "Make a new one on Live" in answer.text
    assert not root.exists()


@pytest.mark.parametrize(
    "changed",
    [
        {"run": "../../../../tmp/x"},
        {"run": ""},
        {"file": "../about.json"},
        {"file": "writer.lock"},
        {"writer": "a/b"},
    ],
)
def test_names_lead_nowhere_else(root, store, fake, changed):
    token = invite(root, store.folder)
    answer = post(token, fake, ABOUT_FILE, **changed)
    assert answer.status_code == 400
    assert "expected" in answer.text
    assert not store.folder.exists()


def test_no_file_of_another_kind_or_size_is_taken(root, store, fake, monkeypatch):
    token = invite(root, store.folder)
    assert post(token, fake, frame_file(1)).status_code == 404, "about.json comes first"
    assert post(token, fake, ABOUT_FILE, b"{}").status_code == 400
    assert post(token, fake, ABOUT_FILE).status_code == 204
    whole = (fake.folder / frame_file(1)).read_bytes()
    assert post(token, fake, frame_file(1), whole[:-9]).status_code == 400
    assert post(token, fake, frame_file(2), whole).status_code == 400, "it is update 1"
    monkeypatch.setattr(monitors, "MAX_POST_BYTES", 1000)
    assert post(token, fake, frame_file(1)).status_code == 413
    monkeypatch.setattr(monitors, "MAX_POST_BYTES", 2**20)
    monkeypatch.setattr(monitors, "MAX_RECEIVED_BYTES", 1000)
    answer = post(token, fake, frame_file(1))
    assert (answer.status_code, list_monitored(store.folder)[0].updates) == (413, [])
    assert "expected at most" in answer.text


def test_another_writer_of_the_name_takes_another_name(root, store, fake):
    token = invite(root, store.folder)
    assert post(token, fake, ABOUT_FILE).status_code == 204
    assert post(token, fake, ABOUT_FILE, writer="b2").status_code == 409
    assert (
        post(token, fake, ABOUT_FILE, writer="b2", run=f"{fake.folder.name}-2").status_code == 204
    )


def test_too_many_at_once_come_later(root, store, fake, monkeypatch):
    token = invite(root, store.folder)
    time = [0.0]
    monkeypatch.setattr(monitors, "senders", monitors.Senders(lambda: time[0]))
    monkeypatch.setattr(monitors, "BURST", 3)
    answers = [post(token, fake, ABOUT_FILE).status_code for _ in range(5)]
    assert answers == [204, 204, 204, 429, 429]
    time[0] = monitors.BURST_SECONDS + 1
    assert post(token, fake, ABOUT_FILE).status_code == 204


def test_an_old_token_counts_no_more(root, store, monkeypatch):
    token = invite(root, store.folder)
    assert find_invited(root, token) == store.folder
    monkeypatch.setattr("core.io.monitor.invitations.INVITATION_DAYS", -1)
    with pytest.raises(LookupError, match="Make a new one"):
        find_invited(root, token)


def test_of_too_many_tokens_the_oldest_goes(root, store, monkeypatch):
    monkeypatch.setattr("core.io.monitor.invitations.MAX_INVITATIONS", 2)
    tokens = [invite(root, store.folder) for _ in range(3)]
    assert len(list((root / "receiving").iterdir())) == 2
    assert find_invited(root, tokens[-1]) == store.folder
