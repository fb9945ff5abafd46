"""Text of any language: cut into characters and words, learnt from, drawn."""

import unicodedata

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.layers.sequence_model import SequenceModel
from core.tasks.data.corpus import MOST_SYMBOLS
from core.tasks.data.scripts import ends_sentence, join_words, split_characters, split_words
from core.tasks.text import Text
from core.tasks.words import UNKNOWN_WORD, Words

# text, its characters with spaces between (a space itself as _), its words with spaces between
CUTS = {
    "Hindi": ("नमस्ते दुनिया।", "न म स् ते _ दु नि या ।", "नमस्ते दुनिया ।"),
    "Bengali": ("আমি বাংলা।", "আ মি _ বাং লা ।", "আমি বাংলা ।"),
    "Tamil": ("வணக்கம்", "வ ண க் க ம்", "வணக்கம்"),
    "Arabic": ("مرحبا، كيف؟", "م ر ح ب ا ، _ ك ي ف ؟", "مرحبا ، كيف ؟"),
    "Arabic with vowels": ("كَتَبَ", "كَ تَ بَ", "كَتَبَ"),
    "Persian": ("می‌خواهم بروم", "م ی‌ خ و ا ه م _ ب ر و م", "می‌خواهم بروم"),
    "Hebrew": ("צה\"ל ג'ירפה", "צ ה \" ל _ ג ' י ר פ ה", "צה\"ל ג'ירפה"),
    "Thai": ("น้ำดี ครับ", "น้ำ ดี _ ค รั บ", "น้ำ ดี ค รั บ"),
    "Korean": ("안녕 세계!", "안 녕 _ 세 계 !", "안녕 세계 !"),
    "Korean in parts": (
        unicodedata.normalize("NFD", "안녕"),
        unicodedata.normalize("NFD", "안 녕"),
        unicodedata.normalize("NFD", "안녕"),
    ),
    "Chinese": ("他说：“好！”……", "他 说 ： “ 好 ！ ” … …", "他 说 ： “ 好 ！ ” ……"),
    "Japanese": ("私はネコです。", "私 は ネ コ で す 。", "私 は ネ コ で す 。"),
    "Greek": ("Γειά σου;", "Γ ε ι ά _ σ ο υ ;", "Γειά σου ;"),
    "Russian": ("Ёлка и йод", "Ё л к а _ и _ й о д", "Ёлка и йод"),
    "Turkish": ("İstanbul'da ışık", "İ s t a n b u l ' d a _ ı ş ı k", "İstanbul'da ışık"),
    "Vietnamese": ("Tiếng Việt", "T i ế n g _ V i ệ t", "Tiếng Việt"),
    "Vietnamese in parts": (
        unicodedata.normalize("NFD", "Việt"),
        unicodedata.normalize("NFD", "V i ệ t"),
        unicodedata.normalize("NFD", "Việt"),
    ),
    "English": ("Don't, e.g. 3.14!", "D o n ' t , _ e . g . _ 3 . 1 4 !", "Don't , e.g . 3.14 !"),
    "French": ("l’homme « a »", "l ’ h o m m e _ « _ a _ »", "l’homme « a »"),
    "Catalan": ("col·lecció", "c o l · l e c c i ó", "col·lecció"),
    "emoji": ("👨‍👩‍👧👍🏽 🇩🇪🇫🇷!!", "👨‍👩‍👧 👍🏽 _ 🇩🇪 🇫🇷 ! !", "👨‍👩‍👧 👍🏽 🇩🇪 🇫🇷 !!"),
}
STORIES = {
    "Hindi": "राम घर जाता है। सीता किताब पढ़ती है। राम किताब पढ़ता है। ",
    "Arabic": "ذهب الولد إلى البيت. قرأ الولد الكتاب. هل قرأ الولد؟ ",
    "Hebrew": "הילד הלך הביתה. הילד קרא ספר. האם הילד קרא? ",
    "Thai": "แมวกินปลา หมากินข้าว แมวนอน ",
    "Korean": "고양이가 물고기를 먹었다. 개가 밥을 먹었다. ",
    "Chinese": "小猫吃了一条鱼。小狗没吃鱼！你看见了吗？",
    "Japanese": "猫は魚を食べた。犬は食べなかった。",
    "Greek": "Η γάτα έφαγε το ψάρι. Ο σκύλος δεν το έφαγε. ",
    "Russian": "Кошка съела рыбу. Собака её не ела. ",
    "Turkish": "Kedi balığı yedi. İt balığı yemedi. ",
    "Vietnamese": "Con mèo ăn cá. Con chó không ăn cá. ",
    "emoji": "👍🏽 👨‍👩‍👧 🇩🇪 👍🏽! 👨‍👩‍👧 🇩🇪. ",
    "no full stop": "one two three two one ",
    "hello": "hello ",
}


@pytest.mark.parametrize("language", CUTS)
def test_a_text_is_cut_as_its_readers_would(language):
    text, characters, words = CUTS[language]
    assert " ".join("_" if c == " " else c for c in split_characters(text)) == characters
    assert " ".join(split_words(text)) == words


@given(st.text(max_size=60))
def test_characters_lose_nothing_and_words_nothing_but_spaces_and_invisible_marks(text):
    assert "".join(split_characters(text)) == text
    lost = {"Zs", "Zl", "Zp", "Cc", "Cf"}
    visible = [c for c in text if unicodedata.category(c) not in lost]
    words = split_words(text)
    assert [c for w in words for c in w if unicodedata.category(c) not in lost] == visible
    assert not any(c.isspace() for w in words for c in w)


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["the", "cat", "."], "the cat ."),
        (["我", "明", "白", "。", "ok", "吗", "？"], "我明白。 ok 吗？"),
        (["“", "好", "”", "，", "他"], "“好”，他"),
        (["“", "yes", "”"], "“ yes ”"),
        ([], ""),
    ],
)
def test_words_are_joined_as_their_script_is_written(words, text):
    assert join_words(words) == text


