"""What `watch` gives: the recordings of a model's recurrent layers, and what of them is not recorded."""

import webbrowser
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, overload

import torch
from torch import Tensor, nn

from ...common.messages import paragraph, say, sentence_of
from ...common.registry import unknown_name
from ...layers.recording import Recording
from ...layers.recording_picture import draw_page
from ...layers.trace import Trace
from ..carried_layer import CarriedLayer
from ..handoff import publish_recordings
from ..store import runs_folder
from .calls import Call, copying, make_call
from .carrying import carry_layer, carry_model, check_symbols
from .interception import Operation
from .replay import Key, Replay, Steps

MAX_REMARKS = 5  # sentences about one layer
MAX_SHOWN = 4  # layers that a notebook draws
MAX_STEPS = 10_000  # of calls joined to one sequence; then another one begins


class WatchedLayer(Sequence[Recording]):
    """One layer and the recordings that are kept of it, the last one last.

    Each is of one call, or of several that handed their state on.
    """

    def __init__(self, layer: nn.RNNBase | nn.RNNCellBase, record: str, keep: int | None):
        self.layer, self.record = layer, record
        self._remarks: list[str] = []
        self._sequences: deque[list[Call]] = deque(maxlen=keep)
        self._replay = Replay(layer)
        self._weights: tuple[Tensor, ...] = ()

    def take(self, operation: Operation) -> None:
        """Keeps the call: as the next part of the last sequence, or as a new sequence."""
        x, output = operation.arguments[0], operation.results[0]
        if not x.numel() or not output.numel():
            self.pass_over("a call with an empty batch is not recorded: it has no numbers.")
            return
        if operation.rng_state is not None and x.is_cuda:
            self.pass_over(
                "a call with dropout between the layers is not recorded on a GPU, where its mask cannot "
                "be read: use eval(), or single layers with nn.Dropout between them."
            )
            return
        grad_mode = torch.is_grad_enabled()
        with copying():
            call = make_call(operation, self.layer, grad_mode)
            call.weights = self._weights = _copies(call.weights, self._weights)
        if not grad_mode:
            call.why_no_grads = "no_grad"
        elif self.record != "full":
            call.why_no_grads = "values"
        else:
            call.why_no_grads = "no_backward" if output.requires_grad else "frozen"
        if torch._C._current_graph_task_id() != -1:
            # Inside a backward pass: torch.utils.checkpoint repeats a call, to find its gradients now.
            repeated = self._find_repeated(call)
            if repeated is None:
                self.pass_over("a call made during a backward pass is not recorded.")
                return
            call = repeated
        else:
            self._append(call, operation.has_state)
        if self.record == "full":
            call.follow_gradients(operation.results, self.pass_over)

    def pass_over(self, sentence: str) -> None:
        """Remembers what is not recorded, each sentence once."""
        if sentence not in self._remarks and len(self._remarks) < MAX_REMARKS:
            self._remarks.append(sentence)

    @property
    def remark(self) -> str:
        """What is not recorded; "" where all is."""
        return " ".join(self._remarks)

    def carry(self) -> Mapping[str, Tensor]:
        """The weights of the last recording, with what reached it: see `carrying.carry_layer`. ValueError: a sentence."""
        return carry_layer(self.layer, self._sequences[-1])

    def __len__(self) -> int:
        return len(self._sequences)

    @overload
    def __getitem__(self, k: int) -> Recording: ...

    @overload
    def __getitem__(self, k: slice) -> list[Recording]: ...

    def __getitem__(self, k: int | slice) -> Recording | list[Recording]:
        if isinstance(k, slice):
            return [self._record(calls) for calls in list(self._sequences)[k]]
        return self._record(self._sequences[k])

    def _record(self, calls: list[Call]) -> Recording:
        lengths = calls[0].arrangement.lengths()
        traces = {
            key: Trace(
                self._replay.cell,
                Steps(calls, key, self._traces),
                lengths,
                key[1] == "reverse",
                calls[0].x.shape[1],
            )
            for key in self._traces(calls[0])
        }
        return Recording(traces, calls[-1].why_no_grads)

    def _append(self, call: Call, has_state: bool) -> None:
        former = self._sequences[-1][-1] if self._sequences else None
        if (
            former is None
            or not has_state
            or len(self._replay.directions) > 1
            or former.end + call.steps > MAX_STEPS
            or not call.goes_on_from(former)
        ):
            self._sequences.append([call])
            return
        call.start, call.states = former.end, former.last_states
        self._sequences[-1].append(call)

    def _find_repeated(self, call: Call) -> Call | None:
        calls = [other for sequence in self._sequences for other in sequence]
        return next((other for other in reversed(calls) if call.repeats(other)), None)

    def _traces(self, call: Call) -> dict[Key, Trace]:
        """Everything inside the call, with all gradients that have come so far."""
        if call.replayed is None or call.replayed[0] != call.revision:
            call.replayed = call.revision, self._replay.run(call, self.pass_over)
        return call.replayed[1]


