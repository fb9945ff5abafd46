"""The grammar behind Translate and Words, sentence by sentence."""

import pytest

from core.tasks.data.grammar import (
    ADJECTIVES,
    DETERMINERS,
    NOUNS,
    VERBS,
    Phrase,
    Sentence,
)
from core.tasks.data.pair_lists import made_pairs


def parse_phrase(words: list[str]) -> tuple[Phrase, list[str]]:
    """The noun phrase at the beginning of English words, and what is left of them.

    A noun that is the same in both numbers would be of one; "the" and "my" take their number from the noun.
    """
    determiner = next(k for k, each in enumerate(DETERMINERS) if words[0] in each.english)
    adjectives = [each.english for each in ADJECTIVES]
    adjective = adjectives.index(words[1]) if words[1] in adjectives else None
    place = 1 if adjective is None else 2
    noun = next(k for k, each in enumerate(NOUNS) if words[place] in (each.one, each.many))
    many = words[place] == NOUNS[noun].many
    return Phrase(determiner, adjective, noun, many), words[place + 1 :]


def parse(english: str) -> Sentence:
    """The sentence that these English words say."""
    subject, rest = parse_phrase(english.split())
    denied = rest[0] in ("do", "does")
    rest = rest[2:] if denied else rest
    verb = next(k for k, each in enumerate(VERBS) if rest[0] in (each.base, each.third))
    return Sentence(subject, verb, denied, parse_phrase(rest[1:])[0])


SENTENCES = """
my cat sees the dog = 我的猫看见了那条狗
my cats see the dogs = 我的这些猫看见了那些狗
my cat does not see the dog = 我的猫没看见那条狗
this cat does not see these dogs = 这只猫没看见这些狗
the girl sees this fish = 那个女孩看见了这条鱼
these girls do not see my fish = 这些女孩没看见我的鱼
the small cat sees my big house = 那只小猫看见了我的大房子
the small cats do not see this big house = 那些小猫没看见这座大房子
the boys follow the king = 那些男孩跟着那位国王
the boy does not follow this king = 那个男孩没跟着这位国王
my horse follows my black car = 我的马跟着我的黑汽车
my horses do not follow these cars = 我的这些马没跟着这些汽车
this old king follows the black horse = 这位老国王跟着那匹黑马
the girl draws the flower = 那个女孩画那朵花
the girl does not draw the flower = 那个女孩不画那朵花
my girl draws these green flowers = 我的女孩画这些绿花
my girls do not draw this green flower = 我的这些女孩不画这朵绿花
these boys draw the old house = 这些男孩画那座旧房子
the king does not draw my old car = 那位国王不画我的旧汽车
the kings want this horse = 那些国王要这匹马
the king wants my horses = 那位国王要我的这些马
my boy wants the small dog = 我的男孩要那条小狗
my boy does not want the small dogs = 我的男孩不要那些小狗
these kings do not want the big house = 这些国王不要那座大房子
this girl wants this old car = 这个女孩要这辆旧汽车
my old dogs do not want the fish = 我的这些老狗不要那条鱼
the dog chases my cat = 那条狗追我的猫
the dogs chase my cats = 那些狗追我的这些猫
my black dog does not chase these cats = 我的黑狗不追这些猫
these big dogs chase the car = 这些大狗追那辆汽车
the old cat does not chase this fish = 那只老猫不追这条鱼
this horse sees the flowers = 这匹马看见了那些花
the car follows the horses = 那辆汽车跟着那些马
my fish does not see my house = 我的鱼没看见我的房子
"""
PAIRS = [tuple(line.split(" = ")) for line in SENTENCES.strip().splitlines()]


@pytest.mark.parametrize(("english", "chinese"), PAIRS)
def test_chinese_sentences_are_right(english, chinese):
    sentence = parse(english)
    assert " ".join(sentence.english()) == english
    assert "".join(sentence.chinese()) == chinese


def test_every_noun_has_its_measure_word_after_that_and_this_and_none_after_my():
    measures = dict(
        zip(
            ["猫", "狗", "女孩", "男孩", "房子", "汽车", "鱼", "马", "花", "国王"],
            "只条个个座辆条匹朵位",
            strict=True,
        )
    )
    for k, noun in enumerate(NOUNS):
        for determiner, one, many in ((0, "那", "那些"), (1, "这", "这些")):
            assert Phrase(determiner, None, k, False).chinese() == [
                *(one, measures[noun.chinese]),
                noun.chinese,
            ]
            assert Phrase(determiner, None, k, True).chinese() == [many, noun.chinese]
        assert Phrase(2, None, k, False).chinese() == ["我的", noun.chinese]
        assert Phrase(2, None, k, True).chinese() == ["我的", "这些", noun.chinese]


@pytest.mark.parametrize(
    ("phrase", "english", "french", "chinese"),
    [
        (Phrase(0, 0, 2, False), "the small girl", "la petite fille", "那 个 小 女孩"),
        (Phrase(1, 2, 7, True), "these black horses", "ces chevaux noirs", "这些 黑 马"),
        (Phrase(2, 4, 8, True), "my old flowers", "mes vieilles fleurs", "我的 这些 旧 花"),
        (Phrase(0, None, 9, False), "the king", "le roi", "那 位 国王"),
    ],
)
def test_phrases(phrase, english, french, chinese):
    assert " ".join(phrase.english()) == english
    assert " ".join(phrase.french()) == french
    assert " ".join(phrase.chinese()) == chinese


def test_verb_and_denial():
    cats, house = Phrase(0, None, 0, True), Phrase(1, 3, 4, False)
    denied = Sentence(cats, 0, True, house)
    assert " ".join(denied.english()) == "the cats do not see this green house"
    assert " ".join(denied.french()) == "les chats ne voient pas cette maison verte"
    assert " ".join(denied.chinese()) == "那些 猫 没 看见 这 座 绿 房子"
    assert " ".join(Sentence(house, 3, False, cats).french()) == "cette maison verte veut les chats"


def test_no_french_word_would_have_to_be_shortened():
    words = {w for _, target in made_pairs("french")[:3000] for w in target}
    assert not {w for w in words if w[0] in "aeiouhéêà"}
    assert len(DETERMINERS) == 3
    assert len(NOUNS) == 10
