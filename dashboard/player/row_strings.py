"""What the named rows say, and the reading of what is lit: key in the player -> the words."""

from dashboard.common.i18n import _


def feed_forward_strings() -> dict[str, str]:
    """What the rows say instead where nothing is carried from step to step."""
    return {
        "it carries": _("Its c"),
        "what is carried": _("of this step alone: nothing is carried"),
        "keeps nothing": _("Recurrence is off: every step begins from zeros, and nothing is kept."),
    }


def row_strings() -> dict[str, str]:
    """The named rows of the Live page, and what stands below their names."""
    return {
        "it says": _("It says"),
        "says last": _("as if it ended there"),
        "says last in full": _("What the network would answer if the sequence ended at this step."),
        "says every": _("after each step"),
        "says every in full": _("What the network answers at this step."),
        "none": _("none"),
        "it remembers": _("It remembers"),
        "hidden unit": _("{n} hidden unit"),
        "hidden units": _("{n} hidden units"),
        "it carries": _("It carries"),
        "what is carried": _("the long memory behind h"),
        "it reads": _("It reads"),
        "type your own": _("type your own"),
        "matters": _("What mattered"),
        "matters in full": _(
            "The share of each input in the loss: its gradient times the input itself. Up: it raises the loss; down: it "
            "lowers it. Where the gradient vanishes, so does the share, whatever the input decides."
        ),
        "matters scale": _("up raises the loss; highest {most}"),
        "matters step": _("step {step} “{symbol}” {share}"),
        "it keeps": _("It keeps"),
        "keeps nothing": _("No gate here: every step overwrites the whole state."),
        "dark keeps, replaced": _("dark: the old state stays; light: the new input overwrites it"),
        "light keeps, replaced": _("light: the old state stays; dark: the new input overwrites it"),
        "dark keeps, erased": _("dark: the old {state} stays; light: it is erased"),
        "light keeps, erased": _("light: the old {state} stays; dark: it is erased"),
        "it learns": _("It learns"),
        "learns last": _("gradient that arrives; the end's is 100 %"),
        "learns last in full": _(
            "How large the gradient is at each step, in percent of what it is at the last one, where the loss is. "
            "Small shares are powers: 1e-6 is a millionth."
        ),
        "learns every": _("gradient that arrives; the largest is 100 %"),
        "learns every in full": _(
            "How large the gradient is at each step, in percent of the largest of all steps. Small shares are "
            "powers: 1e-6 is a millionth."
        ),
        "as curves": _("as curves"),
        "size of gradients": _("Sizes of gradients"),
        "map in words": _("{title}: {units} units over {steps} steps"),
    }


def reading_strings() -> dict[str, str]:
    """What is lit, in a sentence."""
    return {
        "after so far": _("After {read}: {says}."),
        "says nothing yet": _("still reading"),
        "value and target": _("{value} (target {target})"),
        "keeps share": _("{gate}: keeps {share} of the old value."),
        "gradient here last": _("Gradient here: {share} of the end's."),
        "gradient here every": _("Gradient here: {share} of the largest."),
        "share here": _("This input's share in the loss: {share}."),
        "loss of class": _("{label} got {chance}: loss {loss}."),
        "loss of value": _("Said {value}, target {target}: loss {loss}."),
        "loss of all": _("Loss, the mean over all answers: {loss}."),
    }
