"""The microscope: a number's formula in the letters of the reader's book, and with the numbers put in."""

from typing import Any

import numpy as np
import streamlit as st

from core.formulas import (
    Applied,
    Bias,
    Complement,
    Direct,
    Dot,
    Factor,
    Formula,
    Peephole,
    Product,
    Ref,
    Slope,
    Term,
)
from core.microscope import Explanation, Microscope, Part, Place
from dashboard import controls, notation
from dashboard.figures.microscope import products, weight_terms
from dashboard.text import _

IN_A_LINE = 3  # terms of a formula
SHOWN = 3  # products of a sum that are written out, the largest; the picture beside shows all
PHI = {"tanh": r"\tanh", "relu": r"\mathrm{relu}", "sigmoid": r"\sigma", "identity": "", "": ""}
SLOPES = {
    "tanh": r"\left(1 - {y}^2\right)",
    "sigmoid": r"{y}\left(1 - {y}\right)",
    "relu": r"[{y} > 0]",
    "identity": "1",
}


def look_at(place: Place, column: int | None = None) -> None:
    """From now on this number is under the microscope; column: of dW_hh, a term by itself when None."""
    seen = st.session_state.setdefault("microscope path", [])
    if not seen or seen[-1] != (place, column):
        seen.append((place, column))
    del seen[:-30]


def under() -> Place | None:
    """The place that is under the microscope, or None before there is one."""
    path = st.session_state.get("microscope path")
    return path[-1][0] if path else None


def show(scope: Microscope, run: str) -> None:
    """The number that was clicked, explained; at first the last hidden state's first unit."""
    path = st.session_state.setdefault("microscope path", [])
    if st.session_state.get("microscope run") != run:
        path.clear()
        st.session_state["microscope run"] = run
    if not path:
        look_at(_beginning(scope))
    place, column = path[-1]
    try:
        found = scope.explain(place)
    except LookupError:
        path.clear()
        place, column = _beginning(scope), None
        found = scope.explain(place)
    cell = next(iter(scope.stacks.values())).cells[place.layer, place.direction]
    letters = Letters(controls.notation(), cell.name)
    with st.container(border=True, key="microscope"):
        if column is not None:
            _weight(scope, place, column, letters)
        else:
            _number(scope, found, letters)


def _beginning(scope: Microscope) -> Place:
    T = len(scope.subject.symbols)
    layer, direction = scope.reading.recording.layers[0]
    return Place("h", T - 1, 0, scope.part_of(T - 1), layer, direction)


def _number(scope: Microscope, found: Explanation, letters: "Letters") -> None:
    place = found.place
    formulas, pictures = st.columns([3, 2])
    with formulas:
        _head(scope, found)
        if found.held:
            st.markdown(_("An intervention holds this number: no formula gives it."))
        else:
            st.latex(letters.equation(place, found.formula, found.parts))
            st.latex(numbers(found))
            _onwards(found, letters)
    with pictures:
        dots = [
            (letters.dot(part.term), (part.left, part.right))
            for part in found.parts
            if part.left is not None and part.right is not None
        ]
        if dots:
            names, pairs = zip(*dots, strict=True)
            st.plotly_chart(
                products(names, pairs),
                key="products",
                width="stretch",
                config={"displayModeBar": False},
            )


def _head(scope: Microscope, found: Explanation) -> None:
    place = found.place
    symbol = scope.subject.symbols[place.t]
    where = [_("unit {unit}").format(unit=place.unit), _("step {t}").format(t=place.t + 1)]
    if len(scope.reading.recording.layers) > 1:
        arrow = "←" if place.direction == "reverse" else "→"
        where.append(_("layer {layer} {arrow}").format(layer=place.layer + 1, arrow=arrow))
    if place.part:
        where.append(_(place.part))
    words, back, unit = st.columns([6, 1, 2], vertical_alignment="center")
    words.markdown(
        f"**{place.name} = {short(found.value)}** · " + ", ".join(where) + f" (“{_plain(symbol)}”)"
    )
    path = st.session_state["microscope path"]
    if back.button("⟵", key="microscope back", disabled=len(path) < 2, help=_("Back")):
        path.pop()
        st.rerun(scope="fragment")
    H = scope.stacks[place.part].arrays[place.layer, place.direction]["h"].shape[1]
    chosen = unit.number_input(
        _("Unit"),
        0,
        H - 1,
        place.unit,
        key=f"microscope unit {place}",
        label_visibility="collapsed",
    )
    if chosen != place.unit:
        look_at(Place(place.name, place.t, int(chosen), place.part, place.layer, place.direction))
        st.rerun(scope="fragment")


