"""How a script on another machine sends its training here: a token, and the lines of Python to copy."""

from dataclasses import dataclass

import streamlit as st

from core.common.messages import sentence_of
from core.io.monitor.invitations import INVITATION_DAYS, invite
from core.io.store import runs_folder
from dashboard.common.i18n import _
from dashboard.common.labels import say_by_label
from dashboard.common.markdown import escape_markdown
from dashboard.navigation import LIVE
from dashboard.session.autosave import open_store
from dashboard.session.state import state
from dashboard.widgets.addresses import find_reach, page_address


@dataclass
class ReceivingState:
    """token: the one that was made in this session; "" before. problem: why none could be made."""

    token: str = ""
    problem: str = ""


def draw_receiving() -> None:
    """The button, and once there is a token, what the script on the other machine says."""
    mine = state(ReceivingState)
    st.button(
        _("Receive from another machine"),
        key="receive",
        on_click=_make_token,
        icon=":material/download:",
        disabled=bool(mine.token),
    )
    if mine.problem:
        st.warning(escape_markdown(say_by_label(mine.problem)))
    if not mine.token:
        return
    reach = find_reach()
    address = page_address(LIVE, reach.host_for_others).rstrip("/")
    st.code(write_script(post=address, token=mine.token), language="python")
    if reach.is_local and not reach.is_open:
        st.warning(
            _(
                "“localhost” is this computer alone: another machine reaches it through an ssh tunnel, or once the app is "
                "started with “make class”."
            )
        )
    st.caption(
        _(
            "Who has this token can send trainings to your list, and see nothing. It lasts {n} days. The other machine has "
            "to reach this address.",
            n=INVITATION_DAYS,
        )
    )


def write_script(**destination: str) -> str:
    """The lines that watch a training. destination: `post` and `token`, of an app on another machine."""
    sent = [f'{name}="{value}"' for name, value in destination.items()]
    given = "".join(f"    {each},\n" for each in ["model", 'live="my run"', "probe=batch", *sent])
    return f"from unrolled import watch\n\nwith watch(\n{given}):\n    ...  # your training"


def _make_token() -> None:
    mine = state(ReceivingState)
    try:
        mine.token, mine.problem = invite(runs_folder(), open_store().folder), ""
    except OSError as error:
        mine.problem = sentence_of(error)
