"""The probe of a watched training: what the model is called with, and what the gradients start from.

probe = Probe(batch)                                     # the norm of the last state
probe = Probe((x, lengths), loss=lambda output: criterion(output, y))
probe = Probe(batch, loss=lambda model, batch: criterion(model(batch["x"]), batch["y"]))
frame = probe.record(model, index=50)
"""

import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence, pad_packed_sequence

from ...common.messages import say
from ...layers.recording import Recording
from ..watch import watch
from ..watch.calls import make_call
from ..watch.interception import TORCH_LAYERS, Operation, observe
from .frame import Frame
from .layout import MAX_FRAME_BYTES
from .shadow import make_shadow
from .undisturbed import undisturbed

MAX_OUTPUT_BYTES = 2**20  # of the model's output, in a recorded update
DEFAULT_LOSS = "‖h_T‖"


@dataclass
class Probe:
    """what: a tensor or packed sequence is the model's one argument; a tuple its arguments, a dict its named ones.

    Its first sequence is recorded. loss: a function of the model's output, or of the model and the probe; None: the
    norm of the last state of the layer that the model calls last. layer: dotted name of the one layer that is
    recorded; None: all.
    """

    what: Any
    loss: Callable[..., Tensor] | None = None
    layer: str | None = None
    sentences: list[str] = field(default_factory=list)  # what the newest record lacks
    _shape: tuple[int, int, int] = (
        0,
        0,
        0,
    )  # T and B of the last record, and the steps of its sequence

    def __post_init__(self) -> None:
        self.what = _map(self.what, lambda tensor: tensor.detach().clone())
        self._takes_model = self.loss is not None and _argument_count(self.loss) > 1
        if self.what is None and not self._takes_model:
            raise ValueError(
                say(
                    "probe: expected what the model is called with, got none. Give it one sequence, as a batch of one."
                )
            )

    @property
    def loss_title(self) -> str:
        """What the gradients start from."""
        if self.loss is None:
            return DEFAULT_LOSS
        name = getattr(self.loss, "__name__", type(self.loss).__name__)
        if name == "<lambda>":
            name = "loss"
        return f"{name}(model, probe)" if self._takes_model else f"{name}(output)"

    @property
    def symbols(self) -> tuple[str, ...]:
        """A word for each step of the sequence that was recorded last: its token, or the number of the step."""
        T, B, steps = self._shape
        tokens = next((t for t in _tensors(self.what) if _is_of_tokens(t, T, B)), None)
        if tokens is None:
            return tuple(str(t + 1) for t in range(steps))
        if tokens.dim() == 2:
            tokens = tokens[:, 0] if tokens.shape == (T, B) else tokens[0]
        return tuple(str(token) for token in tokens[:steps].tolist())

    def record(self, model: nn.Module, index: int) -> Frame:
        """The probe as the model reads it now. The model, its gradients and all random states stay as they are.

        Raises what the model or the loss raises, and ValueError with a sentence where nothing can be recorded.
        """
        devices = list(dict.fromkeys(p.device for p in model.parameters()))
        self.sentences = []
        with undisturbed(devices):
            shadow = make_shadow(model)
            layers = _prepare_layers(shadow, self.layer)
            observed = _LastStates()
            with (
                watch(_Watched(layers)) as recordings,
                observe({layer: observed.of(layer) for layer in layers.values()}),
            ):
                loss, output = self._compute(shadow, devices, observed)
                self._pass_back(loss, layers)
            names = [name for name in layers if len(recordings.calls[_key(name)])]
            self.sentences += [*recordings.passed_over.values()] if not names else []
            if not names:
                raise ValueError(
                    self.sentences[0] if self.sentences else _nothing_called(type(model).__name__)
                )
            own = {name: _first_sequence(recordings[_key(name)]) for name in names}
            whole = recordings[_key(names[0])]
        B = whole.B
        self._shape = whole.T, B, own[names[0]].T
        size = sum(r.nbytes for r in own.values())
        if size > MAX_FRAME_BYTES:
            raise ValueError(
                say(
                    "probe: expected one of which a record takes at most {most} MiB, got {mib} MiB. "
                    "Shorten it, or name one layer.",
                    most=MAX_FRAME_BYTES >> 20,
                    mib=size >> 20,
                )
            )
        return Frame(index, own, _output_of(output, B), float(loss.detach()))

    def _compute(
        self, shadow: nn.Module, devices: Sequence[torch.device], observed: "_LastStates"
    ) -> tuple[Tensor, Any]:
        what = self._on_device(devices)
        if self._takes_model:
            assert self.loss is not None
            return self.loss(shadow, what), None
        if isinstance(what, tuple) and not isinstance(what, PackedSequence):
            output = shadow(*what)
        else:
            output = shadow(**what) if isinstance(what, dict) else shadow(what)
        if self.loss is not None:
            return self.loss(output), output
        return observed.norm(), output

    def _on_device(self, devices: Sequence[torch.device]) -> Any:
        """The probe where the model is. Lists of whole numbers stay, since torch wants lengths on the processor."""
        device = devices[0] if devices else torch.device("cpu")
        what: Any = self.what

        def move(tensor: Tensor) -> Tensor:
            stays = tensor.dim() < 2 and not tensor.is_floating_point()
            return tensor.clone() if stays else tensor.to(device=device, copy=True)

        if isinstance(what, PackedSequence):
            return what.to(device)  # pyright: ignore[reportArgumentType]
        return _map(what, move)

    def _pass_back(self, loss: Any, layers: dict[str, nn.Module]) -> None:
        if not isinstance(loss, Tensor) or loss.numel() != 1:
            raise ValueError(
                say(
                    "loss of the probe: expected one number as a tensor, got {got}. Return its sum or mean.",
                    got=list(loss.shape) if isinstance(loss, Tensor) else type(loss).__name__,
                )
            )
        if loss.requires_grad:
            torch.autograd.grad(loss.sum(), _ends(layers), allow_unused=True)


