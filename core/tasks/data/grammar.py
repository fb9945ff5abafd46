"""A small grammar: random sentences in English, French and Chinese.

A sentence is subject, verb (affirmed or negated), object; a noun phrase is determiner, optional adjective,
noun. Translation is not word by word: French adjectives agree with the noun in gender and number and mostly
follow it, French verbs agree with the subject and French negation encloses the verb. Chinese has a measure word for
each noun after 那 and 这 (那只猫), 些 in its place for several (那些猫), and none after 我的 (我的猫, 我的这些猫); 看见
and 跟着 are denied with 没, the others, as habits, with 不; what is seen has been seen (看见了), unless denied (没看见).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

MEASURE = ""


class Noun(NamedTuple):
    """A noun: English singular and plural, French singular and plural, gender, Chinese, measure word.

    thing: whether it is old as things are (旧), not as what lives (老).
    """

    one: str
    many: str
    un: str  # French singular
    des: str  # French plural
    feminine: bool
    chinese: str
    measure: str
    thing: bool = False


class Adjective(NamedTuple):
    """An adjective. before: whether it stands before the French noun. chinese: of what lives, of things."""

    english: str
    french: tuple[str, str, str, str]  # masculine, feminine; of many: masculine, feminine
    before: bool
    chinese: tuple[str, str]


class Determiner(NamedTuple):
    """A determiner: English of one and of many; French masculine, feminine and of many; Chinese of one and of many."""

    english: tuple[str, str]
    french: tuple[str, str, str]
    chinese: tuple[tuple[str, ...], tuple[str, ...]]  # MEASURE: here stands the noun's measure word


class Verb(NamedTuple):
    """A verb: English base and third person, French singular and plural, Chinese affirmed and denied."""

    base: str
    third: str
    french: tuple[str, str]  # he, they
    chinese: tuple[str, ...]
    denied: tuple[str, ...]


NOUNS = (
    Noun("cat", "cats", "chat", "chats", False, "猫", "只"),
    Noun("dog", "dogs", "chien", "chiens", False, "狗", "条"),
    Noun("girl", "girls", "fille", "filles", True, "女孩", "个"),
    Noun("boy", "boys", "garçon", "garçons", False, "男孩", "个"),
    Noun("house", "houses", "maison", "maisons", True, "房子", "座", True),
    Noun("car", "cars", "voiture", "voitures", True, "汽车", "辆", True),
    Noun("fish", "fishes", "poisson", "poissons", False, "鱼", "条"),
    Noun("horse", "horses", "cheval", "chevaux", False, "马", "匹"),
    Noun("flower", "flowers", "fleur", "fleurs", True, "花", "朵", True),
    Noun("king", "kings", "roi", "rois", False, "国王", "位"),
)
ADJECTIVES = (
    Adjective("small", ("petit", "petite", "petits", "petites"), True, ("小", "小")),
    Adjective("big", ("grand", "grande", "grands", "grandes"), True, ("大", "大")),
    Adjective("black", ("noir", "noire", "noirs", "noires"), False, ("黑", "黑")),
    Adjective("green", ("vert", "verte", "verts", "vertes"), False, ("绿", "绿")),
    Adjective("old", ("vieux", "vieille", "vieux", "vieilles"), True, ("老", "旧")),
)
VERBS = (
    Verb("see", "sees", ("voit", "voient"), ("看见", "了"), ("没", "看见")),
    Verb("follow", "follows", ("suit", "suivent"), ("跟着",), ("没", "跟着")),
    Verb("draw", "draws", ("dessine", "dessinent"), ("画",), ("不", "画")),
    Verb("want", "wants", ("veut", "veulent"), ("要",), ("不", "要")),
    Verb("chase", "chases", ("chasse", "chassent"), ("追",), ("不", "追")),
)
DETERMINERS = (
    Determiner(("the", "the"), ("le", "la", "les"), (("那", MEASURE), ("那些",))),
    Determiner(("this", "these"), ("ce", "cette", "ces"), (("这", MEASURE), ("这些",))),
    Determiner(("my", "my"), ("mon", "ma", "mes"), (("我的",), ("我的", "这些"))),
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
            DETERMINERS[self.determiner].english[self.many],
            *middle,
            noun.many if self.many else noun.one,
        ]

    def french(self) -> list[str]:
        """The words in French."""
        noun, forms = NOUNS[self.noun], DETERMINERS[self.determiner].french
        first = forms[2] if self.many else forms[noun.feminine]
        name = noun.des if self.many else noun.un
        if self.adjective is None:
            return [first, name]
        adjective = ADJECTIVES[self.adjective]
        form = adjective.french[2 * self.many + noun.feminine]
        return [first, form, name] if adjective.before else [first, name, form]

    def chinese(self) -> list[str]:
        """The words in Chinese."""
        noun, first = NOUNS[self.noun], DETERMINERS[self.determiner].chinese[self.many]
        middle = [] if self.adjective is None else [ADJECTIVES[self.adjective].chinese[noun.thing]]
        return [*(word or noun.measure for word in first), *middle, noun.chinese]


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
        verb = VERBS[self.verb]
        middle = verb.denied if self.denied else verb.chinese
        return [*self.subject.chinese(), *middle, *self.object.chinese()]


def random_sentence(below: Callable[[int], int]) -> Sentence:
    """A random sentence; `below(n)` draws a whole number from 0 to n - 1."""

    def phrase() -> Phrase:
        adjective = below(len(ADJECTIVES) + 1)
        chosen = None if adjective == len(ADJECTIVES) else adjective
        return Phrase(below(len(DETERMINERS)), chosen, below(len(NOUNS)), bool(below(2)))

    return Sentence(phrase(), below(len(VERBS)), bool(below(2)), phrase())
