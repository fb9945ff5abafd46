"""The effects of a lesson, trained: a figure for each, as its lesson.yaml says."""

import json
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice
from urllib.parse import parse_qsl

from benchmarks._harness import lesson_measures
from benchmarks._harness.claims import Run
from benchmarks._harness.lesson_measures import MEASURES, UNTRAINED
from core.course.lesson import Curve, Effect, Figure
from core.training.intervention_log import check_interventions, from_json, set_interventions
from core.training.trainer import Experiment, Trainer

CURVE_POINTS = 200  # at most, of one seed
OF_LOSSES = ("loss", "jitter")  # measures whose curve is that of the losses


def experiment_of(effect: Effect) -> tuple[Experiment, str]:
    """The experiment of an effect's query, and the interventions that it trains under, "" for none."""
    query = dict(parse_qsl(effect.query, keep_blank_values=True))
    intervene, under = query.pop("intervene", ""), query.pop("under", "")
    query.pop("reads", None)
    return Experiment.from_query(query), intervene if under == "1" else ""


def train(effect: Effect, seed: int, updates: int) -> Run:
    """The run of one seed, evaluated at the end, at the trainer's own evaluations, and every so many updates.

    Effects that differ in what they measure alone share their runs.
    """
    every = 0 if effect.measure in OF_LOSSES else effect.every
    hold = effect.arguments["hold"] if effect.arguments.get("while_training") else {}
    experiment, intervene = experiment_of(effect)
    return _train(experiment.but(seed=seed), intervene, json.dumps(hold), updates, every)


@lru_cache(maxsize=12)
def _train(experiment: Experiment, intervene: str, hold: str, updates: int, every: int) -> Run:
    trainer = Trainer(experiment)
    if intervene:
        wanted = check_interventions(trainer.model, from_json(json.loads(intervene)))
        set_interventions(trainer.model.parts, wanted)
    if gates := json.loads(hold):
        lesson_measures.hold_gates(trainer, gates)
    run = Run(trainer)
    for update in islice(trainer, updates):
        if not update.finite:
            break
        run.add(update)
        if update.evaluation is None and every and update.index % every == 0:
            run.evaluations[update.index] = trainer.evaluate()
    run.evaluations.setdefault(trainer.index, trainer.evaluate())
    return run


def measure(effect: Effect, updates: int | None = None) -> Figure:
    """The figure of an effect over its seeds. updates: fewer than it says, for a quick look.

    LookupError or TypeError: there is no such measure, or it takes no such argument.
    """
    values, curves = [], []
    if effect.measure not in MEASURES:  # a wrong name is said before anything is trained
        untrained = Run(Trainer(experiment_of(effect)[0]))
        untrained.evaluations[0] = untrained.trainer.evaluate()
        lesson_measures.metric(untrained, effect.measure)
    for seed in effect.seeds:
        if effect.measure in UNTRAINED:
            experiment = experiment_of(effect)[0].but(seed=seed)
            values.append(UNTRAINED[effect.measure](experiment, **effect.arguments))
            curve = lesson_measures.bench_curve if effect.measure.startswith("bench") else None
            if effect.every and curve is not None:
                curves.append(curve(experiment, **effect.arguments))
            continue
        run = train(effect, seed, effect.updates if updates is None else updates)
        if effect.every:
            curves.append(_curve(effect, run))
        known = MEASURES.get(effect.measure)
        value = (
            known(run, **effect.arguments)
            if known
            else lesson_measures.metric(run, effect.measure, **effect.arguments)
        )
        values.append(value)
    return Figure(tuple(values), effect.format, _join(curves) if curves else None)


def _curve(effect: Effect, run: Run) -> tuple[list[float], list[float]]:
    """(updates, the losses or the held-out metric); of a gradient its size over the steps."""
    if effect.measure == "gradient_share":
        return lesson_measures.gradient_curve(run)
    if effect.measure in OF_LOSSES:
        indices = range(effect.every, len(run.losses) + 1, effect.every)
        return list(map(float, indices)), [run.losses[k - 1] for k in indices]
    task = run.trainer.task
    held_out = run.evaluations[run.trainer.index].held_out
    name = effect.measure if effect.measure in held_out else task.headline
    points = [(float(k), e.held_out[name]) for k, e in sorted(run.evaluations.items())]
    points = [point for point in points if not point[0] % effect.every]
    return [x for x, _y in points], [y for _x, y in points]


def _join(curves: Iterable[tuple[list[float], list[float]]]) -> Curve:
    """One curve of all seeds, as long as the shortest of them, of CURVE_POINTS at most."""
    curves = list(curves)
    length = min(len(x) for x, _y in curves)
    if not length:
        raise ValueError("every: expected at most the updates, got more. Choose fewer.")
    stride = -(-length // CURVE_POINTS)
    x = tuple(curves[0][0][:length:stride])
    return Curve(x, tuple(tuple(y[:length:stride]) for _x, y in curves))