class _Watched(nn.Module):
    """The layers under names without dots, so that `watch` finds each of them once."""

    def __init__(self, layers: dict[str, nn.Module]):
        super().__init__()
        for name, layer in layers.items():
            self._modules[_key(name)] = layer


class _LastStates:
    """The last call of a recurrent layer, and its last state, which belongs to the graph."""

    def __init__(self) -> None:
        self._last: tuple[nn.Module, Operation] | None = None

    def of(self, layer: nn.Module) -> "_LastCall":
        return _LastCall(self, layer)

    def see(self, layer: nn.Module, operation: Operation) -> None:
        self._last = layer, operation

    def norm(self) -> Tensor:
        """The norm of the first sequence's last state, of the top layer in each direction."""
        if self._last is None:
            raise ValueError(_nothing_called(""))
        layer, operation = self._last
        assert isinstance(layer, nn.RNNBase | nn.RNNCellBase)
        arrangement = make_call(operation, layer, True).arrangement
        one_step = isinstance(layer, nn.RNNCellBase)
        state = arrangement.as_states(operation.results[0 if one_step else 1])
        directions = 1 if one_step else 1 + int(layer.bidirectional)
        state = state if state.dim() == 3 else state.unsqueeze(1)
        return state[-directions:, 0].norm()


class _LastCall:
    def __init__(self, states: _LastStates, layer: nn.Module):
        self._states, self._layer = states, layer

    def take(self, operation: Operation) -> None:
        self._states.see(self._layer, operation)

    def pass_over(self, sentence: str) -> None:
        pass