def _onwards(found: Explanation, letters: "Letters") -> None:
    """A button for each quantity that the number was computed from."""
    choices: dict[tuple[Any, ...], Place] = {}
    for part in found.parts:
        if part.left is not None and part.right is not None and part.places:
            places = [part.places[int(np.nanargmax(np.abs(part.left * part.right)))]]
        else:
            places = list(part.places)
        for place in places:
            choices.setdefault(
                (place.name, place.t, place.part, place.layer, place.direction), place
            )
    if not choices:
        return
    with st.container(horizontal=True):
        st.markdown(_("Computed from"), width="content")
        for number, place in enumerate(choices.values()):
            label = f"{place.name} · {_('step {t}').format(t=place.t + 1)}"
            if place.layer != found.place.layer:
                label += f" · {_('layer {layer}').format(layer=place.layer + 1)}"
            st.button(label, key=f"onwards {number}", on_click=look_at, args=(place,))


def _weight(scope: Microscope, place: Place, column: int, letters: "Letters") -> None:
    """One number of dW_hh: a product for each step, and their sum."""
    delta, before, terms = scope.weight(place, column)
    st.markdown(
        _(
            "**dW[{row}, {column}] = {total}**: a term for each step, its δ times the state before it."
        ).format(row=place.unit, column=column, total=short(float(terms.sum())))
    )
    largest = np.argsort(-np.abs(terms))[:SHOWN]
    written = " + ".join(
        rf"{_tex(float(delta[t]))} \cdot {_tex(float(before[t]))}_{{\,t={t + 1}}}"
        for t in sorted(largest)
    )
    rest = len(terms) - len(largest)
    more = rf" + \dots_{{({rest})}}" if rest > 0 else ""
    st.latex(rf"\sum_t \delta_t\, h_{{t-1}} = {written}{more} = {_tex(float(terms.sum()))}")
    st.plotly_chart(
        weight_terms(scope.subject.symbols, terms),
        key="weight terms",
        width="stretch",
        config={"displayModeBar": False},
    )


def short(value: float) -> str:
    """Four digits that are worth showing."""
    return f"{value:.4g}"


def _tex(value: float) -> str:
    text = f"{value:.3g}"
    if "e" in text:
        digits, power = text.split("e")
        text = rf"{digits} \cdot 10^{{{int(power)}}}"
    return rf"({text})" if value < 0 else text


def _plain(symbol: str) -> str:
    return symbol.replace("\\", "\\\\").replace("*", "\\*").replace("_", "\\_").replace("`", "\\`")


def numbers(found: Explanation) -> str:
    """The formula with the numbers put in."""
    written = [_numbers(part) for part in found.parts] or ["0"]
    wide = [bool(part.left is not None and len(part.left) > 2) for part in found.parts] or [False]
    lines: list[list[str]] = [[]]
    for text, long in zip(written, wide, strict=True):
        if long and lines[-1]:  # a sum of products has a line of its own
            lines.append([])
        lines[-1].append(text)
    inner = r" \\ & + ".join(" + ".join(line) for line in lines)
    outer = PHI[found.formula.phi]
    total = _tex(found.total)
    if len(lines) == 1:
        return (rf"{outer}\left({inner}\right)" if outer else inner) + f" = {total}"
    opened, closed = (rf"{outer}\Big(", r"\Big)") if outer else ("", "")
    return rf"\small\begin{{aligned}} & {opened}{inner}{closed} = {total} \end{{aligned}}"


def _numbers(part: Part) -> str:
    if part.left is not None and part.right is not None:
        with np.errstate(all="ignore"):
            each = part.left * part.right
        if part.note in ("first", "last", "cut") and not each.any():
            return rf"\underbrace{{0}}_{{\text{{{_note(part.note)}}}}}"
        largest = np.argsort(-np.abs(each))[:SHOWN]
        written = " + ".join(
            rf"{_tex(float(part.left[k]))} \cdot {_tex(float(part.right[k]))}"
            for k in sorted(largest)
        )
        rest = len(each) - len(largest)
        more = r" + \dots" if rest > 0 else ""
        return rf"\underbrace{{{written}{more}}}_{{{_tex(part.value)}}}"
    if part.factors:
        sign = "-" if isinstance(part.term, Product) and part.term.sign < 0 else ""
        written = r" \cdot ".join(_tex(number) for _factor, number, _place in part.factors)
        below = rf"_{{\text{{{_note(part.note)}}}}}" if part.note else ""
        return rf"\underbrace{{{sign}{written}}}{below}" if below else sign + written
    return _tex(part.value)


def _note(note: str) -> str:
    return {
        "first": _("before the first step"),
        "last": _("after the last step"),
        "cut": _("truncated"),
    }.get(note, "")


