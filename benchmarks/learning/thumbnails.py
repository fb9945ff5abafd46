"""A small picture of each example after its updates, for the gallery: written to the player's files.

Of each, the states and the gate that carries them while the trained network reads the example's sequence: one layer,
the last that reads forward, or the decoder; of many units and steps some, evenly spaced.
"""

import argparse
import base64
import json
import sys
from typing import Any

import numpy as np

from benchmarks._harness.catalogue import ROOT
from benchmarks._harness.claims import train
from benchmarks._harness.result import Figure, Result
from benchmarks.learning.presets import CLAIMS
from core.common.threads import limit_to_one_thread
from core.layers.recording import Recording
from core.training.presets import PRESETS
from core.training.trainer import Trainer

FILE = ROOT / "dashboard/player/web/examples/thumbnails.json"
STEPS, STATES, GATES = 30, 24, 12  # at most


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--examples", nargs="+", default=list(PRESETS), choices=list(PRESETS))


def measure(arguments: argparse.Namespace) -> Result:
    """Writes the pictures of the chosen examples; the others stay."""
    limit_to_one_thread()
    old = json.loads(FILE.read_text()) if FILE.exists() else {}
    drawn = {}
    for name in arguments.examples:
        print(name, file=sys.stderr, flush=True)
        trainer = train(PRESETS[name].experiment, updates_of(name)).trainer
        trainer.set_probe(PRESETS[name].reads or None)
        drawn[name] = draw(trainer)
    pictures = {name: each for name in PRESETS if (each := drawn.get(name) or old.get(name))}
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(each)}" for name, each in pictures.items())
    FILE.write_text("{\n" + lines + "\n}\n")
    return Result(figures={"size": Figure("all pictures", FILE.stat().st_size / 1000, ".0f", "kB")})


def updates_of(name: str) -> int:
    """The update at which the last claim of an example looks."""
    return max(claim.updates for claim in CLAIMS[name])


def draw(trainer: Trainer) -> dict[str, Any]:
    """The states of one layer as bytes (128 is 0, the largest of them 255), its gate as bytes (255 is 1)."""
    recording: Recording = trainer.look().recording
    key = next(key for key in reversed(recording.layers) if key[1] == "forward")
    trace = recording[key]
    states = _thin(trace["h"].values[:, 0], STATES)
    gate = next(iter(trainer.model.parts.values())).cell.carry_gate
    gates = _thin(trace[gate].values[:, 0], GATES) if gate else np.zeros((len(states), 0))
    largest = np.abs(states).max() or 1
    return {
        **{"T": len(states), "H": states.shape[1], "h": _encode(128 + 127 * states / largest)},
        **{"G": gates.shape[1], "gate": _encode(255 * gates)},
    }


def _thin(values: np.ndarray, units: int) -> np.ndarray:
    """Some of the steps and units of [T, H]."""
    rows = np.linspace(0, len(values) - 1, min(len(values), STEPS)).round().astype(int)
    columns = np.linspace(0, values.shape[1] - 1, min(values.shape[1], units)).round().astype(int)
    return values[rows][:, columns]


def _encode(values: np.ndarray) -> str:
    """Bytes in base64."""
    return base64.b64encode(values.clip(0, 255).round().astype(np.uint8).tobytes()).decode()
