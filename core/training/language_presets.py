"""The examples of the course about language: reviews, language models, blanks, tags and translation."""

from .preset import Preset

LANGUAGE_PRESETS: dict[str, Preset] = {
    "reviews": Preset(
        "Film reviews: positive or negative?",
        "language",
        "Positive or negative? Order decides.",
        "Naive Bayes counts symbols and gets 57 % of the held-out reviews right. The network also reads their order: "
        "after 200 updates it gets nearly all of them right. It answers after [every symbol](step:5).",
        {"task": "classify", "hidden_size": "24"},
    ),
    "stars": Preset(
        "Film reviews: how many stars?",
        "language",
        "One of five answers at the end of a text.",
        "Many to one: a whole review goes in, one to five stars come out. A strong word gives or takes a star, and so does a "
        "“but”. Naive Bayes, which sees no order, gets about half right; after 500 updates the network gets nearly all. "
        "[Type a milder one](type:the film is wonderful.).",
        {"task": "classify", "hidden_size": "24", "rating": "stars"},
        reads="the film is really wonderful.",
    ),
    "hello": Preset(
        "From hell to ello",
        "language",
        "The smallest language model: one word.",
        "It reads h-e-l-l and says e-l-l-o, one letter ahead. After [the first l](step:3) comes an l, after "
        "[the second](step:4) an o: the letter is the same, [the state](row:remembers) is not. After 200 updates each of the "
        "four letters is nearly certain.",
        {"task": "text", "hidden_size": "16", "length": "4", "text": "hello"},
        reads="hell",
    ),
    "characters": Preset(
        "Language model, characters",
        "language",
        "Which character comes next?",
        "After [each character](step:6) it says which one comes next. Within 450 updates held-out perplexity falls to "
        "less than half of the bigram's; [the sample](row:picture) is what it writes by itself.",
        {"task": "text"},
    ),
    "chinese": Preset(
        "Language model, Chinese characters",
        "language",
        "A short Chinese story, soon learnt by heart.",
        "After 100 updates held-out perplexity is less than half of the bigram's. Go on to 500, and it more than "
        "doubles while that of the training text falls: so short a story is soon known by heart. "
        "[The sample](row:picture) shows it.",
        {"task": "text", "text": "chinese"},
        reads="春天来了，天气一天比一天",
    ),
    "words": Preset(
        "Language model, words",
        "language",
        "Which word comes next, and how likely is a sentence?",
        "[Type a sentence](type:the small cat sees my dogs .): its log p is the sum over its words, the first one read as "
        "the beginning of a sentence. [A sample](row:picture) ends at the full stop. Within 300 updates held-out perplexity falls below the bigram's.",
        {"task": "words"},
    ),
    "fill_in": Preset(
        "Fill in: I am Chinese, my mother tongue is ___",
        "language",
        "The country far back decides, not the one nearby.",
        "[The home](step:3) comes first, and [another country](step:12) is named on the way. After 400 updates nearly every "
        "blank is right, though no pair of countries in these sentences was ever trained on. "
        "[Type the shortest sentence](type:I am Chinese, my mother tongue is ___).",
        {"task": "fill_in"},
        reads="I am Chinese, I like music, I went to France last year, my mother tongue is",
    ),
    "fill_in_chinese": Preset(
        "Fill in: 我是中国人，我的母语是___",
        "language",
        "The same in Chinese, character by character.",
        "[The home](step:4) comes first, and [another country](step:17) is named on the way. After 400 updates nearly every "
        "blank is right, though no pair of countries in these sentences was ever trained on. "
        "[Type the shortest sentence](type:我是中国人，我的母语是___).",
        {"task": "fill_in", "language": "chinese"},
        reads="我是中国人，喜欢音乐，去年去过法国，我的母语是",
    ),
    "entities_forward": Preset(
        "Entities, reading forwards",
        "language",
        "Teddy: a president or a bear?",
        "Up to [Teddy](step:3) two sentences are the same; [the next word](step:4) decides. A network that reads forwards "
        "says the same of both, so exactly half of such words are right, after 200 updates or a million. "
        "[The next example](example:entities) adds the other direction.",
        {"task": "entities", "bidirectional": "false"},
        reads="He said Teddy bears are on sale today",
    ),
    "entities": Preset(
        "Entities, read from both ends",
        "language",
        "Two directions, because the answer lies ahead.",
        "The same network with a second direction, which has read [the next word](step:4) before it comes to "
        "[Teddy](step:3). After 100 updates every held-out name is found. "
        "[Try the other sentence](type:He said Teddy Roosevelt was a great president).",
        {"task": "entities"},
        reads="He said Teddy bears are on sale today",
    ),
    "parts_of_speech": Preset(
        "Parts of speech: a tag for every word",
        "language",
        "They plan the visit; they visit the plan.",
        "[The verb](step:2) and [the noun](step:4) can change places: [try it](type:they visit the plan). After 200 updates "
        "over nine in ten ambiguous words are right; a list of commonest tags gets about half. Only “her” needs "
        "[the word after it](type:they watch her watch): with both directions all are right.",
        {"task": "parts_of_speech"},
        reads="they plan the visit",
    ),
    "translate": Preset(
        "Encoder and decoder",
        "language",
        "A sentence in, its translation out, through one state.",
        "Up to [the arrow](step:10) it reads, from there on it writes; the gradient crosses the line. After 2100 updates "
        "most held-out sentences are translated without a mistake.",
        {"task": "translate"},
    ),
    "attention": Preset(
        "Translation with attention",
        "language",
        "Which word does it look at?",
        "[The matrix](row:picture) shows where the decoder looks for [each word that it writes](step:12). After 350 updates it looks "
        "mostly at one word at a time, and nearly every held-out sentence is right.",
        {"task": "translate", "attention": "true"},
    ),
}
