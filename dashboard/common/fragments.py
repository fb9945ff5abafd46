"""Parts of a page that run anew by themselves."""

from collections.abc import Callable
from functools import wraps
from typing import NoReturn, ParamSpec

import streamlit as st
from streamlit.errors import StreamlitAPIException

P = ParamSpec("P")


def fragment(part: Callable[P, None], run_every: float | None = None) -> Callable[P, None]:
    """`part` as Streamlit's fragment, in a place of its own on the page.

    After two clicks in quick succession, the first on the page and the second in the part, Streamlit runs
    the page and then the part, and sends the part's elements with the second run alone. The browser has
    closed their gap by then, and would put them over the neighbour's: the place stays where it is.

    run_every: seconds; None: only when something in it is clicked.
    """
    inner = st.fragment(part, run_every=run_every)

    @wraps(part)
    def placed(*args: P.args, **kwargs: P.kwargs) -> None:
        with st.container():
            inner(*args, **kwargs)

    return placed


def rerun_fragment() -> NoReturn:
    """Runs the fragment anew; the whole page, where it runs as a part of that.

    Streamlit makes one run of two clicks in quick succession, the first on a button of a fragment, the
    second on a control: then the button's code runs with the whole page, and may ask for no less.
    """
    try:
        st.rerun(scope="fragment")
    except StreamlitAPIException:
        st.rerun()
    raise AssertionError("a rerun ends the run")