class Recordings(Mapping[str, Recording]):
    """Dotted name of a layer -> its last recording: of one call, or of several that handed their state on.

    `calls[name]` has all that are kept, the last one last; `passed_over[name]` says of a layer what is not
    recorded.
    """

    def __init__(
        self, layers: dict[str, WatchedLayer], unrecordable: dict[str, str], model: nn.Module
    ):
        self._model = model
        self.calls: Mapping[str, Sequence[Recording]] = layers
        self._layers, self._unrecordable = layers, unrecordable

    @property
    def passed_over(self) -> dict[str, str]:
        """Name of a layer -> a sentence: why it is not recorded, or which of its calls or gradients are not."""
        remarks = {name: layer.remark for name, layer in self._layers.items() if layer.remark}
        return self._unrecordable | {
            name: say("recording of {layer!r}: {remark}", layer=name, remark=remark)
            for name, remark in remarks.items()
        }

    def __getitem__(self, name: str) -> Recording:
        if name in self._unrecordable:
            raise LookupError(self._unrecordable[name])
        if name not in self._layers:
            raise LookupError(unknown_name(say("recurrent layer"), name, list(self._layers)))
        if not self._layers[name]:
            raise LookupError(self.passed_over.get(name, _not_called(name)))
        return self._layers[name][-1]

    def __iter__(self) -> Iterator[str]:
        return iter(self._layers)

    def __len__(self) -> int:
        return len(self._layers)

    def __repr__(self) -> str:
        """Recordings(encoder: 1 kept, decoder: 1 kept; passed over: other)"""
        kept = ", ".join(
            f"{name or 'the layer'}: {len(own)} kept" for name, own in self._layers.items()
        )
        passed_over = f"; passed over: {', '.join(self.passed_over)}" if self.passed_over else ""
        return f"Recordings({kept}{passed_over})"

    def _repr_html_(self) -> str:
        """What a notebook shows: the last recording of each called layer, and what is not recorded."""
        called = {name: own[-1] for name, own in self._layers.items() if own}
        parts = [
            (f"{name or say('the layer')}: {recording!r}", recording._repr_html_())
            for name, recording in list(called.items())[:MAX_SHOWN]
        ]
        left_out = list(called)[MAX_SHOWN:]
        more = (
            [say("Not drawn here: {names}.", names=", ".join(left_out)[:300])] if left_out else []
        )
        silent = [_not_called(name) for name, own in self._layers.items() if not own]
        sentences = paragraph([*more, *silent, *self.passed_over.values()])
        return draw_page(repr(self)[:300], sentences, parts)

    def show(
        self,
        address: str = "http://localhost:8501",
        browser: bool = True,
        symbols: Any = None,
    ) -> str:
        """Passes the last recording of every called layer to the app, with its weights -> the link that shows them.

        What is not recorded of the model, or cannot be handed over, stands there too.
        address: where the app runs; it and the notebook share the folder of runs (UNROLLED_RUNS).
        browser: whether to open the link too.
        symbols: a label for each step: a text or a list for all sequences, a list of these for each sequence, or
        a dict of either by the layer's name. ValueError for anything else.
        """
        called = {name: own for name, own in self._layers.items() if own}
        remarks = {name: _not_called(name) for name, own in self._layers.items() if not own}
        remarks |= self.passed_over
        recordings = {name: own[-1] for name, own in called.items()}
        labels = check_symbols(symbols, recordings)
        carried = {}
        for name, own in called.items():
            tensors: Mapping[str, Tensor] = {}
            try:
                tensors = own.carry()
            except ValueError as error:
                remarks[name] = paragraph((remarks.get(name, ""), sentence_of(error)))
            carried[name] = CarriedLayer(tensors, labels.get(name, ()))
        token = publish_recordings(
            recordings, runs_folder(), remarks, carried, carry_model(self._model)
        )
        link = f"{address.rstrip('/')}/yours?watched={token}"
        if browser:
            webbrowser.open(link)
        return link


def _not_called(name: str) -> str:
    return say(
        "recording of {layer!r}: expected a call of the layer, got none. Run the model inside "
        "`with watch(model)`. Of a graph that torch.compile made, and of a class whose forward does not call "
        "super().forward(), nothing is seen: watch the model without them.",
        layer=name,
    )


def _copies(weights: tuple[Tensor, ...], former: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    """Copies of the weights; the former copies where these are the same, so that many calls share them."""
    if len(weights) == len(former) and all(map(_is_copy, former, weights)):
        return former
    return tuple(weight.clone() for weight in weights)


def _is_copy(copy: Tensor, weight: Tensor) -> bool:
    return copy.dtype == weight.dtype and copy.device == weight.device and torch.equal(copy, weight)
