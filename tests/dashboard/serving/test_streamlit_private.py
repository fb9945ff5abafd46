"""The names inside Streamlit that we use are there; where one has gone, its test says which and what it did."""

import inspect
import threading
from types import SimpleNamespace

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime import Runtime
from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.runtime.scriptrunner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData, ScriptRequests
from streamlit.runtime.scriptrunner_utils.script_run_context import ScriptRunContext
from streamlit.runtime.websocket_session_manager import WebsocketSessionManager
from streamlit.testing.v1 import AppTest

from dashboard import index_page
from dashboard.serving import streamlit_private
from dashboard.serving.streamlit_private import rerun_watcher, waiting_sessions


@pytest.fixture
def requests(monkeypatch):
    """What the script of this thread is asked."""
    asked = ScriptRequests()
    context = SimpleNamespace(script_requests=asked)
    monkeypatch.setattr(streamlit_private, "get_script_run_ctx", lambda **_: context)
    return asked


def test_script_requests_of_a_context():
    assert "script_requests" in ScriptRunContext.__annotations__, (
        "ScriptRunContext.script_requests: a reader's click no longer ends the waiting for a turn"
    )


def script() -> None:
    import streamlit

    from dashboard.serving.streamlit_private import has_reader, rerun_watcher

    streamlit.text(f"{has_reader()} {rerun_watcher()()}")


def test_get_script_run_ctx():
    assert AppTest.from_function(script).run().text[0].value == "True False", (
        "get_script_run_ctx: every reader has the same seat"
    )


def test_is_history_navigation_of_a_context(monkeypatch):
    parameters = inspect.signature(ScriptRunContext.reset).parameters
    assert "is_history_navigation" in parameters, (
        "ScriptRunContext.is_history_navigation: Back and Forward change the address alone"
    )
    assert "query_string" in parameters, (
        "ScriptRunContext.query_string: Back and Forward change the address alone"
    )
    context = SimpleNamespace(query_string="task=adding", is_history_navigation=True)
    monkeypatch.setattr(streamlit_private, "get_script_run_ctx", lambda **_: context)
    assert streamlit_private.visited_query() == "task=adding"
    context.is_history_navigation = False
    assert streamlit_private.visited_query() is None


def test_outside_of_any_session_there_is_no_reader():
    assert not streamlit_private.has_reader()
    assert streamlit_private.visited_query() is None
    assert not rerun_watcher()()


def test_state_of_script_requests(requests):
    is_asked = rerun_watcher()
    assert not is_asked()
    requests.request_rerun(RerunData())
    assert is_asked(), (
        "ScriptRequests._state: a reader's click no longer ends the waiting for a turn"
    )


def test_a_page_that_is_to_end_is_seen_too(requests):
    is_asked = rerun_watcher()
    requests.request_stop()
    assert is_asked()


def two_clicks() -> None:
    import streamlit
    from streamlit.runtime.scriptrunner import get_script_run_ctx
    from streamlit.runtime.scriptrunner_utils.script_requests import RerunData

    def first() -> None:
        get_script_run_ctx().script_requests.request_rerun(RerunData())  # the second comes now
        streamlit.session_state["looked"] = True
        streamlit.session_state["done"] = True

    streamlit.button("First", on_click=first)
    streamlit.text(str("done" in streamlit.session_state))


def test_what_was_clicked_is_done_though_another_click_comes(monkeypatch):
    name = "_maybe_handle_execution_control_request"
    monkeypatch.setattr(ScriptRunner, name, getattr(ScriptRunner, name))
    app = AppTest.from_function(two_clicks).run()
    assert app.button[0].click().run().text[0].value == "False", (
        "Streamlit itself no longer ends a callback in its middle: take_messages_whole can go"
    )
    streamlit_private.take_messages_whole()
    app = AppTest.from_function(two_clicks).run()
    assert app.button[0].click().run().text[0].value == "True", (
        f"ScriptRunner.{name} or ScriptRunContext.has_script_started: a click ends the one before it"
    )


def held_click() -> None:
    import streamlit
    from streamlit.runtime.scriptrunner import get_script_run_ctx
    from streamlit.runtime.scriptrunner_utils.script_requests import RerunData

    from dashboard.serving.streamlit_private import hold_messages, take_messages

    shown = streamlit.session_state.setdefault("shown", [])
    hold_messages()
    if not shown:
        get_script_run_ctx().script_requests.request_rerun(RerunData())  # the click comes now
    shown.append("frame")
    streamlit.text("frame")
    shown.append("all of it")
    take_messages()
    streamlit.text(" ".join(shown))


