"""The current experiment as a script in plain PyTorch, with the data that it needs to give the same losses.

The script holds no line of this project and no text of the reader's own. What cannot be written down as
a few lines, the first weights and the batches, lies beside it as safetensors. Sums are taken in another
order than here, so losses agree to float32's rounding, which training multiplies: see the README for
how far.
"""

import io
import textwrap
import zipfile
from collections.abc import Callable

import torch
import torch.nn.functional as F
from safetensors.torch import save as to_bytes
from torch import Tensor

from ...common.checks import integer
from ...common.messages import say
from ...common.special_tokens import PAD, START
from ...layers.torch_weights import exists_in_torch, torch_arguments
from ...tasks.base import UNKNOWN, Batch, Task
from ...training.experiment import Experiment
from ...training.trainer import Trainer
from . import script_templates
from .torch_step import torch_step

MAX_UPDATES = 10_000
MAX_BATCH_BYTES = 64 * 2**20  # of batches
MAX_BYTE = 255  # symbols and classes up to here take one byte each

# The line that computes a loss -> the same function. A task's loss is recognised by its values.
LOSSES: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    f"F.cross_entropy(output.flatten(0, -2), y.flatten(), ignore_index={UNKNOWN})": lambda o, y: (
        F.cross_entropy(o.flatten(0, -2), y.flatten(), ignore_index=UNKNOWN)
    ),
    "F.mse_loss(output, y)": F.mse_loss,
    "F.binary_cross_entropy_with_logits(output, y)": F.binary_cross_entropy_with_logits,
}


def as_zip(
    experiment: Experiment, updates: int = 100, interventions: str = "", earlier_settings: str = ""
) -> bytes:
    """A .zip with train.py, start.safetensors and batches.safetensors for the first `updates` updates.

    interventions: those that the run on the page was trained under, in words. earlier_settings: of its
    first updates, where they were others. The script trains without both, and begins with a remark that
    says so.

    Raises ValueError with omega, with a normalised input, when `updates` is out of bounds, its batches take more than 64 MiB, or the task's
    loss has no plain form.
    """
    updates = integer("updates", updates, 1, MAX_UPDATES)
    if experiment.omega:
        raise ValueError(
            say(
                "script: expected omega 0, got {got:g}. Its penalty needs the gradients inside the "
                "network, which plain torch does not give; set omega to 0.",
                got=experiment.omega,
            )
        )
    if experiment.normalization != "off":
        raise ValueError(
            say(
                "script: expected normalization off, got {got}. The script's layers add what they read without it; "
                "set normalization to off.",
                got=experiment.normalization,
            )
        )
    trainer = Trainer(experiment)
    batches = _draw_batches(trainer, updates)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "train.py", write_script(trainer, updates, batches[0], interventions, earlier_settings)
        )
        archive.writestr("start.safetensors", to_bytes(_first_weights(trainer)))
        archive.writestr("batches.safetensors", to_bytes(_as_tensors(batches)))
    return file.getvalue()


def _draw_batches(trainer: Trainer, updates: int) -> list[Batch]:
    """What the trainer will draw; its own generator is not touched."""
    generator = torch.Generator()
    generator.set_state(trainer.state_dict()["data"])
    batches, size = [], 0
    for k in range(updates):
        batch = trainer.task.draw(generator, trainer.experiment.batch_size, k)
        batches.append(batch)
        size += sum(_compact(v).nbytes for v in (batch.x, batch.y))
        if size > MAX_BATCH_BYTES:
            raise ValueError(
                say(
                    "updates: expected batches of at most {most} MiB together, "
                    "got more after {updates} updates. Choose at most {most_updates}.",
                    most=MAX_BATCH_BYTES // 2**20,
                    updates=k + 1,
                    most_updates=k,
                )
            )
    return batches


def _as_tensors(batches: list[Batch]) -> dict[str, Tensor]:
    tensors = {}
    for k, batch in enumerate(batches):
        of_batch = {"x": batch.x, "y": batch.y, "lengths": batch.lengths}
        tensors |= {f"{name}.{k}": _compact(v) for name, v in of_batch.items() if v is not None}
    return tensors


