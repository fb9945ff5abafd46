"""Ready-made experiments: one for each example of the usual course notes."""

from dataclasses import dataclass
from functools import cached_property

from .trainer import Experiment


@dataclass(frozen=True)
class Preset:
    """title: for menus. look: what to look at on the page. query: the experiment, as in a link."""

    title: str
    look: str
    query: dict[str, str]

    @cached_property
    def experiment(self) -> Experiment:
        """The experiment that `query` describes."""
        return Experiment.from_query(self.query)


# The agreement over 24 filler words, trained by momentum or by Adam: of two examples only the network differs.
_FAR = {"task": "agreement", "distance": "24"}
_MOMENTUM = {"optimizer": "momentum", "learning_rate": "0.03"}
# The temporal order of a plain RNN whose gradients grow: with clipping and without.
_ORDER = {
    **{"task": "temporal_order", "cell": "rnn", "hidden_size": "50"},
    **{"initialization": "orthogonal", "optimizer": "sgd", "learning_rate": "0.1"},
}
_NOTES_RNN = {
    **{"task": "names", "cell": "rnn", "hidden_size": "16", "optimizer": "sgd"},
    **{"batch_size": "8", "clipping": "off"},
}

# Each claim of a `look` is measured by benchmarks/learning/presets.py on three seeds, bound by bound.
PRESETS: dict[str, Preset] = {
    "echo": Preset(
        "Echo, two steps",
        "One hidden unit repeats the value of one step ago. Compare the two lines: after 3000 updates the error is "
        "less than a third of what always saying the mean gives. Then take 4 units.",
        {"task": "echo"},
    ),
    "subtraction": Preset(
        "Binary subtraction",
        "Step through a pair from the lowest bit: the unit named below the sum follows the borrow.",
        {"task": "subtraction", "seed": "5"},
    ),
    "subtraction_solved": Preset(
        "Binary subtraction, solved",
        "8 units, biases, Adam: after 3000 updates every pair is right, also the fifth that was held out.",
        {
            **{"task": "subtraction", "hidden_size": "8", "bias": "true", "batch_size": "16"},
            **{"initialization": "torch", "optimizer": "adam", "learning_rate": "0.01"},
            **{"unseen": "true"},
        },
    ),
    "air": Preset(
        "Air quality, 8 hours ahead",
        "Compare held-out accuracy with the two dotted baselines: persistence (the grade stays as it is) and always "
        "the most frequent class. It ends only a little above persistence.",
        {"task": "air_quality"},
    ),
    "names": Preset(
        "Names to languages",
        "The gap between training and held-out accuracy is overfitting: names memorised, not patterns learnt.",
        {"task": "names"},
    ),
    "names_rnn": Preset(
        "Names, the notes' RNN",
        "16 units, plain SGD, batches of 8: the loss jumps from batch to batch, and after 3000 updates held-out "
        "accuracy still rises.",
        {**_NOTES_RNN, "learning_rate": "0.02"},
    ),
    "names_buckets": Preset(
        "Names, in buckets of one length",
        "Every batch holds names of one length, so nothing is padded. The loss jumps more from batch to batch than "
        "with mixed lengths: some lengths are harder.",
        {"task": "names", "batching": "buckets"},
    ),
    "names_jitter": Preset(
        "Names, a learning rate too large",
        "25 times the learning rate of the notes' RNN: the loss jumps more from batch to batch, and after 6000 updates "
        "held-out accuracy is far below that of the small rate.",
        {**_NOTES_RNN, "learning_rate": "0.5"},
    ),
    "deep": Preset(
        "Deep: two layers",
        "Two layers of 10 units have about as many weights as one of 16, the example of one layer, and predict about "
        "as well: depth gains nothing here.",
        {"task": "air_quality", "num_layers": "2", "hidden_size": "10"},
    ),
    "digits": Preset(
        "Bidirectional, digits row by row",
        "The image is read downwards and upwards; the class is chosen from both last states. After 900 updates over "
        "two thirds of the held-out images are right.",
        {"task": "digits"},
    ),
    "melody": Preset(
        "One to many: a melody",
        "One word goes in; the notes on the right are the network's own, fed back. After 400 updates nearly all of "
        "them belong to the scale that was asked for.",
        {"task": "melody"},
    ),
    "translate": Preset(
        "Encoder and decoder",
        "Left of the dashed line it reads, right of it it writes; the gradient crosses the line. After 2100 updates "
        "most held-out sentences are translated without a mistake.",
        {"task": "translate"},
    ),
    "attention": Preset(
        "Translation with attention",
        "The matrix shows where the decoder looks for each word that it writes. After 350 updates it looks mostly at "
        "one word at a time, and nearly every held-out sentence is right.",
        {"task": "translate", "attention": "true"},
    ),
    "characters": Preset(
        "Language model, characters",
        "The probabilities of the next character, log p of the text, and a sample. Within 450 updates held-out "
        "perplexity falls to less than half of the bigram's.",
        {"task": "text"},
    ),
    "words": Preset(
        "Language model, words",
        "Type a sentence: its log p, given the first word, is the sum over the others. A sample ends at the full stop. "
        "Within 300 updates "
        "held-out perplexity falls below the bigram's.",
        {"task": "words"},
    ),
    "agreement_rnn": Preset(
        "Agreement by momentum: a plain RNN",
        "The verb depends on the noun 27 steps back, where the gradient has vanished: with momentum a plain RNN stays "
        "at chance, and so do a GRU and an LSTM with forget bias 1. The next example changes the cell alone.",
        {**_FAR, "cell": "rnn", **_MOMENTUM},
    ),
    "agreement_bias": Preset(
        "Agreement by momentum: an LSTM, forget bias 3",
        "The same optimizer and data as the plain RNN before: with its forget gates open from the start the LSTM gets "
        "every verb right within 500 updates.",
        {**_FAR, **_MOMENTUM, "forget_bias": "3.0"},
    ),
    "agreement_growing": Preset(
        "Agreement by momentum: a plain RNN, growing distance",
        "A curriculum helps: the distance begins at 1 and grows, and soon after it has reached 24, at update 690, every "
        "held-out verb is right. Held-out sentences always have distance 24, so before that accuracy can fall to 0 %: "
        "the noun is remembered, but at distances not trained yet the answer is reversed.",
        {**_FAR, "cell": "rnn", **_MOMENTUM, "growing": "true", "seed": "3"},
    ),
    "agreement_adam_rnn": Preset(
        "Agreement by Adam: a plain RNN",
        "Adam divides a gradient by its own size, so the vanished one counts as well: within 1500 updates the plain "
        "RNN gets every verb right. The next example changes the cell alone.",
        {**_FAR, "cell": "rnn"},
    ),
    "agreement_adam_lstm": Preset(
        "Agreement by Adam: an LSTM as torch begins it",
        "The same optimizer and data as the plain RNN before: without a forget bias the LSTM is still at chance after "
        "1500 updates. It is not the cell alone that decides.",
        _FAR,
    ),
    "vanishing": Preset(
        "Vanishing gradient",
        "A plain RNN over 50 steps: the gradient norm falls by decades from the last step to the first, and the error "
        "stays where always saying 1 is.",
        {"task": "adding", "cell": "rnn"},
    ),
    "exploding": Preset(
        "Exploding gradient",
        "A plain RNN without clipping: gradients several times as large as usual throw the weights away again and "
        "again, and after 1500 updates it is still at chance. The next example changes the clipping alone.",
        {**_ORDER, "clipping": "off"},
    ),
    "clipping": Preset(
        "Clipping makes it learn",
        "The exploding run again, each gradient cut to a norm of at most 1: the two curves of the gradient's norm part, "
        "and within 1500 updates every order is right.",
        _ORDER,
    ),
    "lstm": Preset(
        "LSTM: adding over 50 steps",
        "Until about update 400 the gradient vanishes. When the error has fallen, the gradient along the cell state is "
        "nearly flat: it reaches step 1 with more than half of its peak.",
        {"task": "adding", "cell": "lstm"},
    ),
    "peephole": Preset(
        "LSTM with peepholes",
        "The gates see the cell state too. Here that makes no difference to be seen: it learns to add as the LSTM "
        "without them does.",
        {"task": "adding", "cell": "lstm", "peephole": "true"},
    ),
    "gru": Preset(
        "GRU: adding over 50 steps",
        "Look at z after 600 updates: near 1 (dark) nearly everywhere, so the state is kept, and lower at just the two "
        "numbers with a star, which are written into it.",
        {"task": "adding"},
    ),
    "gru_simple": Preset(
        "GRU without reset gate",
        "The simplified unit that courses begin with: one gate, z, is enough to learn to add. z falls at the two "
        "numbers with a star.",
        {"task": "adding", "reset": "none"},
    ),
    "load": Preset(
        "Electricity load",
        "Two LSTM layers with dropout against naive forecasts: after 234 updates the error is about that of saying the "
        "last value again.",
        {"task": "load"},
    ),
    "copy": Preset(
        "Copy memory: five digits again",
        "Step to the marker: from there on it says the digits from memory. A network without memory recalls one in "
        "eight; after 1800 updates this one recalls more than half.",
        {"task": "copy"},
    ),
    "order": Preset(
        "Temporal order over 30 steps",
        "After 300 updates the order is right at the last step. Step back to the second capital letter: there the answer "
        "is often still wrong, because only the last one is trained.",
        {"task": "temporal_order"},
    ),
    "latching": Preset(
        "Latching: forget bias 3 holds a bit",
        "The first three steps decide. With forget bias 3 every answer is right within 200 updates; as torch begins, "
        "without a forget bias, it is not.",
        {"task": "two_sequence", "length": "50", "forget_bias": "3.0"},
    ),
    "reviews": Preset(
        "Film reviews: positive or negative?",
        "Naive Bayes counts symbols and gets 57 % of the held-out reviews right. The network also reads their order: "
        "after 200 updates it gets nearly all of them right.",
        {"task": "classify"},
    ),
    "forecast": Preset(
        "Forecast: a series and its baselines",
        "After 600 updates the held-out error is less than a third of that of repeating the last value, and still "
        "above that of least squares: a linear rule is enough for two sines.",
        {"task": "forecast"},
    ),
}


def name_of_preset(experiment: Experiment) -> str | None:
    """The preset with just these settings. Those of other tasks are not looked at: they would make data."""
    for name, preset in PRESETS.items():
        if preset.query["task"] == experiment.task and preset.experiment == experiment:
            return name
    return None


# The study of their own that readers of the Memory page start from.
FIRST_STUDY = {"task": "two_sequence", "cells": "rnn lstm gru", "lengths": "10 20 40"}

# One layer against two and three of as many parameters, three seeds each, to see what depth does.
SHALLOW_AND_DEEP = {
    **{"task": "air_quality", "fair": "parameters", "seeds": "3", "a.cell": "gru", "b.cell": "gru"},
    **{"b.num_layers": "2", "c.cell": "gru", "c.num_layers": "3"},
}
