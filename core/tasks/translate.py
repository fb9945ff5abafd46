"""Translate: read one sequence to its end, then write another of a length of its own."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar, Literal

import torch
from torch import Tensor

from ..common.messages import clauses, paragraph, say
from ..common.options import Option
from ..common.special_tokens import END, PAD, START
from .base import PROBE_LABEL, UNKNOWN, Batch, Probe, Task, check_text, cross_entropy
from .data.pair_lists import SIZES, Pair, made_pairs, read_pair_file, split_side
from .data.scripts import UNKNOWN_WORD, join_words

HELD_OUT, SHOWN = 0.1, 6
OWN_WORDS = say("unknown; its own translation")
SPECIAL = ("", "<s>", "</s>")  # PAD, START, END


@dataclass(frozen=True)
class Translations:
    """The panel: held-out sources, what is right, and what the network writes, free running."""

    sources: tuple[str, ...]
    targets: tuple[str, ...]
    written: tuple[str, ...]


class Translate(Task):
    """Translate a sequence into another one of its own length.

    The encoder reads the source to its end, here from right to left, which brings the beginnings of both sequences near
    each other (Sutskever et al. 2014). Its last state is all that the decoder gets; with attention the decoder also looks
    back at every state of the encoder. In training the decoder reads the correct words (teacher forcing). The
    translations on this page are free running: the decoder reads the words it has written itself.

    English to French and to Chinese are small grammars made for this page, 12 000 different sentences; dates become ISO
    dates, and words are reversed letter by letter. A tenth of the pairs is held out. "exact" is the share of held-out
    sentences without one wrong symbol; it is the same free running and with teacher forcing, because up to the first error
    both read the same. A plain RNN rarely gets there.

    Your own pairs stand on a line each: a source, a tab or |||, and a target. Words and marks are symbols; Chinese,
    Japanese and Thai are cut into characters.
    """

    title = "Translate: encoder and decoder"
    sentence = "[task|translates] [pairs|{pairs}], [attention|{attention}]."
    own_sentence = "[task|translates] the pairs of your file, [attention|{attention}]."
    spoken: ClassVar = {
        "pairs": {
            "french": "English sentences into French",
            "chinese": "English sentences into Chinese",
            "dates": "dates in words into dates in numbers",
            "reversal": "words into the same words backwards",
        },
        "attention": {
            True: "looking back at every word",
            False: "holding each whole in one state",
        },
    }
    score_words = (
        "of sentences it has never seen are translated without a mistake",
        "of sentences it was trained on",
    )
    baseline_words: ClassVar = {
        "the usual symbol of each place": "always the usual word of each place",
    }
    source = "Made by rule: two small grammars, dates and random words; or your own pairs"
    panel = "translation"
    network: ClassVar[Literal["sequence", "seq2seq"]] = "seq2seq"
    at = "every"
    causal = True
    symbolic = True
    own_data_kind = "pairs"
    headline = "exact"
    is_share: ClassVar = {"exact": True, "symbols right": True, "loss": False}
    panel_work = 20
    options: ClassVar = (
        Option(
            "pairs",
            "choice",
            "french",
            choices=tuple(SIZES),
            meaning="English to French or Chinese, dates to ISO dates, or words backwards",
            of_data="task's",
        ),
        Option(
            "attention", "truth", False, meaning="the decoder looks back at the encoder's states"
        ),
        Option("backwards", "truth", True, meaning="the source is read from its end"),
        Option(
            "file",
            "content",
            "",
            high=1_000_000,
            meaning="your own pairs: on each line a source, a tab and a target",
        ),
    )
    defaults: ClassVar = {
        **{"cell": "gru", "hidden_size": 64, "embedding": 32, "batch_size": 64},
        **{"learning_rate": 0.003},
    }

    def check(self) -> None:
        """Reads the reader's own pairs, if there are any."""
        if self.values["file"]:
            read_pair_file(self.values["file"])

    @property
    def note(self) -> str:
        """Of a reader's own file, what became of its lines."""
        if not self.values["file"]:
            return ""
        file = read_pair_file(self.values["file"])
        used = say("{n} pairs used, out of {lines} lines", n=len(file.pairs), lines=file.lines)
        return clauses([used, *file.notes])

    @property
    def network_options(self) -> dict[str, Any]:
        """Whether the decoder looks back."""
        return {"attention": self.values["attention"]}

    @cached_property
    def _pairs(self) -> tuple[Pair, ...]:
        if self.values["file"]:
            return read_pair_file(self.values["file"]).pairs
        return made_pairs(self.values["pairs"])

    @cached_property
    def _sizes(self) -> tuple[int, int]:
        """(S, D): the longest source, the longest target and its END."""
        return max(len(s) for s, _ in self._pairs), max(len(t) for _, t in self._pairs) + 1

    @property
    def length(self) -> int:
        """The longest source and the longest target with its END."""
        return sum(self._sizes)

    @cached_property
    def _symbols(self) -> tuple[str, ...]:
        symbols = {symbol for pair in self._pairs for side in pair for symbol in side}
        return (*SPECIAL, *sorted(symbols))

    @cached_property
    def _number(self) -> dict[str, int]:
        return {symbol: k for k, symbol in enumerate(self._symbols)}

    @property
    def input_labels(self) -> tuple[str, ...]:
        """The symbols of both sides."""
        return self._symbols

    @property
    def labels(self) -> tuple[str, ...]:
        """The same symbols as the inputs."""
        return self._symbols

    @cached_property
    def _parts(self) -> tuple[Batch, Batch]:
        """(trained on, held out)."""
        cut = max(1, round(HELD_OUT * len(self._pairs)))
        return self._batch(self._pairs[cut:]), self._batch(self._pairs[:cut])

    @property
    def division(self) -> str:
        """How many pairs train and how many evaluate; of a reader's own, how many held-out symbols are new."""
        seen, unseen = self._parts
        sentences = [
            say(
                "Trained on {trained} pairs, evaluated on the other {evaluated}. {symbols} different "
                "symbols on both sides together; nothing is scaled.",
                trained=seen.B,
                evaluated=unseen.B,
                symbols=len(self._symbols),
            )
        ]
        if self.values["file"]:
            known, asked = ({*part.y.flatten().tolist()} for part in (seen, unseen))
            asked -= {UNKNOWN, END}
            sentences.append(
                say(
                    "{n} of {all} different target symbols of the held-out pairs "
                    "never occur in a target of the training pairs.",
                    n=len(asked - known),
                    all=len(asked),
                )
            )
        return paragraph(sentences)

    def _batch(self, pairs: tuple[Pair, ...]) -> Batch:
        """x int64 [S + D, B]: source, PAD, START, target, PAD; y: UNKNOWN, then target, END, UNKNOWN."""
        S, D = self._sizes
        x = torch.full((S + D, len(pairs)), PAD)
        y = torch.full((S + D, len(pairs)), UNKNOWN)
        for k, (source, target) in enumerate(pairs):
            read = [self._number[symbol] for symbol in source]
            write = [self._number[symbol] for symbol in target]
            x[: len(read), k] = torch.tensor(read[::-1] if self.values["backwards"] else read)
            x[S : S + len(write) + 1, k] = torch.tensor([START, *write])
            y[S : S + len(write) + 1, k] = torch.tensor([*write, END])
        return Batch(x, y)

    def sample(self, generator: torch.Generator, batch_size: int) -> Batch:
        """See `_batch`; pairs drawn with replacement."""
        data = self._parts[0]
        which = torch.randint(0, data.B, (batch_size,), generator=generator)
        return Batch(data.x[:, which], data.y[:, which])

    def join(self, batch: Batch, probe: Batch) -> tuple[Tensor, None]:
        """The probe has no padding between source and target: here it gets it."""
        S, _ = self._sizes
        column = torch.full((batch.T, 1), PAD)
        s = int((probe.x[:, 0] == START).nonzero()[0])
        column[:s], column[S : S + probe.T - s] = probe.x[:s], probe.x[s:]
        return torch.cat([batch.x, column], 1), None

    def make_held_out(self) -> Batch:
        """600 held-out pairs, at most."""
        return self._parts[1].subset(slice(0, 600), self.at)

    def make_train_eval(self) -> Batch:
        """600 pairs that train, at most."""
        return self._parts[0].subset(slice(0, 600), self.at)

    def loss(self, output: Tensor, batch: Batch) -> Tensor:
        """Mean of -log p(next symbol of the target), in nats."""
        return cross_entropy(output, batch.y)

    def probe_loss(self, output: Tensor, probe: Probe) -> Tensor:
        """As `loss`."""
        return cross_entropy(output, probe.batch.y)

    def metrics(self, output: Tensor, batch: Batch) -> dict[str, float]:
        """The share of pairs without an error, the share of correct symbols, and loss."""
        asked = batch.y != UNKNOWN
        answers = output[..., END:].argmax(-1) + END  # PAD and START are no answers
        right = (answers == batch.y) & asked
        return {
            "exact": (right == asked).all(0).float().mean().item(),
            "symbols right": (right.sum() / asked.sum()).item(),
            "loss": cross_entropy(output, batch.y).item(),
        }

    @cached_property
    def baselines(self) -> dict[str, dict[str, float]]:
        """At each place of the target, the symbol that is most frequent there in training."""
        seen, unseen = self._parts[0].y, self.held_out.y
        usual = torch.stack(
            [
                torch.bincount(row[row != UNKNOWN], minlength=1).argmax()
                if (row != UNKNOWN).any()
                else torch.tensor(PAD)
                for row in seen
            ]
        )
        asked = unseen != UNKNOWN
        right = (usual[:, None] == unseen) & asked
        return {
            say("the usual symbol of each place"): {
                "exact": (right == asked).all(0).float().mean().item(),
                "symbols right": (right.sum() / asked.sum()).item(),
            }
        }

    def readout(self, output: Tensor) -> Tensor:
        """The probability of each symbol."""
        return output.softmax(-1)

    def _text(self, numbers: list[int]) -> str:
        """Symbols as the reader writes them: letters together, words with spaces."""
        symbols = [self._symbols[k] for k in numbers if k > END]
        return "".join(symbols) if self._is_of_letters else join_words(symbols)

    @property
    def _is_of_letters(self) -> bool:
        """Whether a symbol is a letter of a made word or date."""
        return not self.values["file"] and self.values["pairs"] in ("dates", "reversal")

    def _source(self, x: Tensor) -> list[int]:
        """The source of one column, in the reader's order."""
        read = [k for k in x[: self._sizes[0]].tolist() if k != PAD]
        return read[::-1] if self.values["backwards"] else read

    def panel_data(self, model: Any, output: Tensor, batch: Batch, seed: int) -> Translations:
        """Some held-out pairs, and what the network writes from its own words."""
        sources, targets, written = [], [], []
        S, D = self._sizes
        for k in range(min(SHOWN, batch.B)):
            read = batch.x[:S, k]
            sources.append(self._text(self._source(batch.x[:, k])))
            targets.append(self._text([n for n in batch.y[:, k].tolist() if n > END]))
            written.append(self._text(model.translate(read[read != PAD], D).tolist()))
        return Translations(tuple(sources), tuple(targets), tuple(written))

    def panel_extras(self, model: Any, probe: Probe) -> dict[str, Any]:
        """With attention: alpha [d][s] of the probe, in hundredths."""
        if model.attended is None:
            return {}
        return {"attention": (100 * model.attended).round().int().tolist()}

    def probe(self, text: str | None = None) -> Probe:
        """A source "the small cat sees my dogs", or "source = target". Without text, a held-out pair."""
        text = check_text(PROBE_LABEL, text or "", 2000).strip()
        if not text:
            S = self._sizes[0]
            x, y = self.held_out.x[:, 0], self.held_out.y[:, 0]
            read, write = self._source(x), [k for k in y[S:].tolist() if k > END]
            return self._make_probe(read[::-1] if self.values["backwards"] else read, write, text)
        typed, _, wanted = (part.strip() for part in text.partition("="))
        source, target = self._cut(typed), self._cut(wanted)
        read = self._find_numbers(source, self._sizes[0])
        write = self._find_numbers(target, self._sizes[1] - 1)
        if not read:
            raise ValueError(
                say(
                    "{what}: expected a source to translate, got {got!r}. "
                    "Type for example: {example}.",
                    what=PROBE_LABEL,
                    got=text[:40],
                    example=self._text(self._source(self.held_out.x[:, 0])),
                )
            )
        if not write:
            known = self._translations.get(tuple(self._symbols[k] for k in read))
            write = [self._number[symbol] for symbol in known or ()]
        unknown = list(dict.fromkeys(each for each in source + target if each not in self._number))
        return self._make_probe(
            read[::-1] if self.values["backwards"] else read, write, text, unknown
        )

    @cached_property
    def _translations(self) -> dict[tuple[str, ...], tuple[str, ...]]:
        return dict(self._pairs)

    def _make_probe(
        self, source: list[int], write: list[int], text: str, unknown: Sequence[str] = ()
    ) -> Probe:
        """source: as it is read. write: the target; the answer is empty where there is none."""
        x = torch.tensor([*source, START, *write])[:, None]
        y = torch.tensor([*[UNKNOWN] * len(source), *write, END])[:, None]
        symbols = (*(self._symbols[k] for k in source), "→", *(self._symbols[k] for k in write))
        in_reading_order = source[::-1] if self.values["backwards"] else source
        drawing = {
            **{"boundary": len(source), "text": self._text(in_reading_order)},
            "unknown": list(unknown),
        }
        return Probe(Batch(x, y), symbols, text, self._text(write), drawing)

    def complete_probe(self, probe: Probe, model: Any) -> Probe:
        """Where no translation is known, the network's own one now stands for it, and is labelled so.

        The gradients then say what its own words depend on, not what would be right.
        """
        if probe.answer:
            return probe
        source = probe.batch.x[: probe.drawing["boundary"], 0]
        write = model.translate(source, self._sizes[1] - 1).tolist()
        own = self._make_probe(source.tolist(), write, probe.text, probe.drawing["unknown"])
        return replace(
            own, answer=say("{what}: {translation}", what=OWN_WORDS, translation=self._text(write))
        )

    def _cut(self, text: str) -> list[str]:
        """A typed side, symbol by symbol."""
        if self._is_of_letters:
            return list(re.sub(r"\s+", " ", text.lower()))
        if self.values["file"]:
            return list(split_side(text))
        return text.lower().rstrip(" .!?。！？").split()

    def _find_numbers(self, symbols: list[str], most: int) -> list[int]:
        """The numbers of typed symbols; ValueError names one that no pair has and nothing stands for."""
        rare = self._number.get(UNKNOWN_WORD, 0)
        numbers = [self._number.get(symbol, rare) for symbol in symbols]
        unknown = [s for s, number in zip(symbols, numbers, strict=True) if number <= END]
        if unknown or len(symbols) > most:
            got = repr(unknown[0][:40]) if unknown else say("{n} symbols", n=len(symbols))
            raise ValueError(
                say(
                    "{what}: expected at most {most} symbols that the pairs have, got {got}. "
                    "Type for example: {example}.",
                    what=PROBE_LABEL,
                    most=most,
                    got=got,
                    example=self._text(self._source(self.held_out.x[:, 0])),
                )
            )
        return numbers