def _compact(v: Tensor) -> Tensor:
    """Numbers as they are; symbols in as few bytes as hold them."""
    v = v.contiguous()
    if v.is_floating_point():
        return v
    low, high = int(v.min()), int(v.max())
    return v.to(torch.uint8 if low >= 0 and high <= MAX_BYTE else torch.int32)


def _first_weights(trainer: Trainer) -> dict[str, Tensor]:
    """The first weights, under the names that they have in the script."""
    weights = {}
    for name, p in trainer.model.named_parameters():
        module, _, parameter = name.rpartition(".")
        if "_l" in parameter and not _is_one_module(trainer):
            kind, _, place = parameter.rpartition("_l")
            layer, _, way = place.partition("_")
            name = f"{module}.{layer}.{kind}_l0{'_' if way else ''}{way}"
        weights[name] = p.detach().clone().contiguous()
    return weights


def _is_torch_module(trainer: Trainer) -> bool:
    """Whether torch.nn has this layer, and its whole gradient is wanted."""
    e = trainer.experiment
    usual = e.recurrence and e.window == 1 and not e.truncate
    return usual and exists_in_torch(trainer.model.recurrent.cell)


def _is_one_module(trainer: Trainer) -> bool:
    """Whether one torch.nn module is the whole stack; dropout between layers wants one for each."""
    e = trainer.experiment
    return _is_torch_module(trainer) and not e.dropout and len(set(e.sizes)) == 1


def write_script(
    trainer: Trainer,
    updates: int,
    batch: Batch,
    interventions: str = "",
    earlier_settings: str = "",
) -> str:
    """The text of train.py.

    batch: any of the run, to recognise the loss by. interventions, earlier_settings: see `as_zip`.
    """
    e, task = trainer.experiment, trainer.task
    free = {option.name for option in task.options if option.kind in ("line", "content")}
    settings = {name: value for name, value in e.to_dict().items() if name not in free}
    lines = [f"    {name!r}: {value!r}," for name, value in settings.items()]
    remarks = ""
    if interventions:
        remarks += _remark(
            f"The run on the page was trained under an intervention ({interventions})."
        )
    if earlier_settings:
        remarks += _remark(
            f"The run on the page trained with other settings before ({earlier_settings})."
        )
    return remarks + _fill_in(
        script_templates.HEAD
        + _layer_code(trainer)
        + _network_code(trainer)
        + script_templates.LOOP,
        IMPORTS=script_templates.PACKED if _is_torch_module(trainer) else "",
        SETTINGS="\n".join(["{", *lines, "}"]),
        LOSS=_loss_line(task, batch),
        OPTIMIZER=script_templates.OPTIMIZERS[e.optimizer],
        CLIP=script_templates.CLIPS[e.clipping],
        SEED=f"    torch.manual_seed({4 * e.seed + 2})  # for the dropout\n" if e.dropout else "",
        RATE=repr(e.learning_rate),
        AT=repr(e.clip_at),
        UPDATES=str(updates),
        H=str(e.hidden_size),
        D=str(1 + e.bidirectional),
        SIZES=repr(list(e.sizes)),
        LAYERS=str(e.num_layers),
        BIAS=str(e.bias),
        TWO=str(e.bidirectional),
        P=repr(e.dropout),
        PAD=str(PAD),
        START=str(START),
    )


def _remark(sentence: str) -> str:
    printable = "".join(sign for sign in sentence if sign.isprintable())
    return (
        textwrap.fill(
            f"{printable} This script trains without that: its losses are those of the experiment alone, and "
            "not that run's.",
            96,
            initial_indent="# ",
            subsequent_indent="# ",
        )
        + "\n"
    )


