"""The browser's decoder gives back the numbers that Python encoded."""

import numpy as np
import pytest
import torch

from core.layers.recurrent import Recurrent
from dashboard.player import encoding

pytestmark = pytest.mark.e2e

DECODE = """async ([first, again]) => {
  const { decode } = await import("/player/frames.js");
  const run = decode(new Uint8Array(first));
  decode(new Uint8Array(again));
  const plain = record => Object.fromEntries(Object.entries(record).map(([k, v]) => [k, [...v]]));
  return run.frames.map(frame => ({
    index: frame.index, loss: frame.scalars.loss, T: frame.T, output: frame.output && [...frame.output],
    traces: frame.traces?.map(t => ({
      values: plain(t.values), grads: plain(t.grads), norms: plain(t.norms), shares: [...t.shares], ranges: t.ranges,
    })),
  }));
}"""


def test_the_browser_reads_what_was_recorded(page):
    torch.manual_seed(0)
    layer = Recurrent("lstm", 2, (3, 4), num_layers=2, bidirectional=True)
    output, _ = layer(torch.randn(5, 1, 2))
    (output**2).sum().backward()
    recording, said = layer.recording, np.random.default_rng(0).random((4, 7)).astype("f4")
    film = encoding.Film(("i", "f", "o"))
    sent = [
        film.frame(1, 0, {"loss": 0.5}, recording, said),
        film.frame(2, 0, {"loss": 0.25}),  # scalars only
        film.frame(3, 0, {"loss": 0.125}, recording, said),
    ]
    header = {
        "run": "a",
        "sizes": [3, 3, 4, 4],
        "names": recording.names,
        "layers": recording.layers,
        "labels": list("abcdefg"),
        "layouts": [{"symbols": list("wxyz")}],
    }
    first = encoding.batch(header | {"start": 0, "count": 2}, sent[:2])
    again = encoding.batch(header | {"start": 0, "count": 3}, sent)  # an answer that repeats itself
    page.goto("/")
    got = page.evaluate(DECODE, [list(first), list(again)])

    assert [(frame["index"], frame["loss"]) for frame in got] == [(1, 0.5), (2, 0.25), (3, 0.125)]
    assert got[1]["traces"] is None
    for frame in (got[0], got[2]):
        np.testing.assert_array_equal(np.reshape(frame["output"], (4, 7)), said)
        for trace, key in zip(frame["traces"], recording.layers, strict=True):
            np.testing.assert_allclose(trace["shares"], recording[key].shares[:4], rtol=1e-6)
            for name in recording.names:
                quantity, where = recording[key][name], f"{key} {name}"
                values, grads = quantity.values[:4, 0], quantity.grads[:4, 0]
                level, scale = np.reshape(trace["values"][name], (4, -1)), trace["ranges"][name]
                back = level / 255 if name in "ifo" else (level / 127.5 - 1) * scale
                np.testing.assert_allclose(back, values, atol=scale / 127, err_msg=where)
                signs = np.sign(np.reshape(trace["grads"][name], (4, -1)) - 127)
                large = np.abs(grads) > 1e-6
                np.testing.assert_array_equal(signs[large], np.sign(grads)[large], err_msg=where)
                norms = np.linalg.norm(grads, axis=1)
                np.testing.assert_allclose(trace["norms"][name], norms, rtol=1e-5, err_msg=where)
