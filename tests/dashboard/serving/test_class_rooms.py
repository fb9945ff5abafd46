"""A class of several processes behind nginx: each prediction is counted once, each reader by an address of their own."""

import http.client
import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest
import yaml

from core.course.rooms import MAX_VISITORS_OF_ADDRESS, Rooms, room_of
from dashboard.serving.programs import free_port
from dashboard.serving.services import end_services, nginx_service, server_services, start_services
from tests.e2e.conftest import ROOT

pytestmark = pytest.mark.long
PROCESSES = 3
CONTAINERS = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text())["x-replica"]
# Whether nginx reaches the servers from an address of its own, as from its container.
PLACES = {"one machine": False, "containers": True}


class Classroom(NamedTuple):
    """address: of nginx. rooms: of the folder that the servers share."""

    address: str
    rooms: Rooms

    def post(self, room: str, visitor: str, value: str, source: str) -> tuple[int, str]:
        """A prediction from this address -> the status, and which server has answered."""
        place = urlsplit(self.address)
        connection = http.client.HTTPConnection(
            str(place.hostname), place.port, source_address=(source, 0)
        )
        prediction = {"lesson": "tiny", "step": "question", "value": value}
        connection.request(
            "POST",
            f"/rooms/{room}",
            json.dumps({"visitor": visitor} | prediction),
            # A made-up address must not be believed.
            {"Content-Type": "application/json", "X-Forwarded-For": f"10.9.8.{len(visitor)}"},
        )
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status, str(answer.headers["X-Replica"])


@pytest.fixture(scope="module", params=PLACES)
def classroom(request, tmp_path_factory) -> Iterator[Classroom]:
    folder = tmp_path_factory.mktemp("class")
    lessons = {"UNROLLED_LESSONS": str(ROOT / "tests" / "data" / "lessons")}
    servers = server_services(PROCESSES, folder)
    front = nginx_service("127.0.0.1", free_port(), servers, folder)
    text = (folder / "nginx.conf").read_text()
    bind = "proxy_bind 127.0.0.2; " if PLACES[request.param] else ""
    text = re.sub(
        r"(location / \{)", rf"\1 {bind}add_header X-Replica $upstream_addr always;", text
    )
    (folder / "nginx.conf").write_text(text)
    for server in servers:
        server.environment |= lessons | {"UNROLLED_RUNS": str(folder / "runs")}
        if PLACES[request.param]:
            server.environment |= {"FORWARDED_ALLOW_IPS": ""} | CONTAINERS["environment"]
    try:
        start_services(servers, lambda: False)
        start_services([front], lambda: False)
        yield Classroom(front.address, Rooms(folder / "runs"))
    finally:
        end_services([*servers, front])


def test_thirty_predictions_across_the_processes_are_counted_once_each(classroom):
    key = classroom.rooms.open_room()
    students = [(f"visitor-{k}", f"127.0.1.{k + 1}") for k in range(30)]
    tries = [
        (visitor, value, source) for value in ("none", "all") for visitor, source in 2 * students
    ]

    def post(one):
        return classroom.post(room_of(key), *one)

    with ThreadPoolExecutor(12) as pool:
        first = list(pool.map(post, tries[: len(tries) // 2]))
        changed = list(pool.map(post, tries[len(tries) // 2 :]))
    assert {status for status, _ in first + changed} == {204}
    assert len({server for _, server in first + changed}) == PROCESSES, "all of them took part"
    assert classroom.rooms.read_answers(key) == {"tiny": {"question": ["all"] * 30}}


def test_an_address_that_floods_is_not_the_one_of_all_the_others(classroom):
    key = classroom.rooms.open_room()
    room = room_of(key)

    def post(k):
        return classroom.post(room, f"made-up-{k}", "none", "127.0.0.9")[0]

    with ThreadPoolExecutor(12) as pool:
        statuses = list(pool.map(post, range(MAX_VISITORS_OF_ADDRESS + 15)))
    assert statuses.count(204) == MAX_VISITORS_OF_ADDRESS
    assert statuses.count(429) == 15
    assert classroom.post(room, "visitor-1", "all", "127.0.0.8")[0] == 204
    answers = classroom.rooms.read_answers(key)["tiny"]["question"]
    assert answers.count("none") == MAX_VISITORS_OF_ADDRESS
    assert answers.count("all") == 1
