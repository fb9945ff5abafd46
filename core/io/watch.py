"""Recording of the recurrent layers inside any torch model.

    with watch(model) as recordings:
        loss(model(batch)).backward()
    recordings["encoder"]["f"].grads          # [T, B, H], the total derivative

Inside the `with`, a recorded twin computes for every torch.nn.RNN, LSTM and GRU of the model on the same
parameters, so outputs and parameter gradients are the same as without it. At the end, also after an
exception, the model is as before; the recordings stay.
"""

import webbrowser
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence, pad_packed_sequence

from ..cells import CELLS, TORCH_CELLS
from ..common.registry import unknown_name
from ..layers.recording import Recording
from ..layers.recurrent import Recurrent
from .handoff import publish_recordings
from .store import runs_folder

TORCH_LAYERS = tuple(
    kind for name in TORCH_CELLS if (kind := CELLS[name]().torch_class) is not None
)


class Recordings(Mapping[str, Recording]):
    """Dotted name of a layer -> the recording of its last call; `calls[name]` has every call."""

    def __init__(self, names: list[str]):
        self.calls: dict[str, list[Recording]] = {name: [] for name in names}

    def __getitem__(self, name: str) -> Recording:
        if name not in self.calls:
            raise LookupError(unknown_name("recurrent layer", name, list(self.calls)))
        if not self.calls[name]:
            raise LookupError(
                f"recording of {name!r}: expected a call of the layer, got none. "
                "Run the model inside `with watch(model)`."
            )
        return self.calls[name][-1]

    def __iter__(self) -> Iterator[str]:
        return iter(self.calls)

    def __len__(self) -> int:
        return len(self.calls)

    def show(self, address: str = "http://localhost:8501", browser: bool = True) -> str:
        """Passes the last recording of every called layer to the app -> the link that shows them.

        address: where the app runs; it and the notebook share the folder of runs (UNROLLED_RUNS).
        browser: whether to open the link too.
        """
        called = {name: calls[-1] for name, calls in self.calls.items() if calls}
        link = f"{address.rstrip('/')}/yours?watched={publish_recordings(called, runs_folder())}"
        if browser:
            webbrowser.open(link)
        return link


@contextmanager
def watch(model: nn.Module, record: str = "full") -> Iterator[Recordings]:
    """Records every nn.RNN, nn.LSTM and nn.GRU inside `model`, or `model` itself under the name "".

    record: "full" for values and gradients, "values" for values alone.
    Raises ValueError where there is nothing to record, or a layer that cannot be recorded.
    """
    layers = {name: m for name, m in model.named_modules() if isinstance(m, TORCH_LAYERS)}
    if not layers:
        raise ValueError(
            f"watch: expected a model with an nn.RNN, nn.LSTM or nn.GRU inside, got {type(model).__name__} "
            "without one. Give the model that holds the recurrent layer."
        )
    for name, layer in layers.items():
        _check_recordable(name, layer)
    recordings = Recordings(list(layers))
    try:
        for name, layer in layers.items():
            # An instance's own `forward` precedes its class's; nothing else of the model changes.
            layer.__dict__["forward"] = _Twin(layer, record, recordings.calls[name])
        yield recordings
    finally:
        for layer in layers.values():
            layer.__dict__.pop("forward", None)


def _check_recordable(name: str, layer: nn.RNNBase) -> None:
    if layer.proj_size:
        raise ValueError(
            f"proj_size of {name!r}: expected 0, got {layer.proj_size}. Projected LSTMs are not recorded; "
            "put a linear layer behind an ordinary LSTM."
        )
    if type(layer).forward not in [kind.forward for kind in TORCH_LAYERS]:
        raise ValueError(
            f"forward of {name!r}: expected torch's own, got one written by {type(layer).__name__}. "
            "Give the class a plain layer as a member, and call that."
        )
    if "forward" in layer.__dict__:
        raise ValueError(
            f"watch: expected {name!r} to be watched once, got it watched already. "
            "Use the recordings of the outer `with`."
        )


class _Twin:
    """A replacement of `layer.forward` that computes the same with a recorded layer."""

    def __init__(self, layer: nn.RNNBase, record: str, calls: list[Recording]):
        self.layer, self.calls = layer, calls
        with torch.random.fork_rng(devices=[]):  # the twin's own first weights are never used
            self.twin = Recurrent.from_torch(layer, record)

    def __call__(self, x: Any, hx: Any = None) -> tuple[Any, Any]:
        layer, twin = self.layer, self.twin.train(self.layer.training)
        for name in list(twin._parameters) or layer._flat_weights_names:
            twin._parameters.pop(name, None)
            twin.__dict__[name] = getattr(
                layer, name
            )  # the model's own parameters, also parametrized ones
        if isinstance(x, PackedSequence):
            return self._packed(x, hx)
        unbatched = x.dim() == 2
        if unbatched:
            x, hx = x.unsqueeze(1), _map_state(hx, lambda s: s.unsqueeze(1))
        elif layer.batch_first:
            x = x.transpose(0, 1)
        output, state = twin(x, hx)
        self._append_recording()
        if unbatched:
            return output.squeeze(1), _map_state(state, lambda s: s.squeeze(1))
        return (output.transpose(0, 1) if layer.batch_first else output), state

    def _packed(self, packed: PackedSequence, hx: Any) -> tuple[PackedSequence, Any]:
        x, lengths = pad_packed_sequence(packed)  # both in the order of the caller's batch
        output, state = self.twin(x, hx, lengths)
        self._append_recording()
        again = pack_padded_sequence(output, lengths, enforce_sorted=packed.sorted_indices is None)
        return PackedSequence(
            again.data, packed.batch_sizes, packed.sorted_indices, packed.unsorted_indices
        ), state

    def _append_recording(self) -> None:
        if self.twin.recording is not None:
            self.calls.append(self.twin.recording)


def _map_state(state: Any, function: Any) -> Any:
    if state is None or isinstance(state, Tensor):
        return state if state is None else function(state)
    return tuple(function(s) for s in state)
