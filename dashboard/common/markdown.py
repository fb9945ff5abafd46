"""Text of a reader's or of a link's, on a page that reads Markdown."""


def escape_markdown(sentence: str) -> str:
    """The sentence as plain text: what a link or a reader wrote must not be read as markup."""
    for sign in "\\`*_{}[]<>()#+-.!|~$:":
        sentence = sentence.replace(sign, "\\" + sign)
    return sentence
