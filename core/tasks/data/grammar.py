"""A small grammar: random sentences in English, French and Chinese.

A sentence is subject, verb (affirmed or negated), object; a noun phrase is determiner, optional adjective,
noun. Translation is not word by word: French adjectives agree with the noun in gender and number and mostly
follow it, French verbs agree with the subject, French negation encloses the verb, and Chinese has a measure
word for each noun.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple


class Noun(NamedTuple):
    """A noun: English singular and plural, French singular and plural, gender, Chinese, measure word."""

    one: str
    many: str
    un: str  # French singular
    des: str  # French plural
    feminine: bool
    chinese: str
    measure: str


class Adjective(NamedTuple):
    """An adjective. before: whether it stands before the French noun."""

    english: str
    french: tuple[str, str, str, str]  # masculine, feminine; of many: masculine, feminine
    before: bool
    chinese: str


class Verb(NamedTuple):
    """A verb: English base and third person, French singular and plural, Chinese."""

    base: str
    third: str
    french: tuple[str, str]  # he, they
    chinese: str


NOUNS = (
    Noun("cat", "cats", "chat", "chats", False, "猫", "只"),
    Noun("dog", "dogs", "chien", "chiens", False, "狗", "条"),
    Noun("girl", "girls", "fille", "filles", True, "女孩", "个"),
    Noun("boy", "boys", "garçon", "garçons", False, "男孩", "个"),
    Noun("house", "houses", "maison", "maisons", True, "房子", "座"),
    Noun("car", "cars", "voiture", "voitures", True, "汽车", "辆"),
    Noun("fish", "fishes", "poisson", "poissons", False, "鱼", "条"),
    Noun("horse", "horses", "cheval", "chevaux", False, "马", "匹"),
    Noun("flower", "flowers", "fleur", "fleurs", True, "花", "朵"),
    Noun("king", "kings", "roi", "rois", False, "国王", "位"),
)
ADJECTIVES = (
    Adjective("small", ("petit", "petite", "petits", "petites"), True, "小"),
    Adjective("big", ("grand", "grande", "grands", "grandes"), True, "大"),
    Adjective("black", ("noir", "noire", "noirs", "noires"), False, "黑"),
    Adjective("green", ("vert", "verte", "verts", "vertes"), False, "绿"),
    Adjective("old", ("vieux", "vieille", "vieux", "vieilles"), True, "老"),
)
VERBS = (
    Verb("see", "sees", ("voit", "voient"), "看见"),
    Verb("follow", "follows", ("suit", "suivent"), "跟着"),
    Verb("draw", "draws", ("dessine", "dessinent"), "画"),
    Verb("want", "wants", ("veut", "veulent"), "要"),
    Verb("chase", "chases", ("chasse", "chassent"), "追"),
)
# English of one and of many; French of one (he, she) and of many; Chinese, and whether it needs a measure
DETERMINERS = (
    ("the", "the", "le", "la", "les", "那"),
    ("this", "these", "ce", "cette", "ces", "这"),
    ("my", "my", "mon", "ma", "mes", "我的"),
)


@dataclass(frozen=True)
class Phrase:
    """A noun phrase: indices into DETERMINERS, ADJECTIVES (None: without one) and NOUNS."""

    determiner: int
    adjective: int | None
    noun: int
    many: bool

    def english(self) -> list[str]:
        """The words in English."""
        noun = NOUNS[self.noun]
        middle = [] if self.adjective is None else [ADJECTIVES[self.adjective].english]
        return [
            DETERMINERS[self.determiner][self.many],
            *middle,
            noun.many if self.many else noun.one,
        ]

    def french(self) -> list[str]:
        """The words in French."""
        noun, forms = NOUNS[self.noun], DETERMINERS[self.determiner][2:5]
        first = forms[2] if self.many else forms[noun.feminine]
        name = noun.des if self.many else noun.un
        if self.adjective is None:
            return [first, name]
        adjective = ADJECTIVES[self.adjective]
        form = adjective.french[2 * self.many + noun.feminine]
        return [first, form, name] if adjective.before else [first, name, form]

    def chinese(self) -> list[str]:
        """The words in Chinese."""
        noun, first = NOUNS[self.noun], DETERMINERS[self.determiner][5]
        measure = "些" if self.many else noun.measure
        middle = [] if self.adjective is None else [ADJECTIVES[self.adjective].chinese]
        return [first, measure, *middle, noun.chinese]


@dataclass(frozen=True)
class Sentence:
    """Subject, verb (an index into VERBS), negated or not, and object."""

    subject: Phrase
    verb: int
    denied: bool
    object: Phrase

    def english(self) -> list[str]:
        """The words in English."""
        verb, many = VERBS[self.verb], self.subject.many
        if self.denied:
            middle = ["do" if many else "does", "not", verb.base]
        else:
            middle = [verb.base if many else verb.third]
        return [*self.subject.english(), *middle, *self.object.english()]

    def french(self) -> list[str]:
        """The words in French."""
        verb = VERBS[self.verb].french[self.subject.many]
        middle = ["ne", verb, "pas"] if self.denied else [verb]
        return [*self.subject.french(), *middle, *self.object.french()]

    def chinese(self) -> list[str]:
        """The words in Chinese."""
        middle = ["不"] if self.denied else []
        return [*self.subject.chinese(), *middle, VERBS[self.verb].chinese, *self.object.chinese()]


def random_sentence(below: Callable[[int], int]) -> Sentence:
    """A random sentence; `below(n)` draws a whole number from 0 to n - 1."""

    def phrase() -> Phrase:
        adjective = below(len(ADJECTIVES) + 1)
        chosen = None if adjective == len(ADJECTIVES) else adjective
        return Phrase(below(len(DETERMINERS)), chosen, below(len(NOUNS)), bool(below(2)))

    return Sentence(phrase(), below(len(VERBS)), bool(below(2)), phrase())
