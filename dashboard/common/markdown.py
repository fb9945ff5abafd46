"""Text that a reader or a link brings, on a page that reads Markdown."""


def escape_markdown(sentence: str) -> str:
    """The sentence with every sign of Markdown escaped: text of a reader must not become markup."""
    for sign in "\\`*_{}[]<>()#+-.!|~$:":
        sentence = sentence.replace(sign, "\\" + sign)
    return sentence
