"""Writes the small models of Keras that tests compare with, and what Keras itself says of one input.

    pip install keras torch        # in an environment of its own: the tests need none of it
    KERAS_BACKEND=torch python tests/helpers/make_keras_models.py

keras/NAME.keras (or .h5): the model. keras/outputs.npz: NAME.x, its input [B, T] or [B, T, I]; NAME.states, what its
last recurrent layer says of every step [B, T, D H]; NAME.output, what the model says [B, T, O].
"""

# pyright: reportMissingImports=false
import zipfile
from pathlib import Path

import keras
import numpy as np
from keras import layers as L

FOLDER = Path(__file__).parents[1] / "data" / "keras"
T, B, I, V, O = 6, 3, 3, 7, 2  # noqa: E741
every = {"return_sequences": True}
NUMBERS, SYMBOLS = L.Input((T, I)), L.Input((T,), dtype="int32")

MODELS = {
    "simple_rnn_relu_no_bias": (NUMBERS, [L.SimpleRNN(5, activation="relu", use_bias=False, **every)]),
    "lstm": (NUMBERS, [L.LSTM(5, **every)]),
    "lstm_hard_sigmoid_relu": (NUMBERS, [L.LSTM(4, recurrent_activation="hard_sigmoid", activation="relu", **every)]),
    "lstm_no_bias_no_forget_bias": (NUMBERS, [L.LSTM(4, use_bias=False, unit_forget_bias=False, **every)]),
    "gru_reset_after": (NUMBERS, [L.GRU(5, **every)]),
    "gru_reset_before": (NUMBERS, [L.GRU(5, reset_after=False, **every)]),
    "gru_go_backwards": (SYMBOLS, [L.Embedding(V, 4), L.GRU(4, go_backwards=True, **every)]),
    "bidirectional_lstm": (SYMBOLS, [L.Embedding(V, 4, name="tokens"), L.Bidirectional(L.LSTM(4, **every))]),
    "stacked_lstm": (SYMBOLS, [L.Embedding(V, 4), L.LSTM(4, **every), L.Dropout(0.3), L.LSTM(4, dropout=0.2, **every)]),
    "stacked_bidirectional_gru": (NUMBERS, [L.Bidirectional(L.GRU(3, **every)), L.Bidirectional(L.GRU(3, **every))]),
    "stacked_cells": (NUMBERS, [L.RNN([L.GRUCell(4), L.GRUCell(4)], **every)]),
    "simple_rnn_cell_both_ways": (NUMBERS, [L.Bidirectional(L.RNN(L.SimpleRNNCell(4), **every))]),
}  # fmt: skip
OLD_FORMS = {"stacked_lstm": "h5", "bidirectional_lstm": "h5", "gru_reset_before": "weights.h5", "stacked_cells": "weights.h5"}  # fmt: skip


def compress(path: Path) -> None:
    """Writes the archive anew in fewer bytes; Keras opens it as before."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def main() -> None:
    """Every model, with weights that are far from their first zeros."""
    keras.utils.set_random_seed(7)
    draw, outputs = np.random.default_rng(7), {}
    for name, (x, layers) in MODELS.items():
        head = L.TimeDistributed(L.Dense(O)) if name.startswith("bi") else L.Dense(O)
        states = x
        for layer in layers:
            states = layer(states)
        model = keras.Model(x, head(states))
        model.set_weights([w + draw.normal(0, 0.3, w.shape) for w in model.get_weights()])
        numbers = draw.normal(size=(B, T, I)).astype(np.float32)
        given = draw.integers(0, V, (B, T)) if x is SYMBOLS else numbers
        model.save(FOLDER / f"{name}.keras")
        compress(FOLDER / f"{name}.keras")
        if form := OLD_FORMS.get(name):
            path = str(FOLDER / f"{name}.{form}")
            model.save(path) if form == "h5" else model.save_weights(path)
        outputs[f"{name}.x"] = given
        outputs[f"{name}.states"] = keras.Model(x, states).predict(given, verbose=0)
        outputs[f"{name}.output"] = model.predict(given, verbose=0)
    np.savez_compressed(FOLDER / "outputs.npz", **outputs)


if __name__ == "__main__":
    main()
