"""The live view: a component that plays recorded updates and asks for more when it runs low.

Its own files are in `web/`, served once as assets. Python answers with bytes (see dashboard.player.encoding);
the component asks by two triggers:

    pull    {"run", "have", "n", "every"}   the frames from number `have` on, n of them if there is time
    action  {"kind", "run", ...}            "reset", "probe" with a "text", or "rewind"

`web/live.js` shows one run, `web/compare.js` several side by side.
"""

import functools
from collections.abc import Callable
from typing import Any

import streamlit as st
from streamlit.components.v2 import component

from dashboard.common.i18n import _


@functools.cache
def load_component(module: str) -> Callable[..., Any]:
    """The component whose program is web/<module>.js; its default export is called at every rerun."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    root = f"/{base}/player/" if base else "/player/"
    loader = f"""
const player = import(new URL("{root}{module}.js", document.baseURI));
export default function (component) {{ player.then(module => module.default(component, "{root}")); }}
"""
    return component(
        f"unrolled.{module.replace('/', '.')}", html='<div class="host"></div>', js=loader
    )


def fits_in_a_message(size: float, place: Any = st) -> bool:
    """Whether a page can be sent so many bytes at once; where not, it says so in their place."""
    # The rest is for what is around them.
    most = 0.95 * float(st.get_option("server.maxMessageSize"))
    if size <= most * 1e6:
        return True
    told = _(
        "picture: expected numbers of at most {most:.0f} MB, got {size:.0f} MB. Shorten the sequence, or take "
        "a network of fewer units or layers."
    )
    place.info(told.format(most=most, size=size / 1e6))
    return False


def mount_player(
    key: str,
    data: bytes,
    on_pull: Callable[[], None],
    on_action: Callable[[], None],
    module: str = "live",
) -> None:
    """Shows the player. The value of its key has `pull` or `action` when the callbacks run."""
    if not fits_in_a_message(len(data)):
        return
    load_component(module)(key=key, data=data, on_pull_change=on_pull, on_action_change=on_action)


def strings() -> dict[str, str]:
    """What the player says, in the reader's language."""
    return {
        "play": _("Play"),
        "pause": _("Pause"),
        "step": _("Step"),
        "reset": _("Reset"),
        "speed": _("Speed"),
        "fast": _("fast"),
        "per second": _("a second"),
        "slow motion": _("Slow motion"),
        "update": _("update"),
        "of": _("of"),
        "values": _("Values"),
        "gradients": _("Gradients"),
        "layer": _("Layer"),
        "read": _("Watch it read"),
        "answer": _("Right is"),
        "network": _("unrolled"),
        "gradient": _("gradient norm"),
        "share": _("share of dW"),
        "running": _("playing"),
        "paused": _("paused"),
        "waiting": _("training"),
        "training to": _("training to {n}, for the link"),
        "forward": _("forward"),
        "loss": _("loss"),
        "backward": _("backward"),
        "nearest": _("nearest kept update"),
        "loss here": _("loss"),
        "hover": _(
            "Hover or use the arrow keys to read a time step, click to keep it lit; Space plays and pauses."
        ),
        "truth": _("truth"),
        "guess": _("guess"),
        "target": _("target"),
        "prediction": _("prediction"),
        "writes": _("It writes"),
        "after": _("After"),
        "confusion": _("Held-out: row truth, column guess"),
        "says": _("It says"),
        "yes": _("yes"),
        "no": _("no"),
        "held-out right": _("held-out, right"),
        "read so far": _("It has read"),
        "held-out steps": _("held-out steps"),
        "borrow": _("borrow"),
        "it says": _("it says"),
        "bit is": _("above ½"),
        "right": _("right"),
        "who borrows": _("Goes most with the borrow:"),
        "of pairs right": _("right of the pairs:"),
        "looks at": _("Where it looks (row: what it writes)"),
        "free running": _("From its own words, right:"),
        "perplexity": _("perplexity"),
        "temperature": _("temperature"),
        "of the likeliest": _("of the {k} likeliest"),
        "whole": _("Of all of it"),
        "row": _("Row"),
        "row truth": _("row truth, column guess"),
        "number kept by": _("One or several: read best from"),
        "kept": _("A word changes the difference ×"),
        "kept by gate": _("kept by {gate}"),
        "no such gate": _("written anew"),
        "accuracy over distance": _("Accuracy against distance"),
        "words between": _("words between noun and verb"),
        "it plays": _("It plays by itself:"),
        "in scale": _("in scale"),
        "difference": _("Difference to A"),
        "reach": _("Gradient reach ‖∂L_T/∂h_t‖"),
        "distance": _("steps before the loss"),
        "openness": _("Gate openness, mean over units"),
        "time step": _("time step"),
        "held-out": _("held-out"),
        "seeds diverged": _("{n} of {all} seeds diverged"),
        "no gates in A": _("No gate of these cells has the name of one of A's."),
        "no gates": _("No gates in these cells."),
        "not the same units": _("other units than A"),
        "units": _("units"),
        "parameters": _("parameters"),
        "per update": _("per update"),
        "memory": _("memory"),
        "not measured": _("after Play"),
        "ended": _("ended at update"),
        "median": _("median of {n} seeds, band from lowest to highest"),
        "picture": _("Save picture"),
    }