def test_what_is_held_is_taken_when_the_frame_is_there(monkeypatch):
    name = "_maybe_handle_execution_control_request"
    monkeypatch.setattr(ScriptRunner, name, getattr(ScriptRunner, name))
    streamlit_private.take_messages_whole()
    app = AppTest.from_function(held_click).run()
    assert app.text[1].value == "frame all of it frame all of it", (
        f"ScriptRunner.{name}: what is clicked on the way to another page is forgotten"
    )


def component() -> None:
    import streamlit
    from streamlit.components.v2 import component

    from dashboard.serving.streamlit_private import read_event

    def take() -> None:
        streamlit.session_state["taken"] = read_event("rail", "go")

    component("unrolled.test", html="<i></i>", js="export default () => {}")(
        key="rail", on_go_change=take
    )
    streamlit.text(str(streamlit.session_state.get("taken")))


def test_an_event_is_known_without_its_key():
    app = AppTest.from_function(component).run()
    # What the browser sends, of a control that Streamlit knows by no key any more.
    session = app._session_state._state
    known = session._new_widget_state.widget_metadata
    (id,) = [each for each in known if each.endswith("rail__events")]
    sent = WidgetStates(
        widgets=[WidgetState(id=id, json_trigger_value='[{"event": "go", "value": {"step": "a"}}]')]
    )
    session._key_id_mapper.clear()
    assert app._run(sent).text[0].value == "{'step': 'a'}", (
        "SessionState._new_widget_state: what is clicked on the way to another page is forgotten"
    )


def controls() -> None:
    import streamlit

    from dashboard.serving.streamlit_private import has_sent

    streamlit.text(str(has_sent("number")))
    streamlit.number_input("Number", key="number")


def test_new_widget_state_of_a_session():
    app = AppTest.from_function(controls).run()
    assert [app.text[0].value, app.run().text[0].value] == ["False", "True"], (
        "SessionState._new_widget_state: a box is emptied before the browser shows what is in it"
    )


def test_outside_of_any_session_every_control_is_shown():
    assert streamlit_private.has_sent("number")


def session(name: str) -> SimpleNamespace:
    return SimpleNamespace(session=SimpleNamespace(id=name))


@pytest.fixture
def storage(monkeypatch):
    """Where a server keeps the sessions of closed tabs."""
    storage = MemorySessionStorage(ttl_seconds=0.05)
    manager = WebsocketSessionManager(storage, None, None, None)  # type: ignore[arg-type]
    server = SimpleNamespace(_session_mgr=manager)
    monkeypatch.setattr(streamlit_private.runtime, "exists", lambda: True)
    monkeypatch.setattr(streamlit_private.runtime, "get_instance", lambda: server)
    return storage


def test_session_storage_of_the_manager(storage):
    storage.save(session("a"))  # type: ignore[arg-type]
    assert list(waiting_sessions()) == ["a"], (
        "WebsocketSessionManager._session_storage: what a closed tab held is not given back"
    )


def test_cache_of_the_storage(storage):
    storage.save(session("a"))  # type: ignore[arg-type]
    threading.Event().wait(0.1)
    assert waiting_sessions() == {}
    assert len(vars(storage)["_cache"]) == 0, (
        "MemorySessionStorage._cache: asking how many there are drops no expired session"
    )


def test_session_mgr_of_the_runtime():
    assert "_session_mgr" in Runtime.__init__.__code__.co_names, (
        "Runtime._session_mgr: what a closed tab held is not given back"
    )


def test_is_active_session_of_the_runtime():
    assert callable(Runtime.is_active_session), "Runtime.is_active_session: asked by is_open"


def test_names_of_the_scripts_of_elements():
    for element in index_page.ELEMENTS:
        scripts = streamlit_private.element_scripts([element])
        assert any(script.startswith(f"./static/js/{element}.") for script in scripts), (
            f"{element}: no script of this name, so that a page waits for it when it is first drawn"
        )


def test_scripts_that_the_index_names_itself_are_left_out():
    scripts = streamlit_private.element_scripts(index_page.ELEMENTS)
    assert len(scripts) == len(set(scripts))
    assert not [script for script in scripts if script in streamlit_private.read_index()]
    missing = [s for s in scripts if not (streamlit_private.INDEX.parent / s).is_file()]
    assert not missing


def test_places_in_the_index():
    index = streamlit_private.read_index()
    assert index.count(index_page.STREAMLIT) == 1, (
        "index.html: where its script begins; without it the key of a reader's runs is sent late"
    )
    assert index.count("</head>") == 1, "index.html: a browser learns late what the page needs"
    assert index.count("<title>Streamlit<") == 1, "index.html: the title is Streamlit's at first"
