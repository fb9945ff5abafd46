"""A link to the present experiment, as a teacher wants others to see it."""

import io

import segno
import streamlit as st

from core.training.experiment import FIELDS, Experiment, cell_options
from core.training.settings_log import settings_in_words
from dashboard.common.i18n import _
from dashboard.common.labels import label
from dashboard.common.markdown import escape_markdown
from dashboard.navigation import PAGES, Page
from dashboard.session import interventions, position
from dashboard.session.lesson import MAX_SAY_CHARACTERS, Lesson
from dashboard.session.link import notation_query, settings_query
from dashboard.session.live_run import find_run
from dashboard.views.yours import positions
from dashboard.views.yours.links import page_link

QR_PIXELS = 440  # pixels of the QR code, at most, while its modules stay large enough
MAX_QR_CHARACTERS = 2300  # characters that a QR code of a size that a projector shows can hold


def draw_share_tab(now: Experiment) -> None:
    """The whole tab."""
    positions_of_pages = positions.find_positions()
    left, right = st.columns([3, 2])
    with left:
        shareable = [url for url, page in PAGES.items() if page.shareable]
        page = PAGES[
            st.selectbox(
                _("Page"), shareable, format_func=lambda url: PAGES[url].title, key="to page"
            )
        ]
        where = _position_query(page, positions_of_pages.get(page.url, {}))
        intervened = _intervention_query() if page.shows_a_run else {}
        names = _control_names(now)
        hide = st.multiselect(_("Hide these controls"), names, format_func=label, key="to hide")
        lock = st.multiselect(
            _("Show these, but lock them"),
            [name for name in names if name not in hide],
            format_func=label,
            key="to lock",
        )
        say = st.text_input(
            _("A sentence above the page"), key="to say", max_chars=MAX_SAY_CHARACTERS
        )
        big = st.toggle(_("Large type, for a projector"), key="to big")
    lesson = Lesson(frozenset(hide), frozenset(lock), say.strip(), big)
    query = settings_query(page) | notation_query() | intervened | where | lesson.to_query()
    address = page_link(page, query)
    with right:
        _draw_qr(address)
        st.code(address, language=None, wrap_lines=True)
    with left:
        st.caption(
            _(
                "The link holds the task, every setting that differs from its default, the seed, and what is listed above: whoever opens it trains the same network on the same batches. Hiding tidies a lesson; it is no protection."
            )
        )
        if now.left_out:
            st.warning(
                _(
                    "Your own data is too long for a link. Save the run and make a link to it, under Runs."
                )
            )


def _position_query(page: Page, where: dict[str, str]) -> dict[str, str]:
    """The part of the link that says where the reader stands; empty when it is not wanted."""
    if not where:
        return {}
    if not st.toggle(
        _("Where you stand: {where}").format(
            where=escape_markdown(positions.describe_position(where))
        ),
        value=True,
        key="with cursor",
    ):
        return {}
    update = int(where.get("update", 0))
    if update > position.MAX_UPDATES_FOR_LINK:
        st.caption(
            _(
                "Who opens it gets to update {most} at once, and goes on from there with Play."
            ).format(most=position.MAX_UPDATES_FOR_LINK)
        )
    elif update:
        st.caption(_("Who opens it sees the run train to update {n}.").format(n=update))
    return where


def _intervention_query() -> dict[str, str]:
    """The part of the link that says what is held; empty when it is not wanted."""
    live = find_run()
    query = interventions.to_query(live)
    active = interventions.get_run_interventions(live.trainer) if live else {}
    if len(query.get("intervene", "")) > interventions.MAX_LINK_CHARACTERS:
        st.warning(_("What is held is too long for a link: take some of it away."))
        query, active = {}, {}
    if query:
        template = (
            _("The run trains under: {what}") if active else _("Held on the Gates page: {what}")
        )
        what = escape_markdown(interventions.describe(active or interventions.get_interventions()))
        if not st.toggle(template.format(what=what), value=True, key="with intervention"):
            query, active = {}, {}
    if live is not None and not live.trainer.intervention_log.from_first(
        active, live.trainer.index
    ):
        history = interventions.describe_history(live.trainer) or _("none so far")
        st.warning(
            _(
                "Your run was not under the same intervention at all its updates ({history}). Who opens the link trains under what stands in it from the first, and gets other numbers. To show this very run, save it and make a link to it, under Runs."
            ).format(history=escape_markdown(history))
        )
    if live is not None and live.trainer.settings_log:
        earlier = settings_in_words(live.trainer.settings_log, live.trainer.experiment)
        st.warning(
            _(
                "Your run trained with other settings before ({earlier}). Who opens the link trains with the present ones from the first update, and gets other numbers. To show this very run, save it and make a link to it, under Runs."
            ).format(earlier=escape_markdown(earlier))
        )
    return query


def _control_names(now: Experiment) -> list[str]:
    own = [option.name for option in (*cell_options(now.cell), *now.make_task().shown_options)]
    return [*FIELDS, *(name for name in own if name not in FIELDS)]


def _draw_qr(address: str) -> None:
    if len(address) > MAX_QR_CHARACTERS:
        st.caption(
            _("The link has {n} characters; a QR code of it could not be read.").format(
                n=len(address)
            )
        )
        return
    st.image(qr_png(address), width="content", caption=escape_markdown(_("Scan it")))


def qr_png(address: str) -> bytes:
    """The QR code as a PNG. Each of its modules is a whole number of pixels, so that nothing blurs it."""
    code, file = segno.make_qr(address, error="l"), io.BytesIO()
    code.save(file, kind="png", scale=max(3, QR_PIXELS // code.symbol_size(border=3)[0]), border=3)
    return file.getvalue()
