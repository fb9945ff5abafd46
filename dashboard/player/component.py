"""The player: a component that plays recorded updates and asks for more when it runs low.

Its own files are in `web/`, served once as assets. It asks the stream whose token the page gives it
(dashboard.serving.frames), and is answered with bytes (dashboard.player.encoding); the page is not run for that.

`web/live.js` shows one run, `web/compare.js` several side by side, `web/triangle.js` every loss against every state.
"""

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st
from streamlit.components.v2 import component

from dashboard.common.i18n import _
from dashboard.player import assets
from dashboard.player.strings import stream_strings


@functools.cache
def load_component(module: str) -> Callable[..., Any]:
    """The component whose program is web/<module>.js; its default export is called at every rerun.

    The browser finds it from Streamlit's own script, <app>/static/js/…: the address of the page alone does not say
    below which prefix the app is served, nor does Python know what a proxy adds.
    """
    loader = f"""
const streamlit = document.querySelector('script[src*="static/js/"]');
const app = streamlit ? new URL("../../", streamlit.src) : document.baseURI;
const root = String(new URL("{assets.address("")}", app));
const player = import(`${{root}}{module}.js`);
export default function (component) {{ player.then(module => module.default(component, root)); }}
"""
    return component(
        f"unrolled.{module.replace('/', '.')}", html='<div class="host"></div>', js=loader
    )


def most_bytes() -> int:
    """The bytes that a page can be sent at once for one picture: the remaining 5 % are for the rest of it."""
    return int(0.95e6 * st.get_option("server.maxMessageSize"))


def fits_in_a_message(size: float, place: Any = st) -> bool:
    """Whether a page can be sent `size` bytes at once; where not, a sentence stands in their place."""
    if size <= most_bytes():
        return True
    place.info(
        _(
            "picture: expected numbers of at most {most:.0f} MB, got {size:.0f} MB. Shorten the sequence, or take "
            "a network of fewer units or layers.",
            most=most_bytes() / 1e6,
            size=size / 1e6,
        )
    )
    return False


@dataclass(frozen=True)
class WayBack:
    """The way from the run of the page to the one before. leads_to: described; "": there is none."""

    leads_to: str
    go: Callable[[], None]


def mount_stream(
    key: str,
    token: str,
    stamp: Sequence[object],
    module: str,
    back: WayBack | None = None,
    more: Mapping[str, Any] | None = None,
) -> None:
    """Mounts the player that asks the stream of this token for what it shows.

    stamp: another one where the page has changed what the stream would answer, so that the player asks at once.
    module: of its program in web/. more: further JSON for it. The player reruns the page where a click on it has changed settings.
    """
    back = back or WayBack("", lambda: None)
    data = {"token": token, "stamp": list(stamp), "strings": stream_strings()}
    load_component(module)(
        key=key,
        data=data | {"back": back.leads_to, **(more or {})},
        on_redraw_change=lambda: None,
        on_back_change=back.go,
    )


def mount_picture(key: str, data: bytes, on_action: Callable[[], None], module: str) -> None:
    """Mounts a player that gets all that it shows at once; the value of its key has `action` in `on_action`.

    data: the message for the player (dashboard.player.encoding). module: of its program in web/.
    """
    if fits_in_a_message(len(data)):
        load_component(module)(key=key, data=data, on_action_change=on_action)
