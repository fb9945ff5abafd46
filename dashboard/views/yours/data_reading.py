"""What was read of the reader's data, before any training; and the reader's choice of columns."""

import numpy as np
import streamlit as st

from core.common.messages import paragraph
from core.io.data_reading import Pairs, Reading, RunningText
from core.io.user_data import Choices
from core.tasks.data.csv_columns import read_target_and_inputs
from core.tasks.data.csv_series import default_column
from core.tasks.data.csv_table import Table
from core.tasks.data.labelled import read_labelled
from core.tasks.data.labels import Labelled
from core.tasks.data.windows import Windows
from dashboard.common.i18n import _
from dashboard.common.labels import say_by_label
from dashboard.common.markdown import escape_markdown
from dashboard.figures.series import divided_series_figure, labelled_series_figure
from dashboard.session import sticky
from dashboard.widgets.charts import draw_chart
from dashboard.widgets.choice import draw_list

FIRST_ROWS, MOST_COLUMNS = 6, 12  # of a table
EXAMPLES, SHOWN_CHARACTERS = 6, 200
MOST_RARE = 20  # rare symbols that are shown
# What the reader chooses of the data, by the names of the controls.
SETTINGS = ("own target", "own inputs", "own sequence", "own label column")


def draw_reading(reading: Reading, content: str) -> Choices:
    """What the data is and how it was read. Gives what the reader chose of it."""
    data = reading.data
    if isinstance(data, Table):
        return _draw_table(data, content)
    if isinstance(data, Labelled):
        return _draw_labelled(data, content)
    if isinstance(data, Pairs):
        _draw_pairs(data)
    else:
        _draw_text(data)
    return Choices()


# ---------------------------------------------------------------- a table


def _draw_table(table: Table, content: str) -> Choices:
    shown = table.columns[:MOST_COLUMNS]
    st.markdown(
        _(
            "**A table** of {rows:,} rows. Its first rows, and its columns by number:",
            rows=table.rows,
        )
    )
    st.table(
        {
            _heading(k, column.name): [
                escape_markdown(cell[:40]) for cell in column.cells[:FIRST_ROWS]
            ]
            for k, column in enumerate(shown, 1)
        }
    )
    if len(table.columns) > MOST_COLUMNS:
        names = ", ".join(column.name for column in table.columns[MOST_COLUMNS:][:EXAMPLES])
        st.caption(escape_markdown(_("Not shown: {names}, …", names=names)))
    choices = _choose_columns(table)
    try:
        inputs = tuple(int(number) for number in choices.inputs.split(",") if number)
        columns = read_target_and_inputs(content, choices.target, inputs, choices.sequence)
        windows = Windows(columns, 1, 1)
        figure = divided_series_figure(columns.values[:, 0], columns.names[0], windows.cut)
    except ValueError as error:
        st.warning(escape_markdown(say_by_label(error)))
        st.caption(escape_markdown(_(paragraph(table.notes))))
    else:
        draw_chart(figure, "own series", about="")
        st.caption(escape_markdown(_(columns.note)))
    return choices


def _heading(number: int, name: str) -> str:
    return escape_markdown(f"{number}: {name[:40]}")


def _choose_columns(table: Table) -> Choices:
    numeric = {
        k: f"{k}: {c.name[:40]}" for k, c in enumerate(table.columns, 1) if c.numbers is not None
    }
    boxes = st.columns(3 if table.sequences else 2)
    sequence = ""
    if table.sequences:
        with boxes[-1]:
            sequence = _choose_sequence(table)
    present = sticky.get_value("own target", 0)
    if present not in numeric:
        present = _default(table, sequence)
    with boxes[0]:
        target = draw_list(
            _("Predict"),
            list(numeric),
            list(numeric).index(present),
            format_func=lambda k: numeric[k],
            help=_("The column whose next values are to be predicted."),
            **sticky.connect("own target", present),
        )
    inputs = [k for k in sticky.get_value("own inputs", []) if k in numeric]
    with boxes[1]:
        chosen = st.multiselect(
            _("From"),
            list(numeric),
            inputs,
            format_func=lambda k: numeric[k],
            placeholder=_("Its own past"),
            help=_(
                "The columns that the network reads; without a choice, the past of the column to predict."
            ),
            **sticky.connect("own inputs", inputs),
        )
    return Choices(target, ",".join(map(str, chosen)), sequence)


