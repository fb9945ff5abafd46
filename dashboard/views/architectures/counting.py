"""A calculator of parameters that asks first: the reader types a number, and it is checked.

What is right is said for each library, and a wrong number for which there is a usual slip is told that slip.
"""

from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from core.analysis.parameter_count import (
    MAX_DIGITS,
    MAX_LAYERS,
    MAX_SIZE,
    CheckedCount,
    CountedNetwork,
    check_count,
    embedding_count,
    head_count,
    layer_count,
    read_count,
)
from core.cells import CELL_TITLES, TORCH_CELLS
from core.common.messages import sentence_of
from dashboard.common.i18n import N_, _
from dashboard.common.markdown import escape_markdown
from dashboard.session import sticky
from dashboard.session.controls import read_control
from dashboard.session.state import state
from dashboard.widgets.choice import draw_list

# Slip -> what was done and what is right.
SLIPS = {
    "no biases": N_(
        "That is all weights and no biases. Each unit of each sum has one more number, {gates} × {units} here."
    ),
    "one bias": N_(
        "That is one bias for each unit, as if there were one gate. Each of the {gates} gates has its own."
    ),
    "product": N_(
        "That multiplies {inputs} × {units} where the sizes add up. A unit reads the input and the state side by "
        "side, so a sum has ({inputs} + {units}) × {units} weights."
    ),
    "no recurrent weights": N_(
        "That leaves out the recurrent weights. Each sum also has {units} × {units} for the last state."
    ),
    "no input weights": N_(
        "That leaves out the weights of the input. Each sum also has {inputs} × {units} for it."
    ),
    "one gate": N_(
        "That counts one gate, as a plain RNN has. The {cell} computes {gates} such sums at every step, each with "
        "weights and biases of its own."
    ),
    "a gate missing": N_(
        "That counts {fewer} sums. The {cell} has {gates}: its gates and the candidate, each with weights "
        "and biases of its own."
    ),
    "a gate too many": N_(
        "That counts {more} sums. The {cell} has {gates}: its gates and the candidate."
    ),
    "one layer": N_("That is the first layer alone. There are {layers}."),
    "all layers alike": N_(
        "That counts every layer like the first. The others read the {units} states of the layer below, "
        "not the {inputs} inputs."
    ),
    "no embedding": N_(
        "That leaves out the embedding: {vocabulary} symbols with {inputs} numbers each."
    ),
    "one-hot and embedding": N_(
        "That has the first layer read {vocabulary} numbers. Behind the embedding it reads {inputs}."
    ),
    "no head": N_("That leaves out the output layer."),
    "head without bias": N_("That leaves out the biases of the output layer, one for each output."),
    "no scale": N_(
        "That leaves out the scale behind the normalisation: a number for each unit of each sum, {gates} × {units} in "
        "a layer."
    ),
    "a thousand": N_("That is off by a factor of 1000."),
    "ten": N_("That is off by a factor of 10."),
    "steps": N_(
        "That is {factor} times the right number. All steps share the same parameters: they are counted once, however "
        "long the sequence is."
    ),
}
WORDS = {
    "torch": N_(
        "Right, as PyTorch counts: two biases for each unit of a sum. Keras has one and counts {keras}."
    ),
    "Keras": N_(
        "Right, as Keras counts: one bias for each unit of a sum. PyTorch has two and counts {torch}."
    ),
    "Keras, reset_after=False": N_(
        "Right, as Keras counts with reset_after=False: one bias for each unit of a sum. Without that it has two there, "
        "as PyTorch has, and both count {torch}."
    ),
    "everywhere": N_("Right, in PyTorch and in Keras."),
}
UNKNOWN = N_(
    "Not that: PyTorch counts a different number, and so does Keras, and no usual slip gives {count}."
)
FIELD = "count guess"
LIBRARIES = {
    "torch": N_("PyTorch"),
    "Keras": N_("Keras"),
    "Keras, reset_after=False": N_("Keras, reset_after=False"),
}


@dataclass
class CountState:
    """asked: the network of the last answer. answer: what came of the number; a sentence where it was none.

    solved: whether the calculation may be seen: the number was right, or the reader asked for it.
    """

    asked: CountedNetwork | None = None
    answer: CheckedCount | str = ""
    solved: bool = False


def draw_counting(cell: str, normalized: bool) -> None:
    """The whole panel. cell, normalized: what it begins with."""
    st.caption(
        _(
            "Choose a network, count its parameters on paper, then type your number. A wrong one is told what it forgot."
        )
    )
    network = _choose_network(cell, normalized)
    seen = state(CountState)
    if network != seen.asked:
        seen.asked, seen.answer, seen.solved = network, "", False
    with st.form("count", clear_on_submit=False, border=False):
        st.text_input(
            _("Its parameters, by your count"),
            key=FIELD,
            max_chars=MAX_DIGITS + 8,
            placeholder=_("such as 6240"),
            autocomplete="off",
        )
        with st.container(horizontal=True, gap="small"):
            st.form_submit_button(_("Check"), on_click=_check, args=(network,), type="primary")
            st.form_submit_button(_("Show the calculation"), on_click=_solve)
    if isinstance(seen.answer, CheckedCount):
        (st.success if seen.answer.right else st.warning)(describe_count(seen.answer))
    elif seen.answer:
        st.warning(escape_markdown(_(seen.answer)))
    if seen.solved:
        _draw_calculation(network)


