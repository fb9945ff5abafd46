"""The settings that every experiment has: what they are called, may be and mean."""

from ..cells import CELLS, USUAL
from ..common.options import Option
from ..layers.initialization import INITIALIZATIONS
from ..layers.normalization import NORMALIZATIONS
from ..tasks import TASKS

FIELDS: dict[str, Option] = {
    option.name: option
    for option in (
        Option("task", "choice", "names", choices=tuple(TASKS), meaning="what the network learns"),
        Option("cell", "choice", USUAL, choices=tuple(CELLS), meaning="the recurrent cell"),
        Option("hidden_size", "integer", 32, 1, 1024, meaning="hidden units H of each layer"),
        Option("num_layers", "integer", 1, 1, 8, meaning="recurrent layers, one above the other"),
        Option(
            *("first_size", "integer", 0, 0, 1024),
            meaning="hidden units of the first of several layers; 0: as many as in the others",
        ),
        Option(
            "recurrence",
            "truth",
            True,
            meaning="each step begins from the state of the step before; off: from zeros, with recurrent weights of 0 "
            "that are not trained, so that nothing is carried",
        ),
        Option(
            *("window", "integer", 1, 1, 100),
            meaning="each layer reads its last so many inputs side by side, zeros before the first; without recurrence "
            "one layer is then an MLP on a window, and several are a causal convolutional network",
        ),
        Option(
            "normalization",
            "choice",
            "off",
            choices=NORMALIZATIONS,
            meaning="the product of the input and its weights gets mean 0 and variance 1, before biases and the recurrent "
            "part are added, and then a learned scale; layer: at each step over a gate's units; batch: each unit over the "
            "batch's steps without padding, in evaluation with running statistics. The recurrent part is never "
            "normalised by batch: its statistics differ from step to step and with the padding",
        ),
        Option("bidirectional", "truth", False, meaning="read the sequence from both ends"),
        Option(
            "combine",
            "choice",
            "concat",
            choices=("concat", "sum"),
            meaning="what the output layer gets from two directions: both states side by side, or their sum",
        ),
        Option(
            "dropout",
            "number",
            0.0,
            0,
            0.9,
            meaning="share of the states that are set to 0 during training, between layers and before the output",
        ),
        Option("bias", "truth", True, meaning="cells and output layer have biases"),
        Option(
            "embedding",
            "integer",
            0,
            0,
            256,
            meaning="size of the learned input vectors; 0: one-hot",
        ),
        Option(
            "initialization",
            "choice",
            "torch",
            choices=INITIALIZATIONS,
            meaning="how the weights are drawn before the first update",
        ),
        Option(
            "spectral_radius",
            "number",
            0.95,
            0,
            10,
            meaning="largest absolute eigenvalue of the first recurrent weights, with initialization spectral",
        ),
        Option("batch_size", "integer", 32, 1, 1024, meaning="sequences in each update"),
        Option(
            "optimizer",
            "choice",
            "adam",
            choices=("sgd", "momentum", "rmsprop", "adam"),
            meaning="the rule that makes an update of a gradient",
        ),
        Option(
            "learning_rate",
            "number",
            0.003,
            1e-8,
            1e6,
            meaning="the factor between gradient and update",
        ),
        Option(
            "clipping",
            "choice",
            "norm",
            choices=("off", "norm", "value"),
            meaning="norm: a gradient longer than “Clip at” is scaled down to it; value: each of its numbers is cut off there",
        ),
        Option(
            "clip_at",
            "number",
            1.0,
            1e-6,
            1e6,
            meaning="the largest norm of the gradient, or the largest number in it",
        ),
        Option(
            "truncate",
            "integer",
            0,
            0,
            10_000,
            meaning="truncated backpropagation: the gradient goes back within chunks of so many steps, the state goes on; 0: never cut",
        ),
        Option(
            "omega",
            "number",
            0.0,
            0,
            1000,
            meaning="plain RNN: weight of a penalty on gradients that shrink or grow on their way back (Pascanu et al. 2013)",
        ),
        Option(
            "seed",
            "integer",
            1,
            0,
            2**31 - 1,
            meaning="decides the first weights, the data made and the batches",
        ),
    )
}
