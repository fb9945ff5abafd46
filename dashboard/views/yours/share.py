"""A link to the present experiment, as a teacher wants others to see it."""

import io

import segno
import streamlit as st

from core.tasks import TASKS
from core.training.experiment import FIELDS, Experiment, cell_options
from core.training.settings_log import in_words
from dashboard.common.fragments import fragment
from dashboard.common.i18n import _
from dashboard.common.labels import label
from dashboard.common.markdown import plain
from dashboard.navigation import PAGES, Page
from dashboard.session import interventions, position
from dashboard.session.lesson import MOST_SAID, Lesson
from dashboard.session.link import notation_query, settings_query
from dashboard.session.live_run import find_run
from dashboard.views.yours import positions
from dashboard.views.yours.links import page_link

QR_PIXELS = 440  # pixels of the QR code, at most, while its modules stay large enough
MAX_QR_CHARACTERS = 2300  # characters that a QR code of a size that a projector shows can hold


@fragment
def draw_share_tab(now: Experiment) -> None:
    """The whole tab. What the browser tells about its cursors reruns this alone."""
    looks = positions.find_positions()
    left, right = st.columns([3, 2])
    with left:
        shareable = [url for url, page in PAGES.items() if page.shareable]
        page = PAGES[
            st.selectbox(
                _("Page"), shareable, format_func=lambda url: PAGES[url].title, key="to page"
            )
        ]
        stands = _place(page, looks.get(page.url, {}))
        held = _held() if page.shows_a_run else {}
        names = _controls(now)
        hide = st.multiselect(_("Hide these controls"), names, format_func=label, key="to hide")
        lock = st.multiselect(
            _("Show these, but lock them"),
            [name for name in names if name not in hide],
            format_func=label,
            key="to lock",
        )
        say = st.text_input(_("A sentence above the page"), key="to say", max_chars=MOST_SAID)
        big = st.toggle(_("Large type, for a projector"), key="to big")
    lesson = Lesson(frozenset(hide), frozenset(lock), say.strip(), big)
    query = settings_query(page) | notation_query() | held | stands | lesson.to_query()
    address = page_link(page, query)
    with right:
        _qr(address)
        st.code(address, language=None, wrap_lines=True)
    with left:
        st.caption(
            _(
                "The link holds the task, every setting that differs from its default, the seed, and what is "
                "listed above: whoever opens it trains the same network on the same batches. Hiding tidies a "
                "lesson; it is no protection."
            )
        )
        if now.left_out:
            st.warning(
                _(
                    "Your own data is too long for a link. Save the run and make a link to it, under Runs."
                )
            )


def _place(page: Page, stands: dict[str, str]) -> dict[str, str]:
    """The part of the link that says where the reader stands; empty when it is not wanted."""
    if not stands:
        return {}
    if not st.toggle(
        _("Where you stand: {where}").format(where=plain(positions.describe_position(stands))),
        value=True,
        key="with cursor",
    ):
        return {}
    update = int(stands.get("update", 0))
    if update > position.AT_ONCE:
        st.caption(
            _(
                "Who opens it gets to update {most} at once, and goes on from there with Play."
            ).format(most=position.AT_ONCE)
        )
    elif update:
        st.caption(_("Who opens it sees the run train to update {n}.").format(n=update))
    return stands


def _held() -> dict[str, str]:
    """The part of the link that says what is held; empty when it is not wanted."""
    here = find_run()
    query = interventions.to_query(here)
    force = interventions.in_force(here.trainer) if here else {}
    if len(query.get("intervene", "")) > interventions.LONGEST:
        st.warning(_("What is held is too long for a link: take some of it away."))
        query, force = {}, {}
    if query:
        said = _("The run trains under: {what}") if force else _("Held on the Gates page: {what}")
        what = plain(interventions.sentence(force or interventions.asked()))
        if not st.toggle(said.format(what=what), value=True, key="with intervention"):
            query, force = {}, {}
    if here is not None and not here.trainer.intervention_log.from_first(force, here.trainer.index):
        history = interventions.history(here.trainer) or _("none so far")
        st.warning(
            _(
                "Your run was not under the same intervention at all its updates ({history}). Who opens the "
                "link trains under what stands in it from the first, and gets other numbers. To show this "
                "very run, save it and make a link to it, under Runs."
            ).format(history=plain(history))
        )
    if here is not None and here.trainer.settings_log:
        st.warning(
            _(
                "Your run went back and on with other settings ({earlier}). Who opens the link trains with the "
                "present ones from the first update, and gets other numbers. To show this very run, save it "
                "and make a link to it, under Runs."
            ).format(earlier=plain(in_words(here.trainer.settings_log)))
        )
    return query


def _controls(now: Experiment) -> list[str]:
    options = [*cell_options(now.cell), *TASKS[now.task].options]
    own = [option.name for option in options if option.kind != "content"]
    return [*FIELDS, *(name for name in own if name not in FIELDS)]


def _qr(address: str) -> None:
    if len(address) > MAX_QR_CHARACTERS:
        st.caption(
            _("The link has {n} characters; a QR code of it could not be read.").format(
                n=len(address)
            )
        )
        return
    st.image(qr_png(address), width="content", caption=plain(_("Scan it")))


def qr_png(address: str) -> bytes:
    """The QR code as a PNG. Each of its modules is a whole number of pixels, so that nothing blurs it."""
    code, file = segno.make_qr(address, error="l"), io.BytesIO()
    code.save(file, kind="png", scale=max(3, QR_PIXELS // code.symbol_size(border=3)[0]), border=3)
    return file.getvalue()
