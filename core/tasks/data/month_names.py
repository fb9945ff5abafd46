"""Names of the months in the languages of Europe and Indonesian, and how a word becomes a month.

The names are those of Unicode's CLDR 48 (Unicode License v3), in both grammatical forms where there are two,
with the abbreviations that are no beginnings of the names.
"""

import unicodedata
from functools import cache

LEAST_LETTERS = 3  # of an abbreviation

# Language -> twelve names with spaces between, their forms with strokes between.
MONTHS = {
    "en": ("january february march april may june july august september october november december"),
    "de": (
        "januar/jänner februar märz/mrz april mai juni juli august september oktober november "
        "dezember"
    ),
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": (
        "enero febrero marzo abril mayo junio julio agosto septiembre/setiembre octubre "
        "noviembre diciembre"
    ),
    "it": (
        "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre "
        "dicembre"
    ),
    "pt": (
        "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro"
    ),
    "nl": (
        "januari februari maart/mrt april mei juni juli augustus september oktober november "
        "december"
    ),
    "sv": ("januari februari mars april maj juni juli augusti september oktober november december"),
    "da": "januar februar marts april maj juni juli august september oktober november december",
    "nb": "januar februar mars april mai juni juli august september oktober november desember",
    "fi": (
        "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta "
        "elokuuta syyskuuta lokakuuta marraskuuta joulukuuta"
    ),
    "pl": (
        "stycznia/styczeń lutego/luty marca/marzec kwietnia/kwiecień maja czerwca/czerwiec "
        "lipca/lipiec sierpnia/sierpień września/wrzesień października listopada "
        "grudnia/grudzień"
    ),
    "cs": (
        "ledna/leden února března/březen dubna/duben května/květen června/červen/čvn "
        "července/červenec/čvc srpna/srpen září října/říjen listopadu prosince/prosinec"
    ),
    "sk": (
        "januára februára marca/marec apríla mája júna júla augusta septembra/september "
        "októbra/október novembra/november decembra/december"
    ),
    "hu": (
        "január február március április május június július augusztus szeptember október "
        "november december"
    ),
    "ro": (
        "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie "
        "noiembrie/nov decembrie"
    ),
    "tr": "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
    "ru": (
        "января/январь февраля/февраль марта апреля/апрель мая/май июня/июнь июля/июль "
        "августа сентября/сентябрь октября/октябрь ноября/ноябрь декабря/декабрь"
    ),
    "uk": (
        "січня/січень лютого/лютий березня/березень квітня/квітень травня/травень "
        "червня/червень липня/липень серпня/серпень вересня/вересень жовтня/жовтень листопада "
        "грудня/грудень"
    ),
    "bg": "януари февруари март април май юни юли август септември октомври ноември декември",
    "el": (
        "ιανουαρίου/ιανουάριος φεβρουαρίου/φεβρουάριος μαρτίου/μάρτιος απριλίου/απρίλιος "
        "μαΐου/μάιος ιουνίου/ιούνιος ιουλίου/ιούλιος αυγούστου/αύγουστος "
        "σεπτεμβρίου/σεπτέμβριος οκτωβρίου/οκτώβριος νοεμβρίου/νοέμβριος "
        "δεκεμβρίου/δεκέμβριος"
    ),
    "id": (
        "januari februari maret april mei juni juli agustus september oktober november desember"
    ),
    "ca": "gener febrer març abril maig juny juliol agost setembre octubre novembre desembre",
    "hr": (
        "siječnja/siječanj veljače/veljača ožujka/ožujak travnja/travanj svibnja/svibanj "
        "lipnja/lipanj srpnja/srpanj kolovoza rujna/rujan listopada studenoga/studeni "
        "prosinca/prosinac"
    ),
    "sl": ("januar februar marec april maj junij julij avgust september oktober november december"),
    "et": (
        "jaanuar veebruar märts aprill mai juuni juuli august september oktoober november detsember"
    ),
    "lv": (
        "janvāris februāris marts aprīlis maijs jūnijs jūlijs augusts septembris oktobris "
        "novembris decembris"
    ),
    "lt": (
        "sausio/sausis vasario/vasaris kovo/kovas balandžio/balandis gegužės "
        "birželio/birželis liepos/liepa rugpjūčio/rugpjūtis rugsėjo/rugsėjis spalio/spalis "
        "lapkričio/lapkritis gruodžio/gruodis"
    ),
}


def fold_word(word: str) -> str:
    """`word` in small letters without accents and points."""
    letters = unicodedata.normalize("NFKD", word.casefold())
    return "".join(c for c in letters if c.isalnum())


def read_months(words: set[str]) -> list[dict[str, int]]:
    """The different ways to read all of `words` as months: word -> 1 to 12; [] where no language knows them all.

    A word is a name or the beginning of only one name of the language. "listopad" is November in Polish and
    October in Croatian: two ways.
    """
    ways: list[dict[str, int]] = []
    for language in MONTHS:
        months = {word: _month(language, word) for word in words}
        if all(months.values()) and months not in ways:
            ways.append(months)
    return ways


@cache
def _month(language: str, word: str) -> int:
    """1 to 12, or 0 where the word is no month of the language."""
    folded = fold_word(word)
    names = [[fold_word(form) for form in forms.split("/")] for forms in MONTHS[language].split()]
    whole = [k for k, forms in enumerate(names, 1) if folded in forms]
    begun = [
        k for k, forms in enumerate(names, 1) if any(form.startswith(folded) for form in forms)
    ]
    if len(whole) == 1:
        return whole[0]
    return begun[0] if len(begun) == 1 and len(folded) >= LEAST_LETTERS else 0
