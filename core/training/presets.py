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


PRESETS: dict[str, Preset] = {
    "echo": Preset(
        "Echo, two steps",
        "One hidden unit repeats what it heard one step ago. Compare the two lines; then take 4 units.",
        {"task": "echo"},
    ),
    "subtraction": Preset(
        "Binary subtraction",
        "Step through a pair from the lowest bit: the unit named below the sum carries the borrow.",
        {"task": "subtraction", "seed": "5"},
    ),
    "subtraction_solved": Preset(
        "Binary subtraction, solved",
        "8 units, biases, Adam: every start gets all pairs right, also the fifth that it never trained on.",
        {
            **{"task": "subtraction", "hidden_size": "8", "bias": "true", "batch_size": "16"},
            **{"initialization": "torch", "optimizer": "adam", "learning_rate": "0.01"},
            **{"unseen": "true"},
        },
    ),
    "air": Preset(
        "Air quality, 8 hours ahead",
        "Held-out accuracy against the dotted lines: saying that it stays as now, and the largest class.",
        {"task": "air_quality"},
    ),
    "names": Preset(
        "Names to languages",
        "Train against held-out accuracy: the distance is what was learnt by heart.",
        {"task": "names"},
    ),
    "names_rnn": Preset(
        "Names, the notes' RNN",
        "16 units, plain SGD, batch 8: the loss of the batches jitters, and the accuracy still climbs after a minute.",
        {
            **{"task": "names", "cell": "rnn", "hidden_size": "16", "optimizer": "sgd"},
            **{"learning_rate": "0.02", "batch_size": "8", "clipping": "off"},
        },
    ),
    "names_buckets": Preset(
        "Names, in buckets of one length",
        "Each batch has names of one length and no padding: less work for an update, and a loss that jitters more.",
        {"task": "names", "batching": "buckets"},
    ),
    "names_jitter": Preset(
        "Names, a learning rate too large",
        "25 times the learning rate of the notes' RNN: the loss jumps from batch to batch, and so does the accuracy.",
        {
            **{"task": "names", "cell": "rnn", "hidden_size": "16", "optimizer": "sgd"},
            **{"learning_rate": "0.5", "batch_size": "8", "clipping": "off"},
        },
    ),
    "deep": Preset(
        "Deep: two layers",
        "Two layers of 10 units have about the weights of one of 16. Choose the layer above the heatmaps.",
        {"task": "air_quality", "num_layers": "2", "hidden_size": "10"},
    ),
    "digits": Preset(
        "Bidirectional, digits row by row",
        "The image is read downwards and upwards; the class is chosen from both last states.",
        {"task": "digits"},
    ),
    "melody": Preset(
        "One to many: a melody",
        "One word goes in; the notes on the right are the network's own, fed back.",
        {"task": "melody"},
    ),
    "translate": Preset(
        "Encoder and decoder",
        "Left of the dashed line it reads, right of it it writes; the gradient crosses the line.",
        {"task": "translate"},
    ),
    "attention": Preset(
        "Translation with attention",
        "The matrix shows where the decoder looks for each word that it writes.",
        {"task": "translate", "attention": "true"},
    ),
    "characters": Preset(
        "Language model, characters",
        "The chances of the next character, log p of the text, and what it writes by itself.",
        {"task": "text"},
    ),
    "words": Preset(
        "Language model, words",
        "Type a sentence: its log p is the sum over its words. It writes until the full stop.",
        {"task": "words"},
    ),
    "agreement_rnn": Preset(
        "Agreement: a plain RNN, fixed distance",
        "The verb depends on a word 26 words back. The gradient there is too small to learn from.",
        {
            **{"task": "agreement", "cell": "rnn", "distance": "24", "optimizer": "momentum"},
            **{"learning_rate": "0.03"},
        },
    ),
    "agreement_growing": Preset(
        "Agreement: a plain RNN, growing distance",
        "The same network learns it when the distance begins at 1: it can keep, it cannot find.",
        {
            **{"task": "agreement", "cell": "rnn", "distance": "24", "optimizer": "momentum"},
            **{"learning_rate": "0.03", "growing": "true"},
        },
    ),
    "agreement_bias": Preset(
        "Agreement: forget bias 3, distance 24",
        "With the forget gate open from the start the LSTM finds the noun; with bias 0 it does not.",
        {"task": "agreement", "distance": "24", "forget_bias": "3.0"},
    ),
    "vanishing": Preset(
        "Vanishing gradient",
        "A plain RNN over 50 steps: the gradient norm falls by decades from the last step to the first.",
        {"task": "adding", "cell": "rnn"},
    ),
    "exploding": Preset(
        "Exploding gradient",
        "A linear network, spectral radius 1.3, no clipping: the gradient grows by decades on its way back.",
        {
            **{
                "task": "adding",
                "cell": "rnn",
                "activation": "identity",
                "initialization": "spectral",
            },
            **{"spectral_radius": "1.3", "clipping": "off", "optimizer": "sgd"},
        },
    ),
    "clipping": Preset(
        "Clipping makes it steady",
        "The exploding run again with the gradient cut to norm 1: both curves stay bounded.",
        {
            **{
                "task": "adding",
                "cell": "rnn",
                "activation": "identity",
                "initialization": "spectral",
            },
            **{"spectral_radius": "1.3", "optimizer": "sgd"},
        },
    ),
    "lstm": Preset(
        "LSTM: adding over 50 steps",
        "The cell state carries the first number to the end; watch f stay open.",
        {"task": "adding", "cell": "lstm"},
    ),
    "peephole": Preset(
        "LSTM with peepholes",
        "The gates see the cell state too.",
        {"task": "adding", "cell": "lstm", "peephole": "true"},
    ),
    "gru": Preset("GRU: adding over 50 steps", "One state, two gates.", {"task": "adding"}),
    "gru_simple": Preset(
        "GRU without reset gate",
        "The simplified unit that courses begin with.",
        {"task": "adding", "reset": "none"},
    ),
    "load": Preset(
        "Electricity load",
        "Two LSTM layers with dropout against naive forecasts: the last value again is hard to beat.",
        {"task": "load"},
    ),
    "copy": Preset(
        "Copy memory: five digits again",
        "Step to the marker: from there on it says the digits from memory. Its loss falls below that without one.",
        {"task": "copy"},
    ),
    "order": Preset(
        "Temporal order over 30 steps",
        "Step over the two capital letters: after the second one only the right class remains.",
        {"task": "temporal_order"},
    ),
    "latching": Preset(
        "Latching: forget bias 3 holds a bit",
        "The first three steps decide. With forget bias 0 the LSTM has lost them before step 50.",
        {"task": "two_sequence", "length": "50", "forget_bias": "3.0"},
    ),
    "reviews": Preset(
        "Film reviews: positive or negative?",
        "Naive Bayes counts symbols and gets 57 % of the held-out reviews right. The network also reads their order: it gets all of them right after 200 updates.",
        {"task": "classify"},
    ),
    "forecast": Preset(
        "Forecast: a series and its baselines",
        "The held-out error falls far below that of repeating the last value, and then stays near that of least squares: a linear rule is enough for two sines.",
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
