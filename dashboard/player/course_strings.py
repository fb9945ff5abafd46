"""What the rail of a lesson says, in the reader's language: key in its program (web/course) -> the words."""

from dashboard.common.i18n import _


def course_strings() -> dict[str, str]:
    """Of the rail, and of every kind of step."""
    return _rail() | _kinds() | _answers() | _numbers() | _curves() | _reveal()


def _rail() -> dict[str, str]:
    return {
        "lesson number": _("Lesson {number}"),
        "minutes": _("{n} minutes"),
        "steps": _("Steps of this lesson"),
        "step of": _("Step {n} of {of}"),
        "step and kind": _("Step {n} of {of}: {kind}"),
        "next": _("Next"),
        "step back": _("Back"),
        "finish": _("Finish"),
        "next lesson": _("Next lesson"),
        "leave": _("Leave the lesson and go on later"),
        "restore": _("Back to the settings of this step"),
        "been here": _("You have been here before."),
        "go on at": _("Go on at step {n}"),
        "start anew": _("Start this lesson again"),
        "close": _("Close"),
        "two sentences": _("{first} {second}"),
    }


def _kinds() -> dict[str, str]:
    """The heading of each kind of step."""
    return {
        "kind read": _("Look"),
        "kind ask": _("The question"),
        "kind predict": _("What do you expect?"),
        "kind until": _("Try it"),
        "kind reveal": _("What came"),
        "kind explain": _("Why?"),
        "kind check": _("Check yourself"),
        "kind transfer": _("On your own"),
    }


def _answers() -> dict[str, str]:
    return {
        "say first": _("First say what you expect."),
        "prediction stands": _("You have seen what came, so your prediction stands."),
        "this I expect": _("I expect this"),
        "you expect": _("You expect {value}."),
        "your sentence": _("Your answer, in one sentence"),
        "compare answers": _("Compare with the model answer"),
        "model answer": _("Model answer"),
        "write first": _("First write a sentence of your own."),
        "check": _("Check"),
        "right": _("Right."),
        "wrong": _("Not quite. Look again."),
        "show answer": _("Show the answer"),
        "answer is": _("The answer is: {answer}"),
        "answer first": _("First answer, or let the answer be shown."),
        "click a step": _("Click on the step, in any row of the page."),
        "click a unit": _("Click on the unit, in the row of its quantity."),
        "step number": _("step {n}"),
        "curve number": _("Curve {n}"),
        "which one": _("Which one?"),
        "i tried it": _("I tried it"),
        "not yet": _("The run has not come so far yet. Press Play on the page."),
        "go on anyway": _("Go on all the same"),
        "come so far": _("Done. Go on when you are ready."),
        "wait for page": _("The page is being set up."),
        "update of": _("Update {n} of {of}"),
        "seconds of": _("{n} of {of} seconds"),
        "metric of": _("{n} so far, {of} wanted"),
        "not tested": _("Not tested yet."),
    }


def _numbers() -> dict[str, str]:
    """What is wrong with a number."""
    return {
        "number empty": _("Number: expected one, got nothing. Type one, such as 0.5."),
        "number no number": _("Number: expected one, got “{typed}”. Type one, such as 0.5."),
        "number too large": _(
            "Number: expected one below 10³⁰⁸, got “{typed}”. Type a smaller one."
        ),
        "number too long": _(
            "Number: expected at most 40 characters, got more. Type fewer digits."
        ),
        "number out of range": _(
            "Number: expected {range}, got “{typed}”. Type one in this range."
        ),
    }


def _curves() -> dict[str, str]:
    return {
        "point at": _("Your curve at {x}"),
        "not drawn": _("not drawn yet"),
        "draw here": _(
            "Draw from left to right, or go to a point with Tab and move it with the arrow keys."
        ),
        "points missing": _("{n} points are still missing."),
        "draw anew": _("Draw it again"),
    }


def _reveal() -> dict[str, str]:
    return {
        "you expected": _("You expected"),
        "you expected that": _("You expected: {value}."),
        "row in words": _("{label}: {value}."),
        "what came": _("What came"),
        "your run": _("Your run, at update {n}"),
        "stored seeds": _("Three other runs"),
        "nothing expected": _("You made no prediction here."),
        "at came": _("At {x} you expected {expected}, and {came} came."),
    }
