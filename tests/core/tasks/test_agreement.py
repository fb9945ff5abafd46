"""Agreement: its sentences are English, of the exact distance, and the notes' own can be typed."""

import math
import re

import pytest
import torch
from sklearn.metrics import roc_auc_score

from core.layers.sequence_model import SequenceModel
from core.tasks.agreement import EACH, FILLER, FRAME, GROWTH, NOUN, NOUNS, NUMBER, WORDS, Agreement
from core.training.trainer import Experiment, Trainer
from tests.helpers.tasks import generator

THING = "(a|the)( very)?( old| small)? (door|house|fence)( of wood)?"
MEAL = "(food|fish|a bunch of (food|fish)|the food|(a|the)( very)?( old| small)? fish)"
WHERE = f"( (by|behind) {THING})"
DOING = f"(ate {MEAL}{WHERE}{{0,2}}|(slept|sat){WHERE}{{0,2}})"
CLAUSE = f"(already )?{DOING}( and (then (already )?)?{DOING})*( today)?"


class TestAgreement:
    def test_the_noun_alone_decides(self):
        batch = Agreement(distance=9).held_out
        nouns = batch.x[NOUN]
        assert torch.equal(batch.y, (nouns >= len(NOUNS)).long())
        assert 0.4 < batch.y.float().mean() < 0.6
        filler = batch.x[FILLER:-1]
        assert filler.min() > NUMBER["which"]
        assert len(filler) == 9
        counts = [
            torch.bincount(filler[:, batch.y == k].flatten(), minlength=len(WORDS)) for k in (0, 1)
        ]
        singular, plural = (count / count.sum() for count in counts)
        assert (singular - plural).abs().max() < 0.03

    @pytest.mark.parametrize("distance", [*range(1, 13), 24, 57, 200])
    def test_every_sentence_is_english_and_its_clause_has_exactly_so_many_words(self, distance):
        task = Agreement(distance=distance)
        for column in task.sample(generator(distance), 60).x.T.tolist():
            words = [WORDS[number] for number in column]
            assert words[0] == "the"
            assert words[1].removesuffix("s") in NOUNS
            assert words[2:4] == [",", "which"]
            assert words[-1] == ","
            clause = " ".join(words[4:-1])
            assert len(words[4:-1]) == distance
            assert re.fullmatch(CLAUSE, clause), clause

    @pytest.mark.parametrize(
        ("text", "read", "verb"),
        [
            (
                "The cat, which already ate a bunch of food, was full",
                "the cat , which already ate a bunch of food ,",
                "was",
            ),
            (
                "The cats, which already ate a bunch of food, were full.",
                "the cats , which already ate a bunch of food ,",
                "were",
            ),
            ("the cats, which ate the fish, was full", "the cats , which ate the fish ,", "were"),
            ("COW，which slept，", "the cow , which slept ,", "was"),
            ("cows , which sat by a fence ,", "the cows , which sat by a fence ,", "were"),
            ("The very old dogs were hungry!", "the very old dogs", "were"),
            ("birds", "the birds", "were"),
            ("a small bird, which sat, was here", "a small bird , which sat ,", "was"),
            (
                "The horse, which slept behind the house of wood, was old",
                "the horse , which slept behind the house of wood ,",
                "was",
            ),
            (
                "the dog, which ate fish by the cats, were",
                "the dog , which ate fish by the cats ,",
                "was",
            ),
        ],
    )
    def test_a_sentence_can_be_typed_up_to_the_verb_or_beyond_it(self, text, read, verb):
        probe = Agreement(distance=12).probe(text)
        assert " ".join(probe.symbols) == read
        assert probe.answer == verb
        assert [WORDS[number] for number in probe.batch.x[:, 0].tolist()] == list(probe.symbols)
        assert probe.batch.y.tolist() == [("was", "were").index(verb)]

    def test_no_unit_is_named_while_the_accuracy_is_at_chance(self):
        trainer = Trainer(Experiment("agreement", distance=3, hidden_size=12, seed=2))
        assert trainer.evaluate().panel_data.keeper is None

    def test_a_growing_distance_begins_short_and_is_the_same_for_everybody(self):
        task = Agreement(distance=6, growing=True)
        for update, distance in ((0, 1), (GROWTH, 2), (3 * GROWTH - 1, 3), (10**6, 6)):
            batch = task.draw(generator(3), 5, update)
            assert task.length == batch.T
            assert batch.lengths is not None
            assert set(batch.lengths.tolist()) == {distance + FRAME}
            again = task.draw(generator(3), 5, update)
            assert torch.equal(batch.x, again.x)

    def test_the_unit_that_remembers_is_named(self):
        trainer = Trainer(Experiment("agreement", distance=3, growing=True, hidden_size=12, seed=2))
        for _ in range(400):
            next(trainer)
        picture = trainer.evaluate().panel_data
        keeper = picture.keeper
        assert picture.accuracies[picture.distances.index(3)] == 1
        assert keeper.auc > 0.95
        sentences = trainer.task.held_out.subset(slice(0, EACH), "last")
        recurrent = trainer.model.recurrent
        trainer.model(sentences.x)
        aucs = [
            roc_auc_score(sentences.y.numpy(), state)
            for state in recurrent.recording["c"].values[-1].T
        ]
        signed = aucs[keeper.unit]
        assert keeper.auc == pytest.approx(max(signed, 1 - signed))
        assert keeper.rises == (signed > 0.5)
        assert keeper.auc == pytest.approx(max(max(auc, 1 - auc) for auc in aucs))

    @pytest.mark.parametrize("sign", [1.0, -1.0])
    def test_a_detector_that_falls_is_as_good_as_one_that_rises(self, sign):
        task = Agreement(distance=6)
        model = SequenceModel(task.input_size, 2, cell="lstm", hidden_size=1, at="last")
        with torch.no_grad():
            for p in model.recurrent.parameters():
                p.zero_()
            model.recurrent.bias_ih_l0[1] = 9.0  # f
            model.recurrent.weight_ih_l0[2, : len(NOUNS)] = -sign  # g
            model.recurrent.weight_ih_l0[2, len(NOUNS) : 2 * len(NOUNS)] = sign
        keeper = task._find_keeper(model)
        assert (keeper.auc, keeper.rises) == (1.0, sign > 0)

    @pytest.mark.parametrize(
        ("cell", "gates", "nearest"),
        [
            ("lstm", {"i": 3.0, "f": 1.0, "o": -1.0}, "f"),
            ("lstm", {"i": 0.5, "f": -1.0, "o": 1.0}, "f"),
            ("gru", {"r": 0.0, "z": 2.0}, "z"),
            ("lstm", {"i": 3.0, "f": 9.0, "o": -1.0}, "f"),
            ("mgu", {"f": -2.0}, "1 − f"),
            ("mgu", {"f": 4.0}, "1 − f"),
            ("rnn", {}, ""),
        ],
    )
    def test_the_gate_that_keeps_the_number_is_measured(self, cell, gates, nearest):
        """One unit without recurrent weights, whose gates stand still and whose input is the noun."""
        task = Agreement(distance=6)
        model = SequenceModel(task.input_size, 2, cell=cell, hidden_size=1, at="last")
        recurrent = model.recurrent
        with torch.no_grad():
            for p in recurrent.parameters():
                p.zero_()
            names = recurrent.cell.block_names
            for name, level in gates.items():
                recurrent.bias_ih_l0[names.index(name)] = level
            row = names.index({"lstm": "g", "gru": "n", "mgu": "n", "rnn": "h"}[cell])
            recurrent.weight_ih_l0[row, : len(NOUNS)] = -1.0
            recurrent.weight_ih_l0[row, len(NOUNS) : 2 * len(NOUNS)] = 1.0
        keeper = task._find_keeper(model)
        if cell == "rnn":  # it has forgotten after a step
            assert (keeper.unit, keeper.auc, keeper.gate) == (0, 0.5, nearest)
            return
        assert (keeper.unit, keeper.auc, keeper.gate) == (0, 1.0, nearest)
        name = nearest[-1]
        share = 1 / (1 + math.exp(-gates[name]))
        assert keeper.gates[name] == pytest.approx(share, rel=1e-5)
        expected = share if nearest == name else 1 - share
        assert keeper.kept == pytest.approx(expected, rel=1e-4)
        if cell == "lstm":  # now every step writes what it has said anew, and no gate explains it
            with torch.no_grad():
                recurrent.bias_ih_l0[:] = torch.tensor([0.5, -1.0, 0.0, 0.5])  # i f g o
                recurrent.weight_hh_l0[row] = 8.0
            keeper = task._find_keeper(model)
            assert (round(keeper.kept, 1), keeper.gate) == (1.0, "")
