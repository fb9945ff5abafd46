"""What the components say, in the reader's language: key in the component's program -> the words."""

from core.tasks.base import PROBE_LABEL
from dashboard.common.i18n import _
from dashboard.player.comparison_strings import comparison_strings
from dashboard.player.row_strings import reading_strings, row_strings


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
    return (
        _controls()
        | _drawings()
        | row_strings()
        | reading_strings()
        | _charts()
        | _score()
        | _mistakes()
        | _examples()
        | comparison_strings()
        | panel_strings()
    )


def _controls() -> dict[str, str]:
    return {
        "play": _("Play"),
        "list": _("{first}, {second}"),
        "two sentences": _("{first} {second}"),
        "step": _("Step"),
        "reset": _("Reset"),
        "speed": _("Speed"),
        "fast": _("fast"),
        "updates per second": _("{n} a second"),
        "back": _("Back to the previous run"),
        "slow motion": _("Slow motion"),
        "update": _("update"),
        "updates": _("updates"),
        "of all": _("of {all}"),
        "playing": _("Playing"),
        "more": _("More controls"),
        "all settings": _("All settings …"),
        "speed of slow motion": _("Speed of slow motion"),
        **key_strings(),
        "key play": _("play and pause"),
        "key steps": _("light the step before, or after"),
        "key units": _("the unit above, or below"),
        "key updates": _("one update back, or on"),
        "key away": _("let go of the step"),
        "at update": _("Update {n}: {sentence}"),
        "values": _("Values"),
        "gradients": _("Gradients"),
        "values or gradients": _("Values or gradients"),
        "layer": _("Layer {name}"),
        "which layer": _("Layer"),
        "read": _(PROBE_LABEL),
        "answer": _("Target: {answer}"),
        "running": _("playing"),
        "paused": _("paused"),
        "waiting": _("training"),
        "training to": _("training to update {n}, as the link asks"),
        "slow forward": _("forward pass"),
        "slow loss": _("loss"),
        "slow backward": _("backward pass"),
        "nearest": _("recording of update {n}"),
        "picture": _("Save picture"),
        "picture as": _("Save picture as {kind}"),
    }


def key_strings() -> dict[str, str]:
    """Of the list of a page's keys."""
    return {
        "keys": _("Keys"),
        "close": _("Close"),
        "key list": _("this list"),
        "key Space": _("Space"),
    }


def _drawings() -> dict[str, str]:
    return {
        "network": _("unrolled"),
        "unrolled network": _("The network unrolled over the sequence"),
        "map": _("{name}: units over time steps"),
        "gradient": _("Norm of the gradient at each time step"),
        "share": _("term of dW"),
        "loss here": _("loss"),
        "hover": _(
            "Point at a time step to read its numbers, or use the arrow keys; click to keep it lit. Space plays and pauses."
        ),
        "hover by touch": _("Tap a time step to read its numbers."),
        "range before": _("was {range}"),
        "strongest of": _("strongest of {n} units"),
        "zero gradient": _("○ 0 (below float32, or cut off)"),
        "not finite": _("not finite"),
        "lost values": _(
            "Values are not finite (NaN or infinite) from step {first} to step {last}."
        ),
        "lost gradients": _(
            "Gradients are not finite (NaN or infinite) from step {first} to step {last}."
        ),
    }


def _charts() -> dict[str, str]:
    """The curves."""
    return {
        "loss": _("Loss"),
        "gradient norm": _("Gradient norm"),
        "batch": _("batch"),
        "train": _("train"),
        "held-out": _("held-out"),
        "before clipping": _("before clipping"),
        "after clipping": _("after clipping"),
        "held-out metric": _("{metric}, held-out"),
    }


def _score() -> dict[str, str]:
    """How good the network is, and the numbers behind it."""
    return {
        "new": _("new"),
        "seen": _("seen"),
        "not tested": _("Not tested yet."),
        "tested at": _("Tested at update {n}"),
        "tested untrained": _("Tested before training"),
        "solved from": _("solved: {bound} or more"),
        "solved to": _("solved: {bound} or less"),
        "best so far": _(
            "Ringed: the best so far, {value} at update {n}. It flatters: it was chosen on the very data that it is "
            "judged on."
        ),
        "curve in words": _("{title} over {n} updates: {values}."),
        "loss of batch": _("Loss of the batch"),
        "size of gradient": _("Size of the gradient, before and after clipping"),
        "weights": _("The weights, as numbers"),
        "numbers say": _("What the numbers say"),
    }


