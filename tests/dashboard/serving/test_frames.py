"""The route of the frames: who is answered, who is refused with which sentence, and that nobody waits for it."""

import asyncio
import gc
import threading
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import httpx
import hypothesis
import pytest
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.routing import Route

from dashboard.serving import frames, turns
from dashboard.serving.scheduler import TimeSlice
from dashboard.serving.streams import (
    MAX_WAITING_CLICKS,
    TOKEN_BYTES,
    Request,
    Stream,
    find_stream,
    register_stream,
)

APP = Starlette(routes=[Route("/frames/{token}", frames.answer_request, methods=["GET", "POST"])])


def make_stream(
    answer: Callable[[TimeSlice], bytes] = lambda _: b"frames", is_click: bool = False
) -> tuple[Stream, list[Mapping[str, Any]]]:
    """A stream, and the values that it has been asked with."""
    asked: list[Mapping[str, Any]] = []

    def read(values: Mapping[str, Any]) -> Request:
        asked.append(values)
        if values.get("n") == "nonsense":
            raise ValueError("n: expected a number.")
        return Request(
            is_click or "kind" in values, answer, lambda: lambda: asked.append({"after": 1})
        )

    stream = Stream(read, turns.scheduler().add_client())
    register_stream(stream)
    return stream, asked


def with_client(test: Callable[[httpx.AsyncClient], Awaitable[None]]) -> None:
    async def run() -> None:
        transport = httpx.ASGITransport(APP)
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            await test(client)

    asyncio.run(run())


def get(token: str, headers: Mapping[str, str] | None = None, **query: Any) -> httpx.Response:
    answers = []

    async def ask(client: httpx.AsyncClient) -> None:
        answers.append(await client.get(f"/frames/{token}", params=query, headers=headers or {}))

    with_client(ask)
    return answers[0]


def post(token: str, **how: Any) -> httpx.Response:
    answers = []

    async def ask(client: httpx.AsyncClient) -> None:
        answers.append(await client.post(f"/frames/{token}", **how))

    with_client(ask)
    return answers[0]


def test_a_question_gets_its_answer_and_then_what_is_left_is_done():
    stream, asked = make_stream()
    answer = get(stream.token, run="01234567", have=120, n=30)
    assert (answer.status_code, answer.content) == (200, b"frames")
    assert asked == [{"run": "01234567", "have": 120, "n": 30}, {"after": 1}]
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-encoding"] == "identity", "nobody zips it"


def test_a_click_is_json():
    stream, asked = make_stream()
    assert post(stream.token, json={"kind": "probe", "text": "é"}).status_code == 200
    assert asked[0] == {"kind": "probe", "text": "é"}


def test_a_token_is_long_and_random_and_leads_nowhere_else():
    (one, _), (other, _) = make_stream(), make_stream()
    assert TOKEN_BYTES * 8 >= 144
    assert one.token != other.token
    assert find_stream(one.token) is one
    for wrong in ("", one.token[:-1], one.token.lower(), "../player", "%00", "é", "x" * 5000):
        answer = get(wrong)
        assert answer.status_code == 404, wrong
    assert "does not know this run" in get("wrong").text


def test_with_its_session_a_stream_is_gone():
    stream, _ = make_stream()
    token = stream.token
    del stream
    gc.collect()
    assert find_stream(token) is None
    assert get(token).status_code == 404


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"sec-fetch-site": "same-origin"}, 200),
        ({"sec-fetch-site": "none"}, 200),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "http://here"}, 200),
        ({"origin": "https://here"}, 200),  # a proxy in front speaks TLS
        ({"origin": "http://there"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://here.there"}, 403),
    ],
    ids=str,
)
def test_only_the_pages_own_origin_is_answered(headers, status):
    stream, asked = make_stream()
    assert get(stream.token, headers=headers).status_code == status
    assert bool(asked) is (status == 200)


@pytest.mark.parametrize(
    ("how", "status", "says"),
    [
        ({"content": b"{}"}, 415, "application/json"),
        ({"content": b"{}", "headers": {"content-type": "text/plain"}}, 415, "application/json"),
        ({"json": [1]}, 400, "JSON object"),
        ({"content": b"null", "headers": {"content-type": "application/json"}}, 400, "JSON object"),
        ({"content": b"{", "headers": {"content-type": "application/json"}}, 400, "JSON object"),
        (
            {"content": b"[" * 60_000, "headers": {"content-type": "application/json"}},
            400,
            "JSON object",
        ),
        ({"json": {"text": "x" * 10_000_000}}, 413, "64 KiB"),
        ({"json": {"n": "nonsense"}}, 400, "n: expected a number."),
    ],
    ids=["no type", "text", "a list", "null", "half", "deep", "10 MB", "refused"],
)
def test_what_makes_no_sense_gets_a_sentence(how, status, says):
    stream, _ = make_stream()
    answer = post(stream.token, **how)
    assert answer.status_code == status
    assert says in answer.text


def test_what_says_that_it_is_short_is_not_read_on():
    """The length that a request states is nobody's promise."""
    stream, asked = make_stream()
    parts = []

    async def endless():
        while True:
            parts.append(1)
            yield b"x" * 1024

    answer = post(stream.token, content=endless(), headers={"content-type": "application/json"})
    assert answer.status_code == 413
    assert len(parts) < 100
    assert not asked


