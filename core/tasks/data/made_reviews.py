"""Short film reviews made by rule, in English and Chinese, each with the label "positive" or "negative".

A review has a verdict that decides its label. Most verdicts are a word of praise or blame, some of them
denied ("not boring at all"), and what stands beside it praises or blames something else ("a strong cast, but ...").
So neither a single word nor the number of good and bad words always decides.
"""

import random
from functools import cache

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
DENIED = 0.3  # of the verdicts
BEGINS = 0.6  # of the reviews with a remark before the verdict


@cache
def made_reviews() -> tuple[tuple[str, str], ...]:
    """1600 different (review, label) pairs, half of them in Chinese, in random order."""
    chance = random.Random(SEED)
    reviews: dict[str, str] = {}
    while len(reviews) < REVIEWS:
        text, label = _review(chance, chinese=len(reviews) % 2 == 1)
        reviews[text] = label
    return tuple(reviews.items())


def _review(chance: random.Random, chinese: bool) -> tuple[str, str]:
    is_good, denied = chance.random() < 0.5, chance.random() < DENIED
    words = PRAISE if is_good != denied else BLAME
    verdict, film = chance.choice(words)[chinese], chance.choice(FILMS)[chinese]
    label = POSITIVE if is_good else NEGATIVE
    if chinese:
        told = (
            f"{film}一点也不{verdict}。"
            if denied
            else f"{film}{chance.choice(('很', '真', '非常'))}{verdict}。"
        )
    else:
        degree = chance.choice(("really ", "very ", ""))
        told = f"{film} is not {verdict} at all." if denied else f"{film} is {degree}{verdict}."
    if chance.random() > BEGINS:
        return told, label
    praises = chance.random() < 0.5
    thing = chance.choice(THINGS)[chinese]
    remark = chance.choice(PRAISE if praises else BLAME)[chinese]
    if chinese:
        link = "，" if praises == is_good else "，但是"
        return f"{thing}很{remark}{link}{told}", label
    link = "and" if praises == is_good else "but"
    return f"the {thing} is {remark}, {link} {told}", label
