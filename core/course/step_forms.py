"""What may stand below predict, until, reveal and check: read from a lesson's file, and sent to the browser like this."""

from collections.abc import Callable, Mapping
from typing import Any

from ..common.checks import shorten
from ..common.messages import say
from .fields import Fields, as_name, misfit

CURVES = ("gradient", "loss", "headline")  # what a reveal can measure of the present run
COLUMNS = ("a", "b", "c", "d")  # the columns of Compare
MAX_POINTS, MAX_UPDATES, MAX_SECONDS = 12, 100_000, 600
Content = dict[str, Any]


def read_predict(fields: Fields) -> Content:
    """A choice of two to six keys, a number, or a curve."""
    form = fields.only("choice", "number", "curve").exactly_one("choice", "number", "curve")
    if form == "choice":
        return {"choice": fields.names("choice", 2, 6)}
    inner = fields.mapping(form)
    if form == "number":
        inner.only("low", "high", "unit")
        number = {"low": inner.number("low"), "high": inner.number("high")}
        if number["low"] >= number["high"]:
            expected = say("a number above low")
            raise misfit(inner.at("high"), expected, number["high"], say("Change one of the two."))
        return {"number": number | {"unit": inner.text("unit", "")}}
    inner.only("x", "y", "log", "points")
    curve = {"x": inner.pair("x"), "y": inner.pair("y"), "log": inner.truth("log")}
    if curve["log"] and min(curve["y"]) <= 0:
        expected = say("numbers above 0 on a log axis")
        raise misfit(inner.at("y"), expected, curve["y"], say("Leave log out, or change them."))
    return {"curve": curve | {"points": inner.whole("points", 2, MAX_POINTS, 6)}}


def read_until(fields: Fields) -> Content:
    """An update, the value of a metric, or seconds that the run has trained; on Compare of which column."""
    fields.only("update", "metric", "reaches", "seconds", "column")
    form = fields.exactly_one("update", "metric", "seconds")
    content: Content = {"column": _column(fields)} if fields.has("column") else {}
    if form == "metric":
        return content | {"metric": fields.text("metric"), "reaches": fields.number("reaches")}
    most = MAX_UPDATES if form == "update" else MAX_SECONDS
    return content | {form: fields.whole(form, 1, most)}


def read_reveal(fields: Fields) -> Content:
    """The step whose prediction is laid over what was measured: a metric or a curve of the run, or stored figures."""
    fields.only("of", "metric", "curve", "column", "figures")
    content: Content = {"of": fields.name("of")}
    if fields.has("metric"):
        content["metric"] = fields.text("metric")
    if fields.has("curve"):
        content["curve"] = fields.one_of("curve", CURVES)
    if fields.has("figures"):
        content["figures"] = fields.names("figures", 1, 6)
    if len(content) == 1:
        expected = say("one of metric, curve, figures")
        cure = say("Say what was measured.")
        raise misfit(fields.place, expected, list(fields.values), cure)
    return content | ({"column": _column(fields)} if fields.has("column") else {})


def read_check(fields: Fields) -> Content:
    """A number, a choice, a click on the page, or curves that belong to words."""
    forms = ("number", "choice", "click", "match")
    form = fields.only(*forms).exactly_one(*forms)
    return {form: CHECKS[form](fields.mapping(form))}


def _read_number(fields: Fields) -> Content:
    fields.only("answer", "tolerance")
    answer = fields.values.get("answer")
    if isinstance(answer, str):
        answer = as_name(fields.at("answer"), answer)
    else:
        answer = fields.number("answer")
    tolerance = fields.number("tolerance", 0.05)
    if not 0 <= tolerance <= 1:
        expected = say("a share from 0 to 1")
        raise misfit(fields.at("tolerance"), expected, tolerance, say("0.05 is 5 percent."))
    return {"answer": answer, "tolerance": tolerance}


def _read_choice(fields: Fields) -> Content:
    keys = fields.only("of", "answer").names("of", 2, 6)
    return {"of": keys, "answer": fields.one_of("answer", keys)}


def _read_click(fields: Fields) -> Content:
    form = fields.only("step", "unit", "largest").exactly_one("step", "unit", "largest")
    if form == "step":
        return {"step": fields.whole("step", 1, 10**6)}
    return {form: fields.text("unit") if form == "unit" else fields.one_of("largest", CURVES[:1])}


def _read_match(fields: Fields) -> Content:
    fields.only("curves", "figure")
    content: Content = {"curves": fields.names("curves", 2, 6)}
    return content | ({"figure": fields.name("figure")} if fields.has("figure") else {})


def _column(fields: Fields) -> str:
    return fields.one_of("column", COLUMNS)


def read_nothing(fields: Fields) -> Content:
    """What asks in its text alone."""
    return dict(fields.only().values)


CHECKS: Mapping[str, Callable[[Fields], Content]] = {
    "number": _read_number,
    "choice": _read_choice,
    "click": _read_click,
    "match": _read_match,
}
FORMS: Mapping[str, Callable[[Fields], Content]] = {
    "predict": read_predict,
    "until": read_until,
    "reveal": read_reveal,
    "explain": read_nothing,
    "check": read_check,
    "transfer": read_nothing,
    "read": read_nothing,
}


def read_set(fields: Fields) -> str:
    """An address of the app, from its "/" on; "" where nothing is set."""
    address = fields.text("set", "")
    if address and not address.startswith("/"):
        expected = say("an address of the app, like /?task=echo")
        raise misfit(fields.at("set"), expected, shorten(address), say("Begin it with /."))
    return address
