"""How the modules of a file are put together: what a reader confirms, and what the network is made from.

plan = Plan(layers=("rnn",), embedding="emb", head=("fc",))
plan = replace(plan, reads="last")
"""

from dataclasses import dataclass

# What the head reads of the states, at step t.
READS = ("every", "last", "mean", "max")
# What stands between two linear layers of a head; no file says it.
BETWEEN = ("relu", "tanh", "gelu", "sigmoid", "none")


@dataclass(frozen=True)
class Side:
    """What reads one sequence. layers: recurrent modules, each reading the output of the one before it.

    embedding: the table that turns a symbol into what the first one reads; "" where it reads numbers, or one-hot
    symbols.
    """

    layers: tuple[str, ...]
    embedding: str = ""


@dataclass(frozen=True)
class Plan:
    """encoder: what reads the sequence; where there is a decoder, that goes on from its last state.

    head: linear layers, one behind the other; the table of a tied head has the name of its embedding. () for none.
    between: the function after each of them but the last. sums: the head reads the sum of both directions.
    reads: what the head reads at a step: "every": its states; "last": those of the last step alone, the reverse
    direction's after the whole sequence beside the forward one; "mean" or "max" over the steps so far. cell, options: what the file cannot
    tell of the recurrent modules.
    """

    encoder: Side
    decoder: Side | None = None
    head: tuple[str, ...] = ()
    between: str = "relu"
    sums: bool = False
    reads: str = "every"
    cell: str = ""
    options: tuple[tuple[str, object], ...] = ()

    @property
    def top(self) -> Side:
        """The side whose states the head reads."""
        return self.decoder or self.encoder

    @property
    def is_pair(self) -> bool:
        """Whether there is an encoder and a decoder."""
        return self.decoder is not None

    @property
    def used(self) -> set[str]:
        """The modules that it computes with."""
        sides = [self.encoder, *([self.decoder] if self.decoder else [])]
        names = {name for side in sides for name in (*side.layers, side.embedding)}
        return {*names, *self.head} - {""}
