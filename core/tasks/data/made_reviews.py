"""Short film reviews made by rule, in English and Chinese: each is positive or negative, and gives one to five stars.

A review has a verdict that decides its label. Most verdicts are a word of praise or blame, some of them
denied ("not boring at all"), and what stands beside it praises or blames something else ("a strong cast, but ...").
So neither a single word nor the number of good and bad words always decides. A strong word ("really", "非常") gives or
takes another star; a remark that says the opposite takes it back.
"""

import random
from functools import cache
from typing import NamedTuple

REVIEWS, SEED = 1600, 43
POSITIVE, NEGATIVE = "positive", "negative"
THINGS = (
    ("story", "故事"),
    ("cast", "演员"),
    ("music", "音乐"),
    ("ending", "结局"),
    ("picture", "画面"),
)
FILMS = (("this film", "这部电影"), ("the film", "影片"), ("the whole thing", "整部片子"))
# English and Chinese words for praise and blame.
PRAISE = (
    ("wonderful", "精彩"),
    ("moving", "感人"),
    ("funny", "有趣"),
    ("clever", "巧妙"),
    ("fresh", "新鲜"),
)
BLAME = (
    ("boring", "无聊"),
    ("weak", "薄弱"),
    ("silly", "愚蠢"),
    ("slow", "拖沓"),
    ("flat", "平淡"),
)
STARS = ("1 star", "2 stars", "3 stars", "4 stars", "5 stars")
DENIED = 0.3  # of the verdicts
BEGINS = 0.6  # of the reviews with a remark before the verdict


class Review(NamedTuple):
    """verdict: POSITIVE or NEGATIVE. stars: of STARS."""

    text: str
    verdict: str
    stars: str


@cache
def made_reviews() -> tuple[Review, ...]:
    """1600 different reviews, half of them in Chinese, in random order."""
    chance = random.Random(SEED)
    reviews: dict[str, Review] = {}
    while len(reviews) < REVIEWS:
        review = _review(chance, chinese=len(reviews) % 2 == 1)
        reviews[review.text] = review
    return tuple(reviews.values())


def _review(chance: random.Random, chinese: bool) -> Review:
    is_good, denied = chance.random() < 0.5, chance.random() < DENIED
    words = PRAISE if is_good != denied else BLAME
    word, film = chance.choice(words)[chinese], chance.choice(FILMS)[chinese]
    if chinese:
        degree = "" if denied else chance.choice(("很", "真", "非常"))
        verdict = f"{film}一点也不{word}。" if denied else f"{film}{degree}{word}。"
    else:
        degree = chance.choice(("really ", "very ", ""))
        verdict = f"{film} is not {word} at all." if denied else f"{film} is {degree}{word}."
    is_strong = not denied and degree in ("really ", "very ", "真", "非常")
    if chance.random() > BEGINS:
        return _rated(verdict, is_good, is_strong)
    praises = chance.random() < 0.5
    thing = chance.choice(THINGS)[chinese]
    remark = chance.choice(PRAISE if praises else BLAME)[chinese]
    agrees = praises == is_good
    if chinese:
        text = f"{thing}很{remark}{'，' if agrees else '，但是'}{verdict}"
    else:
        text = f"the {thing} is {remark}, {'and' if agrees else 'but'} {verdict}"
    return _rated(text, is_good, is_strong, agrees)


def _rated(text: str, is_good: bool, is_strong: bool, agrees: bool = True) -> Review:
    """With stars: from three in the middle one for the verdict, one more for a strong word, one less for a "but"."""
    away = 1 + is_strong - (not agrees)
    stars = STARS[2 + (away if is_good else -away)]
    return Review(text, POSITIVE if is_good else NEGATIVE, stars)
