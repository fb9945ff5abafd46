"""The session's language: that of the link, else the one that this browser chose before, else the browser's own.

/gates?task=adding&lang=zh        it stays in the link once it was in it, or was chosen on the page
"""

from dataclasses import dataclass

import streamlit as st

from dashboard.common import i18n
from dashboard.serving.streamlit_private import has_reader
from dashboard.session.state import is_acted_for, state

PARAMETER = "lang"  # in a link
COOKIE = (
    "unrolled_lang"  # what the browser remembers of a choice, see player/web/hidden/language.js
)


@dataclass
class LanguageState:
    """The reader's language; "" before the first run. chosen: by the reader or by the link, not by the browser's preference.

    unknown: what the link asked for in vain.
    """

    code: str = ""
    chosen: bool = False
    unknown: str = ""


def restore_from_link() -> None:
    """Finds out the language when the session begins; from then on it changes only by `choose_language`."""
    mine = state(LanguageState)
    if not mine.code:
        asked = st.query_params.get(PARAMETER)
        mine.code = i18n.prefer(
            asked, st.context.cookies.get(COOKIE), st.context.headers.get("Accept-Language")
        )
        mine.chosen = asked in i18n.languages()
        mine.unknown = "" if mine.chosen else asked or ""
    i18n.speak(mine.code)


def choose_language(code: str) -> None:
    """From now on the session is in this language."""
    mine = state(LanguageState)
    mine.code, mine.chosen, mine.unknown = code, True, ""
    i18n.speak(code)


def to_query() -> dict[str, str]:
    """The part of a link that names the language; {} where nobody chose one."""
    mine = state(LanguageState)
    return {PARAMETER: mine.code} if mine.chosen else {}


def session_language() -> str:
    """The language of the session that something runs for; English outside of any."""
    if not is_acted_for() and not has_reader():
        return i18n.SOURCE
    return state(LanguageState).code or i18n.SOURCE


i18n.follow(session_language)
