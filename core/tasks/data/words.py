"""Text cut into words, in any script."""

import re
import unicodedata
from functools import cache

APOSTROPHES = "'’"
# Written without spaces between words: each character of these is taken as a word.
ALONE = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


@cache
def _kind(character: str) -> str:
    """ "alone": a word by itself; "word": part of one; "apostrophe": so between letters; "space", or "mark"."""
    if character.isspace():
        return "space"
    if ALONE.match(character):
        return "alone"
    if character in APOSTROPHES:
        return "apostrophe"
    # Vowel signs of Indian scripts and accents written apart are marks (M) that belong to the letter before.
    if (
        character.isalnum()
        or unicodedata.category(character)[0] == "M"
        or character in "_\u200c\u200d"
    ):
        return "word"
    return "mark"


def cut_words(text: str) -> list[str]:
    """Words and punctuation marks, in order. Chinese and Japanese are cut into characters."""
    words: list[str] = []
    word = ""
    for k, character in enumerate(text):
        kind = _kind(character)
        if kind == "apostrophe":
            following = text[k + 1 : k + 2]
            kind = "word" if word and following and _kind(following) == "word" else "mark"
        if kind == "word":
            word += character
            continue
        if word:
            words.append(word)
            word = ""
        if kind != "space":
            words.append(character)
    return [*words, word] if word else words
