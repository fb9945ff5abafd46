"""What the components say that look inside a run: the triangle of Gradients, and Unrolled."""

from dashboard.common.i18n import _
from dashboard.player.strings import key_strings


def triangle_strings() -> dict[str, str]:
    """Of the gradient triangle."""
    return {
        "play": _("Play"),
        "playing": _("Playing"),
        "step": _("Step"),
        "speed": _("Updates between two pictures"),
        "one": _("1 update a picture"),
        "ten": _("10 updates a picture"),
        "fast": _("as many as it can"),
        "which": _("State"),
        "scale": _("Colours"),
        "absolute": _("colours: size"),
        "relative": _("colours: share of each loss's largest"),
        "update": _("update"),
        "status": _("update {n} · {doing}"),
        "picture": _("Save picture"),
        "picture as": _("Save picture as {kind}"),
        "running": _("playing"),
        "paused": _("paused"),
        "training": _("training"),
        "stopped": _("stopped: a number is no longer finite"),
        **key_strings(),
        "key play": _("play and pause"),
        "key states": _("the state before, or after"),
        "key losses": _("the loss before, or after"),
        "key away": _("let go of what is lit"),
        "short title": _("‖∂L_k/∂{h}_t‖: rows losses k, columns states t"),
        "title": _("G[k, t] = ‖∂L_k/∂{h}_t‖: a row for each loss k, a column for each state t"),
        "row": _("How far back loss {k} reaches: ‖∂L_{k}/∂{h}_t‖"),
        "column": _("Which losses reach state {t}"),
        "size": _("size"),
        "ofLargest": _("share of largest"),
        "share": _("1 % of its peak"),
        "past": _("Horizon of the last loss"),
        "reaches": _(
            "The gradient of loss {k} stays above 1 % of its peak for {steps} of {all} steps."
        ),
        "reaches symbol": _(
            "The gradient of loss {k} ({symbol}) stays above 1 % of its peak for {steps} of {all} steps."
        ),
        "value": _("‖∂L_{k}/∂{h}_{t}‖ = {value}."),
        "zero value": _(
            "‖∂L_{k}/∂{h}_{t}‖ = 0: smaller than float32 can hold, or no path leads there."
        ),
        "zero gradient": _("○ 0 (below float32, or cut off)"),
        "lost": _(
            "The gradient of loss {k} is not finite (NaN or infinite). Go back to an earlier update, or change "
            "the experiment."
        ),
        "empty": _("Loss {k} has no gradient here: ‖∂L_{k}/∂{h}_t‖ = 0 at every step."),
    }


def unrolled_strings() -> dict[str, str]:
    """Of the unrolled network."""
    return key_strings() | {
        "play": _("Play"),
        "pause": _("Pause"),
        "first": _("To the beginning"),
        "back": _("One step back"),
        "next": _("One step forward"),
        "end": _("To the end"),
        "phase": _("Step of the update"),
        "speed": _("Steps a second"),
        "per second": _("{n} steps a second"),
        "layer": _("Layer"),
        "forward": _("Forward: step {t} of {T} reads “{symbol}”"),
        "forward in layer": _("Forward, layer {layer}: step {t} of {T} reads “{symbol}”"),
        "loss": _("The losses: {loss}"),
        "loss and answer": _("The losses: {loss}. After step {t} it says {says}"),
        "no loss": _("The losses"),
        "backward": _("Backward: the gradient reaches step {t} of {T}, “{symbol}”"),
        "backward in layer": _(
            "Backward, layer {layer}: the gradient reaches step {t} of {T}, “{symbol}”"
        ),
        "picture": _("Save picture"),
        "picture as": _("Save picture as {kind}"),
        "sum": _("dW_hh = Σ δ_t h_{t−1}ᵀ"),
        "sum in words": _(
            "The gradient of the recurrent weights, gate by gate: a term for each step, and their sum so far."
        ),
        "before sum": _("dW_hh: 0 until the backward pass"),
        "sampled": _("one cell of each {rows} × {columns}"),
        "heading": _("One update, step by step"),
        "key play": _("play and pause"),
        "key phases": _("one step of the pass back, or on"),
        "key ends": _("to the beginning, to the end of the pass"),
        "key focus": _("to the strip of all steps, the network, the matrix, where the keys mean:"),
        "key cursor": _("the window; step and unit; column and row"),
        "key quantity": _("the quantity before, or after; the gate before, or after"),
        "key explain": _("explain the number at the cursor"),
        "key away": _("let go of the number"),
        "all quantities": _("All quantities"),
        "window": _("Steps that are drawn, of all steps"),
        "steps shown": _("steps {first} to {last} of {T}"),
        "log scale": _(
            "‖h‖: size of the state; ‖dh‖: size of its gradient, on a log scale, {low} to {high}"
        ),
        "strongest steps": _("each column the strongest of {n} steps"),
        "follow": _("Follow the pass"),
        "list": _("{first}, {second}"),
        "sentence": _("{sentence}."),
        "two sentences": _("{first} {second}"),
        "network in words": _(
            "The unrolled network, steps {first} to {last} of {T}, which read {symbols}; of each step {names}."
        ),
        "gradient in words": _("The gradient of h at step {t} has the norm {size}."),
        "term": _("this step's term"),
        "shares": _("Size of each step's term"),
        "mattered in words": _("The largest share in the loss has step {t}, “{symbol}”: {share}."),
        "input share": _(
            "“{symbol}”, t = {t}: share in the loss {share} (its gradient times the input; up raises the loss, down lowers it)"
        ),
        "lost": _("lost"),
        "encoder": _("encoder"),
        "decoder": _("decoder"),
        "network": _("The unrolled network, step by step"),
        "unit": _("unit"),
        "weight": _("{place} = {value}, which is row {row} of weight_hh"),
        "value": _("values"),
        "gradient": _("gradients"),
        "hint": _(
            "Space plays, ← and → go one step; a click explains a number, as do the arrow keys and Enter on the picture."
        ),
        "hint by touch": _("Tap a number to have it explained."),
    }
