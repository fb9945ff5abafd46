"""Fragments: parts of a page that rerun by themselves."""

from collections.abc import Callable
from functools import wraps
from typing import NoReturn, ParamSpec

import streamlit as st
from streamlit.errors import StreamlitAPIException

P = ParamSpec("P")


def fragment(part: Callable[P, None], run_every: float | None = None) -> Callable[P, None]:
    """Makes `part` a Streamlit fragment, in a container of its own on the page.

    After two clicks in quick succession, the first on the page and the second in the part, Streamlit reruns
    the page and then the part, and sends the part's elements with the second rerun alone. By then the browser
    has removed the old ones, and without the container it would draw the new ones over what follows.

    run_every: seconds between reruns; None: it reruns only when something in it is clicked.
    """
    inner = st.fragment(part, run_every=run_every)

    @wraps(part)
    def placed(*args: P.args, **kwargs: P.kwargs) -> None:
        with st.container():
            inner(*args, **kwargs)

    return placed


def rerun_fragment() -> NoReturn:
    """Reruns the fragment, or the whole page where the fragment runs as a part of that.

    Streamlit makes one rerun of two clicks in quick succession, the first on a button of a fragment, the
    second on a control: then the button's code runs with the whole page, and Streamlit refuses to rerun the
    fragment alone.
    """
    try:
        st.rerun(scope="fragment")
    except StreamlitAPIException:
        st.rerun()
    raise AssertionError("a rerun ends the run")