def _mistakes() -> dict[str, str]:
    """What the network gets wrong, by the kind of the task's panel, and the task's own picture."""
    return {
        "wrong": _("Where it is wrong"),
        "wrong text": _("What surprised it most"),
        "wrong melody": _("Where it plays wrong"),
        "nothing wrong": _("Nowhere."),
        "nothing wrong text": _("Nothing: whatever came was its first guess."),
        "of unseen": _("of {n} it has never seen"),
        "of pairs": _("of {n} pairs"),
        "of steps": _("of {n} steps it has never seen"),
        "of written": _("of {n} that it wrote by itself"),
        "of notes": _("of {n} notes of its own"),
        "in what it reads": _("in what it reads here"),
        "n of all": _("{n} of {all}"),
        "right at distance": _("right with {n} words between noun and verb"),
        "wrong pairs": _("with a wrong bit"),
        "said instead": _("said {said} instead of {right}"),
        "furthest off": _("furthest off at step {t}: said {said} instead of {right}"),
        "comes after": _("“{symbol}” after “{text}”"),
        "gave chance": _("got {chance}"),
        "outside scale": _("notes outside the scale: {scale}"),
        "picture of task": _("all of it, as a picture"),
        "picture binary": _("all of it: the chance and the count of each answer"),
        "picture bits": _("the subtraction, and the unit that follows the borrow"),
        "picture classes": _("the chances, and all of it as a map"),
        "picture digits": _("the image, and the chances"),
        "as table": _("all of it, as a table"),
        "confusion in words": _("How often each class (row) is taken for each class (column)"),
        "picture distances": _("which unit keeps the number, and for how long"),
        "picture melody": _("what it plays"),
        "picture series": _("what it says, and what came"),
        "picture text": _("what it writes"),
        "picture translation": _("what it writes, and where it looks"),
        "picture values": _("all of it, as dots"),
        "panel says": _("After {text}: {guesses}."),
        "panel says, target": _("After {text}: {guesses}; target {target}."),
        "step says": _("After step {t}: {value}."),
        "step says, target": _("After step {t}: {value}; target {target}."),
        "bit says": _("After bit {t}: 1 with {chance}; right is {right}."),
        "row so far": _("row {t}"),
        "step answers": _("After step {t}: {answers}."),
        "yes with": _("{name} yes {chance}"),
        "yes with, right": _("{name} yes {chance}, right is {right}"),
        "shows subtraction": _("On paper: {a} − {b} = {difference}."),
        "shows confusion": _("A map of how often each class is taken for each other."),
        "shows digit": _("An image, read row by row."),
        "shows distances": _(
            "A curve shows how many are right, over the words between noun and verb."
        ),
        "shows melodies": _("Notes that it plays by itself, in these scales: {scales}."),
        "shows lines": _("Curves: {names}."),
        "shows text": _("It writes: {text}"),
        "shows translations": _("It writes: {pairs}."),
        "shows pairs": _("A dot for each of {n} answers, over what is right."),
    }


def _examples() -> dict[str, str]:
    """The card of the example that runs, and the gallery of all."""
    return {
        "example of": _("Example {number} of {all}"),
        "where to look": _("Look"),
        "example before": _("Previous example: {title}"),
        "example after": _("Next example: {title}"),
        "nearest example": _(
            "These settings are no example of the course. The nearest is {title}."
        ),
        "all examples": _("All examples"),
        "gallery": _("Examples of the course"),
        "gallery note": _(
            "The picture of each is a real run after its updates: its states above, and below them the gate that keeps."
        ),
        "close": _("Close"),
    }


def panel_strings() -> dict[str, str]:
    """Of the tasks' own panels."""
    return {
        "untrained": _("Not trained yet: press Play."),
        "target": _("target"),
        "target is": _("Target: {value}"),
        "says": _("Prediction"),
        "says of": _("Prediction for “{text}”"),
        "says at": _("Prediction after step {t}"),
        "says value": _("Prediction: {value}"),
        "prediction": _("prediction"),
        "predictions beyond": _("{n} of {all} predictions lie beyond the axis"),
        "predictions not finite": _("{n} of {all} predictions are not finite"),
        "read so far": _("Input so far: {text}"),
        "after": _("After {text}"),
        "writes": _("Sample (temperature {temperature})"),
        "writes of likeliest": _("Sample (temperature {temperature}, {k} likeliest symbols)"),
        "whole of answers": _("All answers: log p = {log_p}, perplexity {perplexity}"),
        "whole of characters": _(
            "Whole text, given its first character: log p = {log_p}, perplexity {perplexity}"
        ),
        "whole of words": _(
            "Whole text, given its first word: log p = {log_p}, perplexity {perplexity}"
        ),
        "whole with first": _(
            "First word, after “{after}”: p = {p}. Whole text: log p = {log_p}, perplexity {perplexity}"
        ),
        "unknown word": _("1 unknown word: {symbols}"),
        "unknown words": _("{n} unknown words: {symbols}"),
        "unknown character": _("1 rare or unknown character: {symbols}"),
        "unknown characters": _("{n} rare or unknown characters: {symbols}"),
        "confusion": _("Held-out: target ↓, prediction →"),
        "confusion title": _("Held-out"),
        "confusion axes": _("target ↓, prediction →"),
        "yes": _("yes"),
        "no": _("no"),
        "right": _("right"),
        "held-out right": _("held-out, right"),
        "held-out steps": _("held-out steps"),
        "borrow": _("borrow"),
        "probability": _("p(1)"),
        "bit is": _("prediction"),
        "right bit": _("target"),
        "who borrows": _("Follows the borrow most closely: {unit} (r = {r})"),
        "pairs right": _("{share} % of {pairs} pairs correct"),
        "looks at": _("Attention (row: word written, column: word read)"),
        "free running": _("Free-running: {right} of {all} correct"),
        "row": _("Row {t}"),
        "detector rises": _("Best number detector: {unit} (AUC {auc}, larger for the plural)"),
        "detector falls": _("Best number detector: {unit} (AUC {auc}, smaller for the plural)"),
        "number at chance": _("Held-out accuracy is at chance: no unit holds the number yet."),
        "gap": _("Each filler word scales the singular–plural gap by {factor}"),
        "kept by gate": _("kept by {gate}"),
        "no such gate": _("refreshed through the recurrent weights"),
        "opening": _("{gates}: {how}"),
        "accuracy over distance": _("Accuracy against distance"),
        "words between": _("words between noun and verb"),
        "it plays": _("Free-running: {share} % of the notes in scale"),
    }
