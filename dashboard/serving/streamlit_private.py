"""Every private name of Streamlit that we use, each behind a function that says what for.

Streamlit may rename any of them. Where one is missing the function answers as if there were nothing to know, so
that the app goes on; tests/dashboard/serving/test_streamlit_private.py names the one that is missing.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from streamlit import file_util, runtime
from streamlit.runtime.scriptrunner import ScriptRunner, get_script_run_ctx

from dashboard.common.javascript import with_imports

INDEX = Path(file_util.get_static_dir()) / "index.html"
SCRIPTS = INDEX.parent / "static" / "js"
HOLDS = "unrolled_holds_messages"  # our own mark on the context of a script's run


def has_reader() -> bool:
    """Whether this thread runs the script of a reader's session."""
    return get_script_run_ctx(suppress_warning=True) is not None


def visited_query() -> str | None:
    """What stands behind the "?" of the entry of the browser's history that this run of the script is to show.

    None but in the one run that answers a press of Back or Forward, which Streamlit's page marks. It is the run's
    own: to `st.query_params` an earlier run may still write, which is about to be stopped.
    """
    context: Any = get_script_run_ctx(suppress_warning=True)
    is_visit = getattr(context, "is_history_navigation", False)
    return getattr(context, "query_string", None) if is_visit else None


def take_messages_whole() -> None:
    """Once in a process: what a message of the browser says is done before the next message is looked at.

    Whenever a script or a callback shows something or touches the session's state, Streamlit looks whether another
    message has come, and then ends it there. A callback that is ended so is never called again, and what was
    clicked is forgotten. So nothing looks any more before the script itself has begun, after the callbacks.
    """
    look: Any = getattr(ScriptRunner, "_maybe_handle_execution_control_request", None)

    def look_later(self: Any) -> None:
        context: Any = get_script_run_ctx(suppress_warning=True)
        if getattr(context, "has_script_started", True) and not getattr(context, HOLDS, False):
            look(self)

    if look is not None and look.__name__ != look_later.__name__:
        setattr(ScriptRunner, look.__name__, look_later)


def hold_messages() -> None:
    """From here on the next message of the browser waits, until `take_messages`.

    On a new page Streamlit knows no control before the script has shown it: of a message that ends the script before
    that, nothing is done.
    """
    _set_holding(True)


def take_messages() -> None:
    """From here on the next message ends the script, which begins again with what it says."""
    _set_holding(False)


def _set_holding(holds: bool) -> None:
    context = get_script_run_ctx(suppress_warning=True)
    if context is not None:
        setattr(context, HOLDS, holds)


def rerun_watcher() -> Callable[[], bool]:
    """A function that says whether the script of this session has been asked to run anew, or to end.

    Streamlit itself would look only at the next thing to show. False where there is no session.
    """
    requests: Any = getattr(get_script_run_ctx(suppress_warning=True), "script_requests", None)

    def is_asked() -> bool:
        return getattr(getattr(requests, "_state", None), "name", "CONTINUE") != "CONTINUE"

    return is_asked


def waiting_sessions() -> dict[str, Any]:
    """Name -> session of each closed tab that may still come back; expired ones are dropped."""
    if not runtime.exists():
        return {}
    manager: Any = getattr(runtime.get_instance(), "_session_mgr", None)
    storage = getattr(manager, "_session_storage", None)
    len(getattr(storage, "_cache", ()))  # taking its length drops the expired ones
    return {info.session.id: info.session for info in storage.list()} if storage else {}


def is_open(name: str) -> bool:
    """Whether the session of this name has a tab."""
    return runtime.get_instance().is_active_session(name)


def has_sent(key: str) -> bool:
    """Whether the browser sent a value of the control of this key with what it asked for: so it shows the control.

    Only before the control is drawn. True where it cannot be known.
    """
    session, values = _sent_values()
    return session is None or values is None or session.get_widget_id_from_key(key) in values


def read_event(key: str, name: str) -> Any:
    """The event of this name that the component of this key has just sent, in its callback; None: none.

    Streamlit knows it, but no longer by the key, where the browser sent it while it was given another page.
    """
    _session, values = _sent_values()
    for id in list(values or ()):
        if str(id).endswith(f"-{key}__events"):
            for event in values.get(id) or []:
                if event.get("event") == name:
                    return event.get("value")
    return None


def _sent_values() -> tuple[Any, Any]:
    """(the state of this session, what the browser sent by the ids of the controls); None where it is not known."""
    context: Any = get_script_run_ctx(suppress_warning=True)
    session = getattr(getattr(context, "session_state", None), "_state", None)
    return session, getattr(session, "_new_widget_state", None)


def read_index() -> str:
    """The HTML that Streamlit sends for every page."""
    return INDEX.read_text(encoding="utf-8")


def element_scripts(elements: Iterable[str]) -> list[str]:
    """The scripts that a browser would ask for when the first of these elements is drawn, as the index names them.

    elements: names of components of Streamlit's browser code, as "NumberInput".
    """
    names = [path.name for element in elements for path in SCRIPTS.glob(f"{element}.*.js")]
    index = read_index()
    scripts = [f"./static/js/{name}" for name in with_imports(SCRIPTS, names)]
    return [script for script in scripts if script not in index]
