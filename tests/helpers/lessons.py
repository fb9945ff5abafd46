"""A small lesson in a folder of its own, to be changed and read."""

from pathlib import Path

YAML = """\
minutes: 7
steps:
  - id: question
    set: "/?task=echo&seed=3"
    point: row:says
    predict: {choice: [few, many]}
  - id: number
    predict: {number: {low: 0, high: 100, unit: "%"}}
  - id: curve
    predict: {curve: {x: [50, 1], y: [1e-6, 1], log: true, points: 6}}
  - id: train
    until: {metric: accuracy, reaches: 0.9, column: a}
  - id: result
    reveal: {of: question, metric: mse, figures: [with_it]}
  - id: why
    explain: {}
  - id: check
    check: {choice: {of: [no, yes], answer: no}}
  - id: amount
    check: {number: {answer: with_it, tolerance: 0.05}}
  - id: match
    check: {match: {curves: [with_it, without_it]}}
  - id: more
    transfer: {}
effects:
  with_it: {query: "task=echo", seeds: [1, 2, 3], updates: 5, measure: mse, format: percent}
  without_it: {query: "task=echo&delay=2", seeds: [1, 2, 3], updates: 5, measure: mse}
claims:
  - {effect: with_it, above: without_it, by: 0.1}
  - {effect: with_it, at_least: 0.5, in: 2}
quick: {effect: [with_it, without_it], updates: 3, claim: {above: without_it}}
"""
TEXT = """\
# What is *it*?

How much of it is there?

## question

See [the borrow](step:2) of a [state](term:hidden_state), as {with_it}.

- few: a few
- many: many, about {without_it}

## number

How many percent?

## curve

Draw it.

## train

Press **Play**.

## result

It is {with_it.all}.

- with_it: with it

## why

Why?

### answer

Because.

## check

Yes or no?

- no: it does not
- yes: it does

### right

Right.

### wrong

Wrong.

### wrong-yes

Not that.

## amount

How much?

### right

Right.

### wrong

Wrong.

## match

Which is which?

- with_it: with it
- without_it: without it

### right

Right.

### wrong

Wrong.

## more

Try it.
"""
FIGURES = '{"provenance": {}, "figures": {"with_it": {"values": [0.91, 1.0, 0.75]}, "without_it": {"values": [0.2, 0.3, 0.1], "curve": {"x": [1, 2], "y": [[1, 2], [3, 4], [5, 6]]}}}}'


def write_lesson(
    folder: Path, yaml: str = YAML, text: str = TEXT, figures: str = FIGURES, name: str = "03_small"
) -> Path:
    """Writes a lesson into a folder of lessons -> its own folder."""
    path = folder / "assets" / "lessons" / name
    path.mkdir(parents=True, exist_ok=True)
    (path / "lesson.yaml").write_text(yaml, "utf-8")
    (path / "en.md").write_text(text, "utf-8")
    (path / "figures.json").write_text(figures, "utf-8")
    return path