def _choose_network(cell: str, normalized: bool) -> CountedNetwork:
    """The controls; an embedding and a head of 0 are none."""
    first, second = st.columns(3), st.columns(3)
    names = [*TORCH_CELLS]
    chosen = sticky.get_value("count cell", cell if cell in names else names[-1])
    with first[0]:
        draw_list(
            _("Cell"),
            names,
            names.index(chosen),
            format_func=lambda name: CELL_TITLES[name],
            **sticky.connect("count cell", chosen),
        )
    sizes: dict[str, Any] = {
        "inputs": _draw_size(first[1], "inputs", _("Inputs of a step"), 32, 1, MAX_SIZE),
        "units": _draw_size(first[2], "units", _("Units"), 32, 1, MAX_SIZE),
        "layers": _draw_size(second[0], "layers", _("Layers"), 1, 1, MAX_LAYERS),
        "vocabulary": _draw_size(
            *(second[1], "vocabulary", _("Symbols of an embedding"), 0, 0, MAX_SIZE),
            help_=_(
                "0: no embedding. Otherwise each symbol has as many numbers as a step has inputs."
            ),
        ),
        "outputs": _draw_size(
            *(second[2], "outputs", _("Outputs of a dense layer"), 0, 0, MAX_SIZE),
            help_=_("0: no output layer."),
        ),
    }
    is_normalized = sticky.get_value("count normalized", normalized)
    st.toggle(
        _("Normalised input"),
        is_normalized,
        help=_(
            "What a layer multiplies its input to is normalised, and each unit of each sum gets a scale that is learned."
        ),
        **sticky.connect("count normalized", is_normalized),
    )
    return CountedNetwork(chosen, **sizes, normalized=is_normalized)


def _draw_size(
    place: Any, name: str, title: str, usual: int, low: int, high: int, help_: str | None = None
) -> int:
    value = sticky.get_value(f"count {name}", usual)
    connected = sticky.connect(f"count {name}", value)
    place.number_input(title, low, high, value, step=1, help=help_, **connected)
    return value


def _check(network: CountedNetwork) -> None:
    seen = state(CountState)
    try:
        guess = read_count(str(read_control(FIELD, "") or ""))
    except ValueError as error:
        seen.answer = sentence_of(error)
        return
    seen.answer = check_count(network, guess)
    seen.solved = seen.solved or bool(seen.answer.right)


def _solve() -> None:
    state(CountState).solved = True


def describe_count(checked: CheckedCount) -> str:
    """What is said of a number that was checked."""
    if not checked.right:
        return _(SLIPS.get(checked.slip, UNKNOWN), **checked.values)
    if {"torch", "Keras"} <= {*checked.right}:
        return _(WORDS["everywhere"])
    return _(WORDS[checked.right[0]], **checked.values)


def _draw_calculation(network: CountedNetwork) -> None:
    """Part by part, and the sum as each library has it."""
    G, H, columns = network.gates, network.units, {}
    counts = network.counts()
    for library, total in counts.items():
        biases = _biases(network, total)
        rows = [
            (_("embedding"), f"{network.vocabulary} × {network.inputs}", embedding_count(network))
        ]
        for k in range(network.layers):
            read = H if k else network.inputs
            scale = f" + {H}" if network.normalized else ""
            sums = f"{G} × (({read} + {H}) × {H} + {biases} × {H}{scale})"
            rows.append((_("layer {n}", n=k + 1), sums, layer_count(network, read, biases)))
        rows.append((_("output layer"), f"{network.outputs} × ({H} + 1)", head_count(network)))
        columns[library] = [row for row in rows if row[2]] + [(_("total"), "", total)]
    shown = list(counts)
    tabs = st.tabs([_(LIBRARIES[library]) for library in shown])
    for tab, library in zip(tabs, shown, strict=True):
        part, calculation, number = zip(*columns[library], strict=True)
        table = {
            _("part"): part,
            _("calculation"): calculation,
            _("count"): [f"{n:,}" for n in number],
        }
        tab.dataframe(pd.DataFrame(table), hide_index=True, width="stretch")


def _biases(network: CountedNetwork, total: int) -> int:
    """How many biases each gate has where the network has so many parameters."""
    weights = embedding_count(network) + head_count(network)
    weights += layer_count(network, network.inputs, 0)
    weights += (network.layers - 1) * layer_count(network, network.units, 0)
    return (total - weights) // (network.layers * network.gates * network.units)
