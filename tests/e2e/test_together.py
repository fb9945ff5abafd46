"""A click on the page and a question of one of its parts, at nearly the same moment: nothing is forgotten."""

import json
import time

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

pytestmark = pytest.mark.e2e

PAGE, PART = 0, 3  # how a finished run is told from that of a part, in ForwardMsg.script_finished


def question(part: str = "", **values: tuple[str, str]) -> bytes:
    """What the browser sends. part: a fragment; values: element -> (field, value)."""
    message = BackMsg()
    message.rerun_script.page_name = "yours"
    message.rerun_script.fragment_id = part
    for element, (field, value) in values.items():
        setattr(message.rerun_script.widget_states.widgets.add(id=element), field, value)
    return message.SerializeToString()


def received(line: ClientConnection, finished: int) -> list[ForwardMsg]:
    """What the server sends, up to the end of such a run."""
    found = []
    while True:
        message = ForwardMsg()
        message.ParseFromString(line.recv(timeout=60))  # pyright: ignore[reportArgumentType] (all are bytes)
        found.append(message)
        if message.WhichOneof("type") == "script_finished" and message.script_finished == finished:
            return found


def deltas(messages: list[ForwardMsg]) -> list[ForwardMsg]:
    return [message for message in messages if message.WhichOneof("type") == "delta"]


def test_a_click_and_the_browsers_key(address):
    server = address.replace("http", "ws")
    streamlit = [Subprotocol("streamlit")]
    with connect(f"{server}/_stcore/stream", subprotocols=streamlit, max_size=None) as line:
        line.send(question())
        tabs = key = part = ""
        for message in deltas(received(line, PAGE)):
            block, element = message.delta.add_block, message.delta.new_element
            if block.id.endswith("yours tab"):
                tabs = block.id
            if element.bidi_component.id.endswith("keyring"):
                key, part = element.bidi_component.id, message.delta.fragment_id
        assert tabs
        assert part

        for k in range(42):
            tab, shown = (("Own model", "file_uploader"), ("Runs", "text_input"))[k % 2]
            click = {tabs: ("string_value", tab)}
            line.send(question(**click))
            time.sleep(0.0025 * (k % 14))
            told = {key: ("json_value", json.dumps({"key": f"{k:020}"}))}
            line.send(question(part, **click, **told))
            drawn = deltas(received(line, PART))
            assert shown in [m.delta.new_element.WhichOneof("type") for m in drawn]
            own = [m for m in drawn if m.delta.fragment_id]
            place = list(own[0].metadata.delta_path)[:-1]
            others = [list(m.metadata.delta_path) for m in drawn if not m.delta.fragment_id]
            assert place in others, "the part has no place of its own, and lands on its neighbour"
