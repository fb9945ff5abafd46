"""The language of the page, chosen in the right corner of its header."""

import streamlit as st

from dashboard.common.i18n import _, language, languages, name_of, unknown_language
from dashboard.common.markdown import escape_markdown
from dashboard.player.component import load_component
from dashboard.player.streamlit_strings import streamlit_strings
from dashboard.session.controls import read_event
from dashboard.session.language import COOKIE, LanguageState, choose_language
from dashboard.session.state import state

CONTROL = "language"


def draw_language_switch() -> None:
    """Every language that there is, each by its own name."""
    load_component("top/language")(
        key=CONTROL,
        data={
            "label": _("Language"),
            "languages": [[code, name_of(code)] for code in languages()],
            "language": language(),
            "chosen": state(LanguageState).chosen,
            "cookie": COOKIE,
            "streamlit": streamlit_strings(),
        },
        on_choice_change=_choose,
        width="content",
    )


def _choose() -> None:
    code = read_event(CONTROL, "choice")
    if code in languages():
        choose_language(str(code))


def draw_complaint() -> None:
    """A sentence where the link asked for a language that there is not."""
    if unknown := state(LanguageState).unknown:
        st.warning(escape_markdown(_(unknown_language(unknown))))