def _choose_sequence(table: Table) -> str:
    present = sticky.get_value("own sequence", "")
    if present not in table.sequences:
        present = table.sequences[0]
    return draw_list(
        _("Series"),
        table.sequences,
        table.sequences.index(present),
        help=_("The file holds several series; one of them is used."),
        **sticky.connect("own sequence", present),
    )


def _default(table: Table, sequence: str) -> int:
    return default_column(table, table.rows_of(sequence) if sequence else None)


# ---------------------------------------------------------------- labelled sequences


def _draw_labelled(labelled: Labelled, content: str) -> Choices:
    column = _choose_label_column(labelled)
    if column != labelled.label_column:
        try:
            labelled = read_labelled(content, column)
        except ValueError as error:
            st.warning(escape_markdown(say_by_label(error)))
            return Choices()
    counts = {label: labelled.labels.count(label) for label in sorted(set(labelled.labels))}
    what = _("texts") if labelled.texts else _("series")
    st.markdown(
        _(
            "**Labelled {what}:** {count:,} with {labels} labels.",
            what=what,
            count=len(labelled.labels),
            labels=len(counts),
        )
    )
    left, right = st.columns([1, 2])
    with left:
        st.table(
            {
                _("Label"): [escape_markdown(label) for label in counts],
                _("Sequences"): list(counts.values()),
            }
        )
    with right:
        if labelled.texts:
            st.table(
                {
                    _("Text"): [
                        escape_markdown(t[:SHOWN_CHARACTERS]) for t in labelled.texts[:EXAMPLES]
                    ],
                    _("Label"): [escape_markdown(label) for label in labelled.labels[:EXAMPLES]],
                }
            )
        else:
            draw_chart(labelled_series_figure(_examples(labelled)), "own examples", about="")
    st.caption(escape_markdown(_(labelled.note)))
    return Choices(label_column=column)


def _examples(labelled: Labelled) -> dict[str, np.ndarray]:
    """The first series of each of the first classes."""
    labels = sorted(set(labelled.labels))[:EXAMPLES]
    return {label: labelled.series[labelled.labels.index(label)] for label in labels}


def _choose_label_column(labelled: Labelled) -> int:
    columns = labelled.label_columns
    if len(columns) < 2:
        return labelled.label_column
    present = sticky.get_value("own label column", labelled.label_column)
    present = present if present in columns else labelled.label_column
    return draw_list(
        _("Label"),
        list(columns),
        list(columns).index(present),
        format_func=lambda k: f"{k}: {_(columns[k])}",
        help=_("More than one column has few enough different values to be the label."),
        **sticky.connect("own label column", present),
    )


# ---------------------------------------------------------------- pairs and texts


def _draw_pairs(pairs: Pairs) -> None:
    source, target = (script or _("no letters") for script in pairs.scripts)
    st.markdown(
        _(
            "**Pairs:** {count:,} ({source} → {target}).",
            count=pairs.count,
            source=source,
            target=target,
        )
    )
    if pairs.left_out:
        st.caption(_("{n} lines without a tab between two texts.", n=pairs.left_out))
    st.table(
        {
            _("Source"): [
                escape_markdown(source[:SHOWN_CHARACTERS]) for source, _target in pairs.lines
            ],
            _("Target"): [
                escape_markdown(target[:SHOWN_CHARACTERS]) for _source, target in pairs.lines
            ],
        }
    )


def _draw_text(text: RunningText) -> None:
    st.markdown(
        _(
            "**A text:** {characters:,} characters, {symbols:,} different ones{script}.",
            characters=text.characters,
            symbols=text.symbols,
            script=f" ({text.script})" if text.script else "",
        )
    )
    st.text("\n".join(text.lines))
    if text.rare:
        few = " ".join(repr(symbol)[1:-1] for symbol in text.rare[:MOST_RARE])
        st.caption(
            escape_markdown(
                _("{n:,} characters occur only once: {few}", n=len(text.rare), few=few)
                + (" …" if len(text.rare) > MOST_RARE else "")
            )
        )
