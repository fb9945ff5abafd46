"""What it costs to keep the probe's recording of every update: python -m benchmarks.keeping

Both sides make the same fully recorded update of a batch whose last sequence is the probe; one also
keeps that sequence's recording, as the scrubber needs it.
"""

import torch

from benchmarks.interleave import cpu_times, milliseconds, ratio
from benchmarks.step import SIZES, TORCH, update
from core.layers.recurrent import Recurrent


def main() -> None:
    print("| cell | size (T, B, H, I) | update ms | with its probe kept | ratio |")
    print("| --- | --- | ---: | ---: | ---: |")
    for cell in TORCH:
        for size in ("tiny", "small"):
            T, B, H, I = SIZES[size]  # noqa: E741 (the field's name)
            x, y = torch.randn(T, B, I), torch.randn(T, B, 1)
            kept: list = []

            def keep(layer: Recurrent, kept: list = kept) -> None:
                assert layer.recording is not None
                kept.append(layer.recording.sequence(-1))
                del kept[:-100]

            sides = {
                "update": update(Recurrent(cell, I, H), x, y),
                "kept": update(Recurrent(cell, I, H), x, y, keep),
            }
            times = cpu_times(sides, 4)
            print(
                f"| {cell} | {size} {SIZES[size]} | {milliseconds(times, 'update'):.2f} "
                f"| {milliseconds(times, 'kept'):.2f} | {ratio(times, 'kept', 'update'):.2f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