def find_layers(model: nn.Module, layer: str | None = None) -> dict[str, nn.Module]:
    """Dotted name -> recurrent layer of the model. ValueError where there is none, or none of that name."""
    layers: dict[str, nn.Module] = {
        name: module
        for name, module in model.named_modules()
        if isinstance(module, TORCH_LAYERS) and not getattr(module, "proj_size", 0)
    }
    chosen = layers if layer is None else {name: m for name, m in layers.items() if name == layer}
    if not chosen:
        raise ValueError(
            say(
                "monitor: expected a model with an nn.RNN, LSTM or GRU, or a cell of them, inside, got "
                "{got} without one. Give the model that holds the recurrent layer.",
                got=type(model).__name__,
            )
            if layer is None
            else say(
                "layer: expected one of {known}, got {got!r}. Give the dotted name of a recurrent layer.",
                known=", ".join(map(repr, layers)) or "-",
                got=layer,
            )
        )
    return chosen


def _prepare_layers(shadow: nn.Module, layer: str | None) -> dict[str, nn.Module]:
    """The recorded layers of the shadow, ready for a pass with gradients."""
    for module in shadow.modules():
        if isinstance(module, nn.RNNBase) and any(p.is_cuda for p in module.parameters()):
            # cuDNN has gradients in training mode alone; without dropout that computes the same.
            module.training, module.dropout = True, 0.0
            module.flatten_parameters()
    layers = find_layers(shadow, layer)
    for end in _ends(layers):
        end.requires_grad_()
    return layers


def _ends(layers: dict[str, nn.Module]) -> list[Tensor]:
    """A parameter of each layer to which the gradients flow; a bias where there is one, which costs the least."""
    ends = []
    for module in layers.values():
        own = dict(module.named_parameters(recurse=False))
        name = next((n for n in own if n.startswith("bias_hh")), None)
        ends += [own[name]] if name else list(own.values())[:1]
    return ends


def _key(name: str) -> str:
    return "layer " + name.replace(".", " ")


def _nothing_called(model: str) -> str:
    return say(
        "probe: expected {model} to call a recurrent layer, got no call. Give a probe that the model reads. "
        "Of a class whose forward does not call super().forward() nothing is seen.",
        model=model,
    )


def _first_sequence(recording: Recording) -> Recording:
    first = recording if recording.B == 1 else recording.sequence(0)
    steps = int(first.lengths[0])
    return first if steps == first.T else first.until(steps)


def _output_of(output: Any, B: int) -> np.ndarray | None:
    """The model's output for the first sequence, float32: of several its first tensor. None where it is large."""
    while isinstance(output, tuple | list) and output and not isinstance(output, PackedSequence):
        output = output[0]
    if isinstance(output, PackedSequence):
        output = pad_packed_sequence(output)[0]
    if not isinstance(output, Tensor) or output.is_complex():
        return None
    batch_axis = next(
        (axis for axis in (0, 1) if output.dim() > axis and output.shape[axis] == B), None
    )
    values = output.detach()
    if batch_axis is not None:
        values = values.select(batch_axis, 0)
    if not values.numel() or 4 * values.numel() > MAX_OUTPUT_BYTES:
        return None
    return values.float().numpy(force=True)


def _map(value: Any, change: Callable[[Tensor], Tensor]) -> Any:
    """The value with each tensor in its tuples, lists and dicts changed."""
    if isinstance(value, PackedSequence):
        return value._replace(data=change(value.data))
    if isinstance(value, Tensor):
        return change(value)
    if isinstance(value, dict):
        return {key: _map(each, change) for key, each in value.items()}
    if type(value) in (tuple, list):
        return type(value)(_map(each, change) for each in value)
    return value


def _tensors(value: Any) -> Iterator[Tensor]:
    if isinstance(value, PackedSequence):
        yield pad_packed_sequence(value)[0]
    elif isinstance(value, Tensor):
        yield value
    elif isinstance(value, dict | tuple | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _tensors(each)


def _is_of_tokens(tensor: Tensor, T: int, B: int) -> bool:
    """Whether it has a whole number for each step: [T], [T, B] or [B, T]."""
    whole = not tensor.is_floating_point() and not tensor.is_complex()
    return whole and T > 0 and tuple(tensor.shape) in ((T,), (T, B), (B, T))


def _argument_count(function: Callable[..., Any]) -> int:
    """How many positional arguments it must be given; 1 where it does not say."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return 1
    return sum(
        p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
        for p in parameters
    )
