"""A link to the present experiment, set up as a teacher wants others to see it."""

import io

import segno
import streamlit as st

from core.training.experiment import FIELDS, Experiment, cell_options
from core.training.settings_log import settings_in_words
from dashboard.common.i18n import N_, _
from dashboard.common.labels import label
from dashboard.common.markdown import escape_markdown
from dashboard.navigation import PAGES, Page
from dashboard.session import interventions, language, position
from dashboard.session.inspected import InspectedState
from dashboard.session.link import notation_query, settings_query
from dashboard.session.live_run import find_run
from dashboard.session.simplification import MAX_SAY_CHARACTERS, Simplification
from dashboard.session.state import state
from dashboard.views.yours import positions
from dashboard.widgets.addresses import find_reach, network_address, page_link
from dashboard.widgets.choice import pick_option, pick_several

QR_PIXELS = 440  # pixels of the QR code, at most, while its modules stay large enough
MAX_QR_CHARACTERS = 2300  # characters that a QR code of a size that a projector shows can hold


def draw_share_tab(now: Experiment) -> None:
    """The whole tab."""
    positions_of_pages = positions.find_positions()
    left, right = st.columns([3, 2])
    with left:
        shareable = [url for url, page in PAGES.items() if page.shareable]
        page = PAGES[pick_option(_("Page"), shareable, "to page", lambda url: _(PAGES[url].title))]
        where = _position_query(page, positions_of_pages.get(page.url, {}))
        intervened = _intervention_query() if page.shows_a_run else {}
        names = _control_names(now)
        hide = pick_several(_("Hide these controls"), names, "to hide", label)
        shown = [name for name in names if name not in hide]
        lock = pick_several(_("Show these, but lock them"), shown, "to lock", label)
        say = st.text_input(
            _("A sentence above the page"), key="to say", max_chars=MAX_SAY_CHARACTERS
        )
        big = st.toggle(_("Large type, for a projector"), key="to big")
    simplified = Simplification(frozenset(hide), frozenset(lock), say.strip(), big).to_query()
    query = settings_query(page) | notation_query() | intervened | where
    query |= simplified | language.to_query()
    with right:
        place = st.container()
        address = page_link(page, query, _choose_host())
        with place:
            _draw_qr(address)
            st.code(address, language=None, wrap_lines=True)
    with left:
        st.caption(
            _(
                "The link holds the task, every setting that differs from its default, the seed, and what is chosen above. Whoever opens it trains the same network on the same batches. On this machine that gives the same numbers; on another one the last digits differ, and after many updates so do the curves. Hiding controls tidies a lesson; it protects nothing."
            )
        )
        if now.left_out:
            st.warning(
                _(
                    "Your own data is too long for a link. Save the run and make a link to it, under Runs."
                )
            )
        if page.looks_inside:
            _say_what_is_not_in_it()


def _choose_host() -> str:
    """The host for a link that others open; "" for the one in the browser. Says who reaches it."""
    reach = find_reach()
    if not reach.is_local:
        return ""
    if not reach.host:
        st.warning(
            _(
                "“localhost” is this computer alone, and it is in no network at present: nobody else can open the link."
            )
        )
        return ""
    address = network_address(reach.host)
    if not reach.is_open:
        st.warning(
            _(
                "“localhost” is this computer alone: for others the link leads nowhere. This server answers on this computer only. Start it with “make class”, and others in the same network reach it at an address like {address}.",
                address=address,
            )
        )
        return ""
    if st.toggle(
        _("For others: {address} in place of localhost", address=address),
        value=True,
        key="for others",
    ):
        st.caption(
            _(
                "Others reach this address if they are in the same network and no firewall is between."
            )
        )
        return reach.host
    st.caption(_("“localhost” is this computer alone: for others the link leads nowhere."))
    return ""


def _say_what_is_not_in_it() -> None:
    """What the page may show now, and a link to it cannot."""
    choice = state(InspectedState)
    if choice.subject is None and not choice.watched:
        return
    st.warning(
        _(
            "Your own model or recording is not in the link: whoever opens it sees the run. Send the file, to be uploaded on Yours."
        )
    )


def _position_query(page: Page, where: dict[str, str]) -> dict[str, str]:
    """The part of the link that says where the reader stands; empty when it is not wanted."""
    if not where:
        return {}
    if not st.toggle(
        _("Where you stand: {where}", where=escape_markdown(positions.describe_position(where))),
        value=True,
        key="with cursor",
    ):
        return {}
    update = int(where.get("update", 0))
    if update > position.MAX_UPDATES_FOR_LINK:
        st.caption(
            _(
                "Opening the link trains to update {most}; press Play to continue.",
                most=position.MAX_UPDATES_FOR_LINK,
            )
        )
    elif update:
        st.caption(_("Opening the link trains to update {n}.", n=update))
    return where


def _intervention_query() -> dict[str, str]:
    """The part of the link that says what is held; empty when it is not wanted."""
    live = find_run()
    query = interventions.to_query(live)
    active = interventions.get_run_interventions(live.trainer) if live else {}
    if len(query.get("intervene", "")) > interventions.MAX_LINK_CHARACTERS:
        st.warning(_("The intervention is too long for a link. Remove some of it on Gates."))
        query, active = {}, {}
    if query:
        template = (
            N_("The run trains under: {what}") if active else N_("Intervention on Gates: {what}")
        )
        what = escape_markdown(interventions.describe(active or interventions.get_interventions()))
        if not st.toggle(_(template, what=what), value=True, key="with intervention"):
            query, active = {}, {}
    if live is not None and not live.trainer.intervention_log.from_first(
        active, live.trainer.index
    ):
        history = interventions.describe_history(live.trainer) or _("none so far")
        st.warning(
            _(
                "Your run was not under the same intervention at all its updates ({history}). The link trains under its own intervention from the first update, so its numbers differ. To show this very run, save it and make a link to it, under Runs.",
                history=escape_markdown(history),
            )
        )
    if live is not None and live.trainer.settings_log:
        earlier = settings_in_words(live.trainer.settings_log, live.trainer.experiment)
        st.warning(
            _(
                "Your run trained with other settings before ({earlier}). The link trains with the present ones from the first update, so its numbers differ. To show this very run, save it and make a link to it, under Runs.",
                earlier=escape_markdown(_(earlier)),
            )
        )
    return query


def _control_names(now: Experiment) -> list[str]:
    own = [option.name for option in (*cell_options(now.cell), *now.make_task().shown_options)]
    return [*FIELDS, *(name for name in own if name not in FIELDS)]


def _draw_qr(address: str) -> None:
    if len(address) > MAX_QR_CHARACTERS:
        st.caption(
            _(
                "The link has {n} characters, too many for a QR code that can be scanned.",
                n=len(address),
            )
        )
        return
    with st.container(key="share_code"):
        st.image(qr_png(address), width="content", caption=escape_markdown(_("Scan it")))


def qr_png(address: str) -> bytes:
    """The QR code as a PNG. Each of its modules is a whole number of pixels, so that nothing blurs it."""
    code, file = segno.make_qr(address, error="l"), io.BytesIO()
    code.save(file, kind="png", scale=max(3, QR_PIXELS // code.symbol_size(border=3)[0]), border=3)
    return file.getvalue()
