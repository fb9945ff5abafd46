"""The glossary: assets/glossary/NAME.yaml, a term each; the file's name is the name that lessons and labels use.

    # hidden_state.yaml
    aliases: [state, h, a⟨t⟩, 隐藏状态, 隱藏狀態]     # other names, in books and dialects, of any language; for the search
    see: "/?task=echo"                              # where it can be seen: an address of the app; may be left out
    picture: hidden_state.svg                       # beside the file; may be left out
    en:
      term: hidden state
      text: >
        The numbers that a recurrent network carries from one step to the next. …      (Markdown, links as in lessons)
    zh:
      term: 隐状态
      text: …

An entry without the reader's language shows the first that it has.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..common.messages import Sentence, say, sentence_of
from .fields import Fields, as_fields, misfit
from .lesson_file import LANGUAGE
from .text_html import check_markdown
from .yaml_file import place_of, read_yaml

GLOSSARY = Path(__file__).parents[2] / "assets" / "glossary"
MAX_ALIASES, MAX_WORDS_CHARACTERS, MAX_ENTRY_CHARACTERS = 30, 60, 1500


@dataclass(frozen=True)
class Words:
    """An entry in one language. term: as it stands in a text. text: Markdown."""

    term: str
    text: str


@dataclass(frozen=True)
class Entry:
    """A term. see: an address of the app, picture: a file beside it; "" without. texts: language -> words."""

    name: str
    aliases: tuple[str, ...]
    see: str
    picture: str
    texts: Mapping[str, Words]

    def text_for(self, language: str) -> Words:
        """Its words for a reader of this language."""
        return self.texts.get(language) or next(iter(self.texts.values()))


def read_glossary(folder: Path = GLOSSARY) -> tuple[dict[str, Entry], dict[str, Sentence]]:
    """All entries by name; and of each file that holds none, its name and why."""
    entries: dict[str, Entry] = {}
    broken: dict[str, Sentence] = {}
    for path in sorted(folder.glob("*.yaml")):
        try:
            entries[path.stem] = read_entry(path)
        except ValueError as error:
            sentence = sentence_of(error)
            is_kept = isinstance(sentence, Sentence)
            broken[path.stem] = sentence if is_kept else say("{problem}", problem=sentence)
    return entries, broken


def read_entry(path: Path) -> Entry:
    """The entry of a file. ValueError with a sentence: it is none."""
    fields = read_yaml(path)
    Fields(place_of(path), {"name": path.stem}).name("name")
    languages = [key for key in fields.values if LANGUAGE.fullmatch(key)]
    fields.only("aliases", "see", "picture", *languages)
    if not languages:
        expected = say("a section for each language, en")
        raise misfit(fields.place, expected, list(fields.values), say("Write one."))
    aliases = fields.listed("aliases", 0, MAX_ALIASES)
    for alias in aliases:
        if not isinstance(alias, str) or not 0 < len(alias) <= MAX_WORDS_CHARACTERS:
            expected = say("a name of at most {most} characters", most=MAX_WORDS_CHARACTERS)
            raise misfit(fields.at("aliases"), expected, alias, say("Shorten it."))
    picture = fields.text("picture", "")
    if picture and (Path(picture).name != picture or not (path.parent / picture).is_file()):
        expected = say("a file beside this one")
        raise misfit(fields.at("picture"), expected, picture, say("Put it there."))
    return Entry(
        path.stem,
        tuple(aliases),
        fields.text("see", ""),
        picture,
        {code: _read_words(as_fields(fields.at(code), fields.values[code])) for code in languages},
    )


def _read_words(fields: Fields) -> Words:
    fields.only("term", "text")
    term, text = fields.text("term"), fields.values.get("text")
    if not isinstance(text, str) or not 0 < len(text.strip()) <= MAX_ENTRY_CHARACTERS:
        expected = say("a text of at most {most} characters", most=MAX_ENTRY_CHARACTERS)
        raise misfit(fields.at("text"), expected, text, say("Two sentences are enough."))
    check_markdown(fields.at("text"), text)
    return Words(term, text.strip())
