"""Sentences about where somebody comes from, up to the blank for the mother tongue, in English and in Chinese.

"I am Chinese, I like music, I went to France last year, my mother tongue is ___": the first country decides; one
other country is named on the way.
"""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple

from .scripts import split_characters

HELD_OUT = (
    3,
    7,
)  # a country and the one so many places after it in the list are never trained on together


class Country(NamedTuple):
    """A country, the word for what comes from there (English: also the people), and its language."""

    name: str
    kind: str
    language: str


@dataclass(frozen=True)
class Forms:
    """What the sentences of one language are made of. {name} and {kind} stand for those of a country.

    homes: how a sentence begins. elsewhere: clauses that name another country. fillers: clauses that name none.
    blank: what stands before the blank.
    """

    countries: tuple[Country, ...]
    homes: tuple[str, ...]
    elsewhere: tuple[str, ...]
    fillers: tuple[str, ...]
    blank: str
    comma: str
    example: str

    def cut(self, text: str) -> list[str]:
        """A text in symbols: words and commas, or Chinese characters; no other marks, no spaces, no gap to fill."""
        text = re.sub(r"[_\s.。…]+", " ", text.lower()).strip()
        if self.comma == "，":
            return split_characters(re.sub(r"\s", "", text.replace(",", "，")))
        return text.replace("，", ",").replace(",", " , ").split()

    def join(self, clauses: Sequence[str]) -> tuple[str, ...]:
        """The symbols of the clauses, with commas between."""
        return tuple(self.cut(f"{self.comma} ".join(clauses)))

    @cached_property
    def symbols(self) -> tuple[str, ...]:
        """Every symbol of the sentences, in order."""
        forms = (*self.homes, *self.elsewhere, *self.fillers, self.blank, self.comma)
        texts = (form.format(**c._asdict()) for form in forms for c in self.countries)
        return tuple(sorted({symbol for text in texts for symbol in self.cut(text)}))

    @cached_property
    def _spellings(self) -> dict[tuple[str, ...], int]:
        """The symbols of each word for a country -> its number."""
        return {
            tuple(self.cut(word)): k
            for k, c in enumerate(self.countries)
            for word in (c.name, c.kind)
        }

    def find_countries(self, symbols: Sequence[str]) -> list[tuple[int, int]]:
        """(place of its last symbol, number) of each country that is named, in order."""
        named = []
        for place in range(len(symbols)):
            for spelling, country in self._spellings.items():
                if tuple(symbols[place : place + len(spelling)]) == spelling:
                    named.append((place + len(spelling) - 1, country))
        return list(dict.fromkeys(named))  # in Chinese both words are the same

    @cached_property
    def longest(self) -> dict[str, int]:
        """The most symbols of a home, of a clause with another country and of a filler, commas included."""
        return {
            what: max(
                len(self.join([form.format(**c._asdict())])) + 1
                for form in forms
                for c in self.countries
            )
            for what, forms in (
                ("home", self.homes),
                ("elsewhere", self.elsewhere),
                ("filler", self.fillers),
            )
        }

    def draw(self, home: int, other: int, clauses: int, chance: random.Random) -> tuple[str, ...]:
        """The symbols up to the blank, with so many clauses between, of which one names the other country."""
        begin = chance.choice(self.homes).format(**self.countries[home]._asdict())
        abroad = chance.choice(self.elsewhere).format(**self.countries[other]._asdict())
        between = _draw_fillers(self.fillers, clauses - 1, chance)
        between.insert(chance.randrange(clauses), abroad)
        return self.join([begin, *between, self.blank])


def _draw_fillers(fillers: tuple[str, ...], number: int, chance: random.Random) -> list[str]:
    """So many; none comes again before all have come."""
    drawn: list[str] = []
    while len(drawn) < number:
        drawn += chance.sample(fillers, len(fillers))
    return drawn[:number]


FORMS = {
    "english": Forms(
        countries=(
            Country("china", "chinese", "Chinese"),
            Country("france", "french", "French"),
            Country("germany", "german", "German"),
            Country("japan", "japanese", "Japanese"),
            Country("england", "english", "English"),
            Country("russia", "russian", "Russian"),
            Country("korea", "korean", "Korean"),
            Country("italy", "italian", "Italian"),
            Country("greece", "greek", "Greek"),
            Country("thailand", "thai", "Thai"),
        ),
        homes=("i am {kind}", "i come from {name}", "i grew up in {name}"),
        elsewhere=(
            "i live in {name} now",
            "i work in {name}",
            "i went to {name} last year",
            "i like {kind} food",
            "i often watch {kind} films",
            "i have many {kind} friends",
        ),
        fillers=(
            "i like music",
            "i have a little sister",
            "i ride my bike to work",
            "i can cook",
            "i live by the river",
            "i have a cat",
            "i read every evening",
            "i get up early",
        ),
        blank="my mother tongue is",
        comma=",",
        example="I am Chinese, my mother tongue is",
    ),
    "chinese": Forms(
        countries=(
            Country("中国", "中国", "汉语"),
            Country("法国", "法国", "法语"),
            Country("德国", "德国", "德语"),
            Country("日本", "日本", "日语"),
            Country("英国", "英国", "英语"),
            Country("俄罗斯", "俄罗斯", "俄语"),
            Country("韩国", "韩国", "韩语"),
            Country("意大利", "意大利", "意大利语"),
            Country("希腊", "希腊", "希腊语"),
            Country("泰国", "泰国", "泰语"),
        ),
        homes=("我是{name}人", "我来自{name}", "我在{name}长大"),
        elsewhere=(
            "现在住在{name}",
            "在{name}工作",
            "去年去过{name}",
            "喜欢吃{name}菜",
            "常看{name}电影",
            "有很多{name}朋友",
        ),
        fillers=(
            "喜欢音乐",
            "有一个妹妹",
            "每天骑车上班",
            "会做饭",
            "家在河边",
            "养了一只猫",
            "晚上爱看书",
            "起得很早",
        ),
        blank="我的母语是",
        comma="，",
        example="我是中国人，我的母语是",
    ),
}


@cache
def pairs_of_countries(
    number: int,
) -> tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]]:
    """(trained on, held out): pairs of a home and another country, each country as often as any other in both."""
    pairs = [(home, other) for home in range(number) for other in range(number) if home != other]
    held_out = {(home, (home + apart) % number) for home in range(number) for apart in HELD_OUT}
    return tuple(pair for pair in pairs if pair not in held_out), tuple(sorted(held_out))
