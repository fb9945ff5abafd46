"""What the examples about language promise to show: see benchmarks/learning/presets.py."""

from collections.abc import Callable

import torch

from benchmarks._harness.claim_measures import attention_peak
from benchmarks._harness.claims import Claim, Run, against, first_over_peak, of_other, score, train
from core.tasks.tagging import Tagging


def least_chance(reads: str, says: str) -> Callable[[Run], float]:
    """The smallest of the chances of these symbols, each after one more of those that are read."""

    def measure(run: Run) -> float:
        trainer = run.trainer
        trainer.set_probe(reads)
        right = [trainer.task.labels.index(symbol) for symbol in says]
        return float(trainer.look().output[:, 0][range(len(right)), right].min())

    return measure


def early_against(name: str, updates: int) -> Callable[[Run], float]:
    """The metric of a shorter run over what a baseline reaches."""
    return lambda run: against(name)(train(run.trainer.experiment, updates))


def over_earlier(updates: int) -> Callable[[Run], float]:
    """The metric over that of a shorter run."""
    return lambda run: run.score / train(run.trainer.experiment, updates).score


def train_over_earlier(updates: int) -> Callable[[Run], float]:
    """The same on a sample of the training data."""

    def measure(run: Run) -> float:
        earlier = train(run.trainer.experiment, updates)
        (now, before) = (r.evaluations[r.trainer.index].train for r in (run, earlier))
        return now[run.trainer.task.headline] / before[run.trainer.task.headline]

    return measure


def right_without(word: str) -> Callable[[Run], float]:
    """The share of the held-out ambiguous words, without this one, that are tagged right."""

    def measure(run: Run) -> float:
        task, model = run.trainer.task, run.trainer.model
        assert isinstance(task, Tagging)
        batch = task.held_out
        with torch.no_grad(), model.unrecorded():
            right = model(batch.x, batch.lengths).argmax(-1) == batch.y
        others = [
            k for k, each in enumerate(task.input_labels) if each in task.ambiguous and each != word
        ]
        counted = torch.isin(batch.x, torch.tensor(others)) & (batch.y >= 0)
        return right[counted].float().mean().item()

    return measure


LANGUAGE_CLAIMS: dict[str, list[Claim]] = {
    "reviews": [
        Claim(200, "accuracy", score, least=0.98, said="200"),
        Claim(
            200,
            "accuracy of naive Bayes",
            lambda r: r.baseline("naive Bayes"),
            least=0.565,
            said="57 %",
        ),
        Claim(200, "accuracy of naive Bayes", lambda r: r.baseline("naive Bayes"), most=0.575),
    ],
    "stars": [
        Claim(500, "accuracy", score, least=0.97, said="500"),
        Claim(
            *(500, "accuracy of naive Bayes"),
            lambda r: r.baseline("naive Bayes"),
            least=0.45,
        ),
        Claim(500, "accuracy of naive Bayes", lambda r: r.baseline("naive Bayes"), most=0.55),
    ],
    "hello": [
        Claim(
            200,
            "least chance of a right letter",
            least_chance("hell", "ello"),
            least=0.9,
            said="200",
        ),
        Claim(200, "perplexity over the bigram's", against("bigram"), most=0.9),
    ],
    "characters": [
        Claim(450, "perplexity over the bigram's", against("bigram"), most=0.5, said="450")
    ],
    "chinese": [
        Claim(
            500,
            "perplexity after 100 updates over the bigram's",
            early_against("bigram", 100),
            most=0.5,
            said="100",
        ),
        Claim(
            500, "perplexity over that after 100 updates", over_earlier(100), least=2, said="500"
        ),
        Claim(
            500,
            "perplexity of the training text over that after 100 updates",
            train_over_earlier(100),
            most=0.5,
        ),
    ],
    "words": [Claim(300, "perplexity over the bigram's", against("bigram"), most=0.99, said="300")],
    "fill_in": [Claim(400, "accuracy", score, least=0.95, said="400")],
    "fill_in_chinese": [Claim(400, "accuracy", score, least=0.95, said="400")],
    "entities_forward": [
        Claim(200, "ambiguous words right", score, least=0.5, said="200"),
        Claim(200, "ambiguous words right", score, most=0.5),
    ],
    "entities": [Claim(100, "ambiguous words right", score, least=1, said="100")],
    "parts_of_speech": [
        Claim(200, "ambiguous words right", score, least=0.9, said="200"),
        Claim(
            *(200, "ambiguous words right by the commonest tags"),
            lambda r: r.baseline("each word's commonest tag"),
            most=0.6,
        ),
        Claim(
            *(200, "ambiguous words but “her” right"),
            right_without("her"),
            least=0.99,
        ),
        Claim(
            *(200, "ambiguous words right with both directions"),
            of_other(lambda _, b: b.score, bidirectional=True),
            least=0.995,
        ),
    ],
    "translate": [
        Claim(2100, "sentences exact", score, least=0.6, said="2100"),
        Claim(2100, "gradient at step 1 over its peak", first_over_peak, least=0.01),
    ],
    "attention": [
        Claim(350, "sentences exact", score, least=0.95, said="350"),
        Claim(350, "largest weight of a word, mean", attention_peak, least=0.6),
    ],
}