@pytest.mark.parametrize("mark", [*".!?…。！？؟।॥", "...", "?!", "……"])
def test_a_sentence_ends_with_a_mark_of_any_script(mark):
    assert ends_sentence(mark)


@pytest.mark.parametrize("no_mark", ["", ",", "，", "a.", "、", "-"])
def test_other_symbols_end_none(no_mark):
    assert not ends_sentence(no_mark)


def draw(task, **options):
    """One picture of everything that a page shows of a fresh network: -> what it writes."""
    model = SequenceModel(
        task.input_size, task.output_size, cell="gru", hidden_size=4, at="every", embedding=3
    )
    batch = task.held_out
    with torch.no_grad():
        output = model(batch.x, batch.lengths)
        assert torch.isfinite(task.loss(model(task.train_eval.x), task.train_eval))
    assert task.metrics(output, batch)["perplexity"] > 1
    assert task.baselines["bigram"]["perplexity"] >= 1
    assert task.division
    assert task.note
    assert len(task.probe(None).symbols) == task.probe(None).batch.T
    return task.panel_data(model, output, batch, 0, **options).text


@pytest.mark.parametrize("language", STORIES)
@pytest.mark.parametrize("task", [Text, Words])
def test_a_text_of_any_language_is_read_and_drawn(language, task):
    corpus = STORIES[language] * 12
    made = task(corpus=corpus, length=4)
    cut = split_characters(corpus) if task is Text else [w.lower() for w in split_words(corpus)]
    assert list(made._corpus.symbols) == cut  # nothing is rare here
    assert "rare" not in made.note
    assert draw(made)
    typed = "".join(cut[:3]) if task is Text else join_words(cut[:3])
    assert made.probe(typed).symbols == tuple(cut[:3])


def test_a_text_of_a_thousand_different_characters_keeps_them_all():
    characters = [chr(0x4E00 + k) for k in range(1000)]
    task = Text(corpus="".join(characters * 2) + "。", length=10)
    assert len(task.labels) == 1001
    assert "rare" not in task.note


def test_of_three_thousand_different_characters_the_rare_ones_become_one_and_it_is_said():
    often = [chr(0x4E00 + k) for k in range(400)]
    once = [chr(0x5E00 + k) for k in range(2600)]
    corpus = "".join(often * 10 + once)
    task = Text(corpus=corpus, length=10)
    assert len(task.labels) <= MOST_SYMBOLS
    assert "□" in task.labels
    kept = [c if c in task.labels else "□" for c in corpus]
    assert task._corpus.symbols == kept
    lost = kept.count("□")
    assert task.note.endswith(
        f"; {lost:,} of 6,600 characters are rare and read as □ ({lost:,} different ones)"
    )
    probe = task.probe(often[0] + once[-1] + "q")
    assert probe.symbols == (often[0], "□", "□")
    assert probe.drawing["unknown"] == [once[-1], "q"]
    assert draw(task)


def test_words_says_what_it_does_not_know():
    probe = Words().probe("my cat sees the zebra and the Gnu")
    assert probe.drawing == {"unit": "word", "unknown": ["zebra", "and", "gnu"]}
    assert probe.symbols == ("my", "cat", "sees", "the", *[UNKNOWN_WORD] * 2, "the", UNKNOWN_WORD)
    assert Words().probe("my cat").drawing["unknown"] == []


@pytest.mark.parametrize(
    "corpus", ["hello", "hello hello", "ab ab", "一二一二一", "👍🏽👎🏽👍🏽👎🏽👍🏽"]
)
def test_the_shortest_corpora_work_with_short_sequences(corpus):
    task = Text(corpus=corpus, length=2)
    assert task.sample(torch.Generator().manual_seed(1), 3).x.shape == (2, 3)
    assert draw(task)


def test_hell_predicts_ello():
    task = Text(corpus="hello " * 10, length=4)
    assert "".join(task.labels[k] for k in task.probe("hell").batch.y[:3, 0].tolist()) == "ell"


def test_a_corpus_of_the_word_once_is_refused_with_what_it_lacks():
    with pytest.raises(ValueError, match=r"corpus: expected at least 7 characters .* got 5\. "):
        Text(corpus="hello", length=4)
    with pytest.raises(ValueError, match=r"some word occurs twice .* got 3 words and none"):
        Words(corpus="one two three", length=2)
    with pytest.raises(ValueError, match=r"at least 2 different characters, got 1"):
        Text(corpus="aaaaaaaaaaaaa", length=2)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=8),
    st.integers(1, 12),
    st.sampled_from([Text, Words]),
)
def test_any_text_is_refused_with_a_sentence_or_read_without_loss_and_drawn(parts, times, kind):
    corpus = " ".join(parts) * times
    try:
        task, refusal = kind(corpus=corpus, length=2), ""
    except ValueError as error:
        task, refusal = None, str(error)
    if task is None:
        assert refusal.startswith("corpus: expected")
        return
    symbols, read = task._corpus.symbols, task._corpus.read
    if kind is Text:
        assert "".join(symbols) == corpus.replace("\r\n", "\n").replace("\r", "\n")
    differing = sum(a != b for a, b in zip(symbols, read, strict=True))
    assert (f"; {differing:,} of {len(read):,} words are rare" in task.note) == (differing > 0)
    numbers = torch.cat(task._parts).tolist()
    assert [task.labels[k] for k in numbers] == list(symbols)
    draw(task, temperature=1.0)
