"""Which language a text is in, as far as a test can tell: English sentences, and Chinese characters."""

import re

# Four words in a row are a sentence, or a part of one; fewer may be a name.
SENTENCE = re.compile(r"[A-Za-z][A-Za-z’']+(?:,? [A-Za-z][A-Za-z’']+){3,}")
CHINESE = re.compile(r"[\u3400-\u9fff]+")
# Names of papers, and the sentence that many courses on the topic quote.
NAMES = re.compile(
    r"Long short-term memory|Unitary evolution recurrent neural networks|On the difficulty of training recurrent neural networks"
    r"|An empirical exploration of recurrent network architectures"
    r"|The cat, which already ate a bunch of food, was full"
    r"|A simple way to initialize recurrent networks of rectified linear units"
)
# What a network reads and writes, quoted or spelled, and examples of what can be typed.
DATA = re.compile(r"“[^”]*”|\"[^\"]*\"|\b[a-z](-[a-z])+\b|: [a-z ]+$|python -m [\w.]+")


def english_in(text: str) -> list[str]:
    """The English sentences in a text that is to be in another language."""
    return SENTENCE.findall(DATA.sub(" 。", NAMES.sub(" 。", text)))


def chinese_in(text: str) -> list[str]:
    """The Chinese in a text that is to be English."""
    return CHINESE.findall(text)