class Letters:
    """The symbols of one book, for one cell."""

    MATRICES = {  # noqa: RUF012 (never changed)
        "torch": ("W_{{i{g}}}", "W_{{h{g}}}", "b_{{i{g}}}", "b_{{h{g}}}"),
        "uvw": ("U_{{{g}}}", "W_{{{g}}}", "b_{{{g}}}", "b'_{{{g}}}"),
        "gamma": ("W_{{{g}x}}", "W_{{{g}a}}", "b_{{{g}}}", "b'_{{{g}}}"),
        "d2l": ("W_{{x{g}}}", "W_{{h{g}}}", "b_{{{g}}}", "b'_{{{g}}}"),
    }

    def __init__(self, book: str, cell: str):
        self.book, self.cell = book, cell
        self.names = notation.NOTATIONS[book].names

    def name(self, name: str, shift: int = 0) -> str:
        """A quantity at step t + shift; d before it for its gradient."""
        if name.startswith("d"):
            return rf"\mathrm{{d}}{self.name(name[1:], shift)}"
        t = "t" if shift == 0 else f"t{shift:+d}"
        if self.book == "gamma":
            return self._gamma(name, t)
        if name.startswith("a_"):
            return rf"a^{{{name[2:]}}}_{{{t}}}"
        symbol = self.names.get(name, f"{name}_t")
        return symbol.replace("_t", rf"_{{{t}}}")

    def _gamma(self, name: str, t: str) -> str:
        time = rf"^{{\langle {t} \rangle}}"
        if name == "z":  # in these books the gate opens for the new value
            return rf"(1 - \Gamma_u{time})"
        if name == "h" and self.cell == "gru":
            return f"c{time}"
        if name.startswith("a_"):
            return rf"s_{name[2:]}{time}"  # a is their state
        if name == "a":
            return f"s{time}"
        symbol = self.names.get(name, name)
        return symbol.split("^")[0] + time

    def dot(self, term: Term) -> str:
        """The matrix of a product, in short, for a picture."""
        assert isinstance(term, Dot)
        arrow = "ᵀ" if term.back else ""
        return f"{term.weight.replace('weight', 'W')} {term.gate}{arrow} · {term.of.name}"

    def matrix(self, weight: str, gate: str) -> str:
        """A weight or bias of one gate."""
        which = ("weight_ih", "weight_hh", "bias_ih", "bias_hh").index(weight)
        letter = {"gamma": {"g": "c", "n": "c", "i": "u", "z": "u", "h": "a"}}.get(self.book, {})
        return self.MATRICES[self.book][which].format(g=letter.get(gate, gate))

    def equation(self, place: Place, formula: Formula, parts: tuple[Part, ...]) -> str:
        """The formula in symbols."""
        written = [self._term(part) for part in parts] or ["0"]
        outer = PHI[formula.phi]
        name = self.name(place.name)
        if len(written) <= IN_A_LINE:
            inner = " + ".join(written).replace("+ -", "- ")
            return f"{name} = " + (rf"{outer}\left({inner}\right)" if outer else inner)
        lines = [written[k : k + IN_A_LINE] for k in range(0, len(written), IN_A_LINE)]
        inner = r" \\ & + ".join(" + ".join(line) for line in lines).replace("+ -", "- ")
        opened, closed = (rf"{outer}\Big(", r"\Big)") if outer else ("", "")
        return rf"\begin{{aligned}} {name} = {opened} & {inner}{closed} \end{{aligned}}"

    def _term(self, part: Part) -> str:
        term = part.term
        if isinstance(term, Dot):
            turned = r"^\top" if term.back else ""
            symbol = self.matrix(term.weight, term.gate) + turned
            above = r"^{\,\uparrow}" if part.note == "above" else ""
            vector = "x_t" if term.of.name == "x" else self.name(term.of.name, term.of.shift)
            if term.of.name == "x" and self.book == "gamma":
                vector = r"x^{\langle t \rangle}"
            return f"{symbol} {vector}{above}"
        if isinstance(term, Bias):
            return self.matrix(term.bias, term.gate)
        if isinstance(term, Direct):
            where = _("decoder") if part.note == "decoder" else _("head")
            return rf"{self.name('dh')}\big|_{{\text{{{where}}}}}"
        sign = "-" if term.sign < 0 else ""
        return sign + r" \, ".join(self._factor(factor) for factor in term.factors)

    def _factor(self, factor: Factor) -> str:
        if isinstance(factor, Ref):
            return self.name(factor.name, factor.shift)
        if isinstance(factor, Peephole):
            return f"p_{factor.gate}"
        if isinstance(factor, Complement):
            if self.book == "gamma" and factor.of.name == "z":
                return r"\Gamma_u^{\langle t \rangle}"
            return f"(1 - {self._factor(factor.of)})"
        if isinstance(factor, Applied):
            return (
                rf"{PHI[factor.phi]}({self._factor(factor.of)})"
                if PHI[factor.phi]
                else self._factor(factor.of)
            )
        assert isinstance(factor, Slope)
        y = self._factor(factor.of)
        y = y if isinstance(factor.of, Ref) and "^" not in y else rf"({y})"
        return SLOPES[factor.phi].replace("{y}", y)