def _layer_code(trainer: Trainer) -> str:
    e, cell = trainer.experiment, trainer.model.recurrent.cell
    if _is_torch_module(trainer):
        assert cell.torch_class is not None
        kind, arguments = cell.torch_class.__name__, torch_arguments(cell)
        more = "".join(f", {name}={value!r}" for name, value in arguments.items())
        if _is_one_module(trainer):
            return _fill_in(script_templates.TORCH, KIND=kind, MORE=more)
        one = f"nn.{kind}(size, H, bias=@BIAS@, bidirectional=@TWO@{more})"
        return _fill_in(script_templates.STACKED + script_templates.ONE_TORCH, ONE=one)
    shapes = ', "weight_hh": (rows, H)' if e.recurrence else ""
    shapes += ', "bias_ih": (rows,), "bias_hh": (rows,)' if e.bias else ""
    if cell.peepholes:
        shapes += f', "weight_peephole": ({len(cell.peepholes)}, H)'
    options = ", ".join(f"{name}={value}" for name, value in cell.options.items())
    what = f"{cell.title} with {options}" if options else cell.title
    return _fill_in(
        script_templates.STACKED + script_templates.OWN,
        ONE="Layer(size, H)",
        CUT=_between_steps(e),
        STEP="\n".join(f"        {line}" for line in torch_step(cell, e.bias, e.recurrence)),
        WHAT=what if e.recurrence else f"{what}, without recurrence",
        READ="inputs" if e.window == 1 else f"{e.window} * inputs",
        WINDOW=script_templates.WINDOW.replace("@K@", str(e.window)) if e.window > 1 else "",
        SEEN='            seen = window(x, ends, way == "_reverse")\n' if e.window > 1 else "",
        X="seen" if e.window > 1 else "x",
        SHAPES=shapes,
        BLOCKS=str(cell.blocks),
    )


def _between_steps(e: Experiment) -> str:
    """What is done to the states before a step."""
    if not e.recurrence:
        return script_templates.APART
    return script_templates.CUT.replace("@TRUNCATE@", str(e.truncate)) if e.truncate else ""


def _network_code(trainer: Trainer) -> str:
    e, task = trainer.experiment, trainer.task
    one_hot = f"F.one_hot(x, {task.input_size}).float()"
    embedded = f"        self.embedding = nn.Embedding({task.input_size}, {e.embedding})\n"
    last = script_templates.LAST_TWO if e.bidirectional else script_templates.LAST
    both = e.bidirectional and e.combine == "concat"
    attends = getattr(trainer.model, "score", None) is not None
    every = task.at == "every"
    return _fill_in(
        script_templates.SEQ2SEQ if task.network == "seq2seq" else script_templates.SEQUENCE,
        EMBEDDING=embedded if e.embedding else "",
        IN=str(e.embedding or task.input_size),
        OUT=str(task.output_size),
        INPUTS="self.embedding(x)" if e.embedding else one_hot if task.symbolic else "x",
        SEEN=f"{1 + both} * @H@" if both else "@H@",
        LAST="" if every else last,
        COMBINE=script_templates.SUM if e.bidirectional and e.combine == "sum" else "",
        DROP=script_templates.DROP if e.dropout else "",
        ATTENTION=script_templates.ATTENTION if attends else "",
        LOOK=script_templates.LOOK if attends else "",
    )


def _loss_line(task: Task, batch: Batch) -> str:
    """The line for the task's loss: the one that gives the same number for the same output."""
    shape = (*batch.y.shape, task.output_size)
    output = torch.randn(
        batch.y.shape if batch.y.is_floating_point() else shape,
        generator=torch.Generator().manual_seed(0),
    )
    for line, function in LOSSES.items():
        try:
            if torch.allclose(function(output, batch.y), task.loss(output, batch)):
                return line
        except (RuntimeError, ValueError, IndexError):
            continue
    raise ValueError(
        say(
            "script: expected cross-entropy, squared error or binary cross-entropy as the loss, got that of "
            "{title!r}. Choose another task.",
            title=task.title,
        )
    )


def _fill_in(text: str, **values: str) -> str:
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return text
