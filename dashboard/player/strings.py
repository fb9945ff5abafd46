"""What the components say, in the reader's language: key in the component's program -> the words."""

from dashboard.common.i18n import _


def stream_strings() -> dict[str, str]:
    """Of every player that asks a stream, while it gets no answer."""
    return {
        "unreachable": _("The server does not answer. Trying again; nothing is lost."),
        "gone": _(
            "The server does not know this run any more. Waiting for the page to connect again …"
        ),
        "refused": _("The server refuses: {sentence}"),
    }


def player_strings() -> dict[str, str]:
    """Of the player, alone on Live and in columns on Compare."""
    return {
        "play": _("Play"),
        "pause": _("Pause"),
        "step": _("Step"),
        "reset": _("Reset"),
        "speed": _("Speed"),
        "fast": _("fast"),
        "per second": _("a second"),
        "back": _("Back to the run before"),
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


def triangle_strings() -> dict[str, str]:
    """Of the gradient triangle."""
    return {
        "play": _("Play"),
        "pause": _("Pause"),
        "step": _("Step"),
        "speed": _("Updates between two pictures"),
        "one": _("1 update a picture"),
        "ten": _("10 updates a picture"),
        "fast": _("as many as it can"),
        "which": _("State"),
        "scale": _("Colours"),
        "absolute": _("size"),
        "relative": _("share of largest"),
        "update": _("update"),
        "picture": _("Save picture"),
        "running": _("playing"),
        "paused": _("paused"),
        "training": _("training"),
        "stopped": _("stopped: the numbers left the finite"),
        "title": _("G[k, t] = ‖∂L_k/∂{h}_t‖: row = loss k, column = state t"),
        "row": _("How far back loss {k} reaches: ‖∂L_{k}/∂{h}_t‖"),
        "column": _("Which losses reach state {t}"),
        "size": _("size"),
        "ofLargest": _("share of largest"),
        "share": _("1 % of its largest"),
        "past": _("Horizon of the last loss (steps)"),
        "reaches": _("Loss {k}{symbol}: reaches {steps} of {all} steps back until 1 %."),
        "value": _("‖∂L_{k}/∂{h}_{t}‖ = {value}."),
        "lost": _(
            "Loss {k}: its gradient is no longer a finite number, so there is nothing to draw. Go back, "
            "or change the experiment."
        ),
        "empty": _("Loss {k} has no gradient here: ‖∂L_{k}/∂{h}_t‖ = 0 at every step."),
    }


def unrolled_strings() -> dict[str, str]:
    """Of the unrolled network."""
    return {
        "play": _("Play"),
        "pause": _("Pause"),
        "first": _("To the beginning"),
        "back": _("One step back"),
        "next": _("One step on"),
        "end": _("To the end"),
        "phase": _("Step of the update"),
        "speed": _("Steps a second"),
        "per second": _("a second"),
        "layer": _("Layer"),
        "forward": _("Forward: step {t} of {T}, “{symbol}” is read"),
        "forward in layer": _("Forward, layer {layer}: step {t} of {T}, “{symbol}” is read"),
        "loss": _("The losses: {loss}"),
        "no loss": _("The losses"),
        "backward": _("Backward: the gradient arrives at step {t} of {T}, “{symbol}”"),
        "backward in layer": _(
            "Backward, layer {layer}: the gradient arrives at step {t} of {T}, “{symbol}”"
        ),
        "picture": _("Save picture"),
        "sum": _("dW_hh = Σ δ_t h_{t−1}ᵀ"),
        "before sum": _("dW_hh: 0 until the backward pass"),
        "term": _("this step's term"),
        "shares": _("Size of each step's term"),
        "lost": _("lost"),
        "encoder": _("encoder"),
        "decoder": _("decoder"),
        "network": _("The unrolled network, step by step"),
        "unit": _("unit"),
        "weight": _("{place} = {value}, which is row {row} of weight_hh"),
        "value": _("values"),
        "gradient": _("gradients"),
        "hint": _("Space plays, ← → go one step, a click explains a number."),
    }
