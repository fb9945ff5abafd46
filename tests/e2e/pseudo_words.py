"""What is English in the texts of a page that speaks the made language, in which every translated letter is a wide one."""

import re
from collections.abc import Collection

from tests.e2e.crawling import WORD

# The same in every language: cells, functions, formats, keys, programs; languages and lessons name themselves.
NAMES = frozenset(
    [
        "RNN",
        "SimpleRNN",
        "LSTM",
        "GRU",
        "MGU",
        "Keras",
        "torch",
        "PyTorch",
        "tanh",
        "relu",
        "ReLU",
        "GELU",
        "sigmoid",
        "sgd",
        "adam",
        "rmsprop",
        "identity",
        "log",
        "dh",
        "dx",
        "lstm",
        "rnn",
        "gru",
        "PNG",
        "SVG",
        "CSV",
        "TSV",
        "TXT",
        "ONNX",
        "TensorBoard",
        "DAT",
        "JSON",
        "QR",
        "KB",
        "MB",
        "MiB",
        "Esc",
        "Tab",
        "Enter",
        "Home",
        "End",
        "PageUp",
        "PageDown",
        "English",
        "Esperanto",
        "Unrolled",
        "weight",
        "bias",
        "reset_after",
        "False",
        "AA",
        "AB",
        "BA",
        "BB",
        "zh",
    ]
)
# What a network reads and writes, kinds of files, and how a result was computed: data, not words for a reader.
DATA = re.compile(
    r"^• [A-Z0-9, ]+$|[\w.]+\.(?:safetensors|pt|zip|csv|txt|json|bin|onnx|keras|h5)\b|https?://\S+|\b\w+_\w+\b|python -m core\.studies.*|\w*\[\w+\]\w*|“[^”]*”|\b[a-z](-[a-z])+\b|(?<!\w)'[^']*'|: [a-z ]+$|(?<=ｒｅａｄ )[a-z ]+(?=;)|\b[a-z]+(?= ｉｔ)"
)


def escapes(texts: set[tuple[str, str]], names: Collection[str] = ()) -> list[str]:
    """What is English, with where it stands. names: words that name something of the test's own."""
    known = NAMES.union(names)
    return sorted(
        f"{where}: {text}"
        for where, text in texts
        if any(word not in known for word in WORD.findall(DATA.sub(" ", text)))
    )
