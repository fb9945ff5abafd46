"""Ready-made experiments: one for each example of the usual course notes, in the order in which they are gone through."""

from .language_presets import LANGUAGE_PRESETS
from .preset import GROUPS as GROUPS
from .preset import Preset as Preset
from .trainer import Experiment

# The agreement over 24 filler words, trained by momentum or by Adam: of two examples only the network differs.
_FAR = {"task": "agreement", "distance": "24"}
_MOMENTUM = {"optimizer": "momentum", "learning_rate": "0.03"}
# The temporal order of a plain RNN whose gradients grow: with clipping and without.
_ORDER = {
    **{"task": "temporal_order", "cell": "rnn", "hidden_size": "50"},
    **{"initialization": "orthogonal", "optimizer": "sgd", "learning_rate": "0.1"},
}
# Adding by an LSTM, with peepholes and without.
_LSTM = {"hidden_size": "24", "learning_rate": "0.02"}
_NOTES_RNN = {
    **{"task": "names", "cell": "rnn", "hidden_size": "16", "optimizer": "sgd"},
    **{"batch_size": "8", "clipping": "off"},
}

# Each claim of a `look` is measured by benchmarks/learning/presets.py on three seeds, bound by bound.
PRESETS: dict[str, Preset] = {
    # First steps
    "names": Preset(
        "Names to languages",
        "first steps",
        "Which of ten languages is this name from?",
        "It has never seen this name. After [alvare](step:6) it does not say Spanish yet, after [the z](step:7) it "
        "does. [Type a name of your own](type:). It does better on names it was trained on: the gap is overfitting, "
        "names memorised and not patterns learnt.",
        {"task": "names", "hidden_size": "24"},
        reads="alvarez",
    ),
    "echo": Preset(
        "Echo, two steps",
        "first steps",
        "Repeat the number of the step before.",
        "One hidden unit has to repeat the value of [the step before](step:1). After 3000 updates the error is less than a "
        "third of what always saying the mean gives. Then take 4 units.",
        {"task": "echo"},
        reads="0.6 0.2",
    ),
    "subtraction": Preset(
        "Binary subtraction",
        "first steps",
        "Bit by bit: one unit carries the borrow.",
        "Bits come lowest first. Light [the first](step:1), then [the second](step:2), where 0 - 1 borrows: one unit "
        "follows the borrow, and carries it to the next bit. It is named [with the sum](row:picture).",
        {"task": "subtraction", "seed": "5"},
    ),
    "subtraction_solved": Preset(
        "Binary subtraction, solved",
        "first steps",
        "Eight units: every pair right, also unseen ones.",
        "8 units, biases, Adam: after 3000 updates every pair is right, also the fifth that was held out. "
        "[Try one that borrows three times](type:8 - 1).",
        {
            **{"task": "subtraction", "hidden_size": "8", "bias": "true", "batch_size": "16"},
            **{"initialization": "torch", "optimizer": "adam", "learning_rate": "0.01"},
            **{"unseen": "true"},
        },
    ),
    "digits": Preset(
        "Bidirectional, digits row by row",
        "first steps",
        "An image read row by row, from both ends.",
        "The image is read downwards and upwards, [a row at each step](step:14), and the class is chosen from both last "
        "states. After 900 updates over two thirds of the held-out images are right.",
        {"task": "digits"},
        reads="4",
    ),
    # Sequences
    "air": Preset(
        "Air quality, 8 hours ahead",
        "sequences",
        "The air in eight hours, against persistence.",
        "Compare the accuracy on new hours with the two dotted baselines: persistence, which says the grade of now again, "
        "and always saying the most frequent grade. It ends only a little above persistence.",
        {"task": "air_quality"},
        reads="1051",
    ),
    "deep": Preset(
        "Deep: two layers",
        "sequences",
        "Two layers against one of as many weights.",
        "Two layers of 10 units have about as many weights as [one of 16](example:air), and predict about as well: "
        "depth gains nothing here.",
        {"task": "air_quality", "num_layers": "2", "hidden_size": "10"},
        reads="1051",
    ),
    "forecast": Preset(
        "Forecast: a series and its baselines",
        "sequences",
        "Two sines, against naive forecasts.",
        "After 600 updates the held-out error is less than a third of that of repeating the last value, and still "
        "above that of least squares: a linear rule is enough for two sines.",
        {"task": "forecast", "hidden_size": "24"},
    ),
    "load": Preset(
        "Electricity load",
        "sequences",
        "Two LSTM layers, against the last value.",
        "Two LSTM layers with dropout against naive forecasts: after 234 updates the error is about that of saying the "
        "last value again.",
        {"task": "load"},
    ),
    "melody": Preset(
        "One to many: a melody",
        "sequences",
        "One word in, a melody out.",
        "[One word](step:1) goes in, and [the melody that it plays](row:picture) is the network's own, each note fed back. "
        "After 400 updates nearly all notes belong to the scale that was asked for. "
        "[Ask for minor](type:minor c d d# f).",
        {"task": "melody", "hidden_size": "24"},
    ),
    "names_rnn": Preset(
        "Names, the notes' RNN",
        "sequences",
        "Plain SGD with a small rate: slow, and still rising.",
        "16 units, plain SGD, batches of 8: [the loss](row:loss) jumps from batch to batch, and after 3000 updates the "
        "accuracy on new names still rises.",
        {**_NOTES_RNN, "learning_rate": "0.02"},
        reads="papadakis",
    ),
    "names_jitter": Preset(
        "Names, a learning rate too large",
        "sequences",
        "25 times that rate: the loss jumps.",
        "25 times the learning rate of [the notes' RNN](example:names_rnn): [the loss](row:loss) jumps more from batch to "
        "batch, and after 6000 updates the accuracy on new names is far below that of the small rate.",
        {**_NOTES_RNN, "learning_rate": "0.5"},
        reads="papadakis",
    ),
    "names_buckets": Preset(
        "Names, in buckets of one length",
        "sequences",
        "Names of one length in each batch: no padding.",
        "Every batch holds names of one length, so nothing is padded. [The loss](row:loss) jumps more from batch to batch "
        "than with [mixed lengths](example:names): some lengths are harder.",
        {"task": "names", "hidden_size": "24", "batching": "buckets"},
        reads="alvarez",
    ),
    # Memory
    "gru": Preset(
        "GRU: adding over 50 steps",
        "memory",
        "A gate that opens at just the two numbers that count.",
        "Look at [what it keeps](row:keeps) after 600 updates: z is near 1 (dark) nearly everywhere, so the state is "
        "kept, and lower at just the two numbers with a star, [here](step:5) and [here](step:44), which are written "
        "into it. [Hold z at 0](hold:z=0), and the sum is lost; then [release it](hold:).",
        {"task": "adding", "hidden_size": "24"},
    ),
    "gru_simple": Preset(
        "GRU without reset gate",
        "memory",
        "One gate is enough to add.",
        "The simplified unit that courses begin with: one gate, z, is enough to learn to add. [z](row:keeps) falls at "
        "the two numbers with a star, [here](step:5) and [here](step:44).",
        {"task": "adding", "reset": "none", "hidden_size": "24"},
    ),
    "lstm": Preset(
        "LSTM: adding over 50 steps",
        "memory",
        "The cell state carries the gradient 50 steps back.",
        "Until about update 400 the gradient vanishes. When the error has fallen, look at [what it learns](row:learns): "
        "along the cell state c more than half of the gradient's peak reaches [the first step](step:1).",
        {"task": "adding", "cell": "lstm", **_LSTM},
    ),
    "peephole": Preset(
        "LSTM with peepholes",
        "memory",
        "Gates that see the cell state, too.",
        "The gates see the cell state too. Here that makes no difference to be seen: it learns to add as "
        "[the LSTM without them](example:lstm) does.",
        {"task": "adding", "cell": "lstm", "peephole": "true", **_LSTM},
    ),
    "copy": Preset(
        "Copy memory: five digits again",
        "memory",
        "Five digits, a wait, and the digits again.",
        "Five digits, a wait, and [the marker](step:15): from there on it says the digits from memory. A network without "
        "memory recalls one in eight; after 1800 updates this one recalls nearly all. [Type five others](type:24681).",
        {"task": "copy", "learning_rate": "0.01"},
        reads="31425",
    ),
    "order": Preset(
        "Temporal order over 30 steps",
        "memory",
        "Which of two letters came first?",
        "After 300 updates the order of the two capital letters is right [at the last step](step:30). Step back to "
        "[the second of them](step:17): there the answer is often still wrong, because only the last one is trained.",
        {"task": "temporal_order", "hidden_size": "24"},
    ),
    "latching": Preset(
        "Latching: forget bias 3 holds a bit",
        "memory",
        "Three steps decide, and have to be held.",
        "[The first three steps](step:3) decide, [the last](step:50) answers. With forget bias 3 every answer is right "
        "within 200 updates; as torch begins, without a forget bias, it is not. [Hold f at 0](hold:f=0), and the bit "
        "is lost; then [release it](hold:).",
        {"task": "two_sequence", "length": "50", "forget_bias": "3.0"},
    ),
    # Gradients
    "vanishing": Preset(
        "Vanishing gradient",
        "gradients",
        "A plain RNN learns nothing from 50 steps back.",
        "A plain RNN over 50 steps: [what it learns](row:learns) falls by decades from the last step to "
        "[the first](step:1), and the error stays where always saying 1 is.",
        {"task": "adding", "cell": "rnn", "hidden_size": "24"},
    ),
    "exploding": Preset(
        "Exploding gradient",
        "gradients",
        "Large gradients throw the weights away.",
        "A plain RNN without clipping: [gradients](row:norms) several times as large as usual throw the weights away again "
        "and again, and after 1500 updates it is still at chance. [The next example](example:clipping) changes the "
        "clipping alone.",
        {**_ORDER, "clipping": "off"},
    ),
    "clipping": Preset(
        "Clipping makes it learn",
        "gradients",
        "The same run, each gradient cut to a norm of 1.",
        "[The exploding run](example:exploding) again, each gradient cut to a norm of at most 1: "
        "[the two curves of its size](row:norms) part, and within 1500 updates every order is right.",
        _ORDER,
    ),
    "agreement_rnn": Preset(
        "Agreement by momentum: a plain RNN",
        "gradients",
        "The verb needs a noun 27 steps back.",
        "The verb depends on [the noun](step:2) 27 steps back, where [the gradient has vanished](row:learns): with "
        "momentum a plain RNN stays at chance, and so do a GRU and an LSTM with forget bias 1. "
        "[The next example](example:agreement_bias) changes the cell alone.",
        {**_FAR, "cell": "rnn", **_MOMENTUM},
    ),
    "agreement_bias": Preset(
        "Agreement by momentum: an LSTM, forget bias 3",
        "gradients",
        "Gates that begin open find the noun.",
        "The same optimizer and data as [the plain RNN before](example:agreement_rnn): with its forget gates "
        "[open from the start](row:keeps) the LSTM gets every verb right within 500 updates.",
        {**_FAR, **_MOMENTUM, "forget_bias": "3.0"},
    ),
    "agreement_growing": Preset(
        "Agreement by momentum: a plain RNN, growing distance",
        "gradients",
        "A curriculum: first near, then far.",
        "A curriculum helps: the distance begins at 1 and grows, and soon after it has reached 24, at update 690, every "
        "held-out verb is right. Held-out sentences always have distance 24, so before that accuracy can fall to 0 %: "
        "[the noun](step:2) is remembered, but at distances not trained yet the answer is reversed.",
        {**_FAR, "cell": "rnn", **_MOMENTUM, "growing": "true", "seed": "3"},
    ),
    "agreement_adam_rnn": Preset(
        "Agreement by Adam: a plain RNN",
        "gradients",
        "Adam follows a vanished gradient, too.",
        "Adam divides a gradient by its own size, so the vanished one counts as well: within 1500 updates the plain "
        "RNN gets every verb right. [The next example](example:agreement_adam_lstm) changes the cell alone.",
        {**_FAR, "cell": "rnn"},
    ),
    "agreement_adam_lstm": Preset(
        "Agreement by Adam: an LSTM as torch begins it",
        "gradients",
        "Without a forget bias the LSTM does not.",
        "The same optimizer and data as [the plain RNN before](example:agreement_adam_rnn): without a forget bias the "
        "LSTM is still at chance after 1500 updates. It is not the cell alone that decides.",
        _FAR,
    ),
    **LANGUAGE_PRESETS,
}

# What the app opens with, where its address names no settings.
OPENING = "names"


def name_of_preset(experiment: Experiment) -> str | None:
    """The preset with just these settings. Those of other tasks are not looked at: they would make data."""
    for name, preset in PRESETS.items():
        if preset.query["task"] == experiment.task and preset.experiment == experiment:
            return name
    return None


def reads_of(experiment: Experiment) -> str:
    """The sequence that a run of these settings watches at first: that of the example; "" elsewhere."""
    name = name_of_preset(experiment)
    return PRESETS[name].reads if name else ""


# The study of their own that readers of the Memory page start from.
FIRST_STUDY = {"task": "two_sequence", "cells": "rnn lstm gru", "lengths": "10 20 40"}

# One layer against two and three of as many parameters, three seeds each, to see what depth does.
SHALLOW_AND_DEEP = {
    **{"task": "air_quality", "fair": "parameters", "seeds": "3", "a.cell": "gru", "b.cell": "gru"},
    **{"b.num_layers": "2", "c.cell": "gru", "c.num_layers": "3"},
}