def test_a_sentence_of_the_run_is_the_answer():
    def refuse(_: TimeSlice) -> bytes:
        raise ValueError("frames: expected at most 7.")

    stream, _ = make_stream(refuse)
    answer = get(stream.token)
    assert (answer.status_code, answer.text) == (400, "frames: expected at most 7.")
    assert not stream.pulls


def test_a_thousand_questions_at_once_are_one_and_hold_nobody_up():
    """Of one stream one is answered; another stream gets its turn right after it."""
    begun, go_on = threading.Event(), threading.Event()

    def slowly(_: TimeSlice) -> bytes:
        begun.set()
        assert go_on.wait(30)
        return b"frames"

    flooded, asked = make_stream(slowly)
    other, _ = make_stream(lambda _: b"mine")

    async def ask(client: httpx.AsyncClient) -> None:
        first = asyncio.create_task(client.get(f"/frames/{flooded.token}"))
        while not begun.is_set():
            await asyncio.sleep(0.001)
        rest = await asyncio.gather(*(client.get(f"/frames/{flooded.token}") for _ in range(1000)))
        assert {answer.status_code for answer in rest} == {429}
        clicks = [
            asyncio.create_task(client.post(f"/frames/{flooded.token}", json={"kind": "reset"}))
            for _ in range(100)
        ]
        mine = asyncio.create_task(client.get(f"/frames/{other.token}"))
        while len(asked) < 1101:
            await asyncio.sleep(0.001)
        threads = threading.active_count()
        go_on.set()
        statuses = [answer.status_code for answer in await asyncio.gather(*clicks)]
        assert statuses.count(200) == MAX_WAITING_CLICKS
        assert statuses.count(429) == 100 - MAX_WAITING_CLICKS
        assert (await mine).content == b"mine"
        assert (await first).content == b"frames"
        assert threads < 20, "who waits takes no thread"

    with_client(ask)
    assert (flooded.pulls, flooded.clicks) == (False, 0)


def test_a_question_that_waits_gives_way_to_a_click_of_its_own_reader():
    begun, go_on = threading.Event(), threading.Event()

    def slowly(slice_: TimeSlice) -> bytes:
        begun.set()
        assert go_on.wait(30)
        slice_.ends_after_update()  # an update is done, and the scheduler looks who still wants to wait
        return b""

    (busy, _), (mine, asked) = make_stream(slowly), make_stream()

    async def ask(client: httpx.AsyncClient) -> None:
        first = asyncio.create_task(client.get(f"/frames/{busy.token}"))
        while not begun.is_set():
            await asyncio.sleep(0.001)
        waiting = asyncio.create_task(client.get(f"/frames/{mine.token}"))
        while not asked:
            await asyncio.sleep(0.001)
        click = asyncio.create_task(client.post(f"/frames/{mine.token}", json={"kind": "reset"}))
        while len(asked) < 2:
            await asyncio.sleep(0.001)
        go_on.set()
        assert (await waiting).status_code == 429
        assert (await click).status_code == 200
        await first

    with_client(ask)
    assert (mine.pulls, mine.clicks) == (False, 0)


def test_who_leaves_while_waiting_leaves_the_queue():
    begun, go_on = threading.Event(), threading.Event()

    def slowly(_: TimeSlice) -> bytes:
        begun.set()
        assert go_on.wait(30)
        return b""

    (busy, _), (waiting, asked) = make_stream(slowly), make_stream()

    async def ask(client: httpx.AsyncClient) -> None:
        first = asyncio.create_task(client.get(f"/frames/{busy.token}"))
        while not begun.is_set():
            await asyncio.sleep(0.001)
        left = asyncio.create_task(client.get(f"/frames/{waiting.token}"))
        while not asked:
            await asyncio.sleep(0.001)
        left.cancel()
        await asyncio.gather(left, return_exceptions=True)
        go_on.set()
        await first
        assert (await client.get(f"/frames/{waiting.token}")).status_code == 200

    with_client(ask)
    assert not turns.scheduler()._waiting
    assert turns.scheduler()._training == {False: None, True: None}


PIECES = st.text(max_size=40) | st.binary(max_size=40)


@hypothesis.settings(max_examples=60, deadline=None)
@hypothesis.given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE", "HEAD"]),
    query=st.dictionaries(st.text(max_size=9), st.text(max_size=20), max_size=4),
    body=st.binary(max_size=200) | st.just(b'{"kind": {}}'),
    header=st.dictionaries(
        st.sampled_from(["origin", "sec-fetch-site", "content-type", "range", "content-encoding"]),
        st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30),
        max_size=3,
    ),
)
def test_no_forged_request_ends_in_an_exception(method, query, body, header):
    stream, _ = make_stream()

    async def ask(client: httpx.AsyncClient) -> None:
        answer = await client.request(
            method, f"/frames/{stream.token}", params=query, content=body, headers=header
        )
        assert answer.status_code in (200, 400, 403, 405, 413, 415, 429)

    with_client(ask)
