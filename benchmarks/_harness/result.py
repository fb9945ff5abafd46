"""What a benchmark returns: tables and named figures. JSON and Markdown are made of it here, and only here."""

import math
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

Value = str | int | float | None | list[float]


@dataclass(frozen=True)
class Column:
    """format: how Python formats its numbers, such as ".2f"; "" for a column of words."""

    title: str
    format: str = ""
    unit: str = ""

    def text(self, value: Value) -> str:
        """A value as it is printed; "-" for None, which means: there is none."""
        if value is None:
            return "-"
        if isinstance(value, list):
            return ", ".join(self.text(each) for each in value)
        return value if isinstance(value, str) else _number(value, self.format, self.unit)


@dataclass(frozen=True)
class Table:
    """rows: one value for each column."""

    columns: list[Column]
    rows: list[list[Value]] = field(default_factory=list)

    def add(self, *values: Value) -> None:
        """Appends a row. Raises ValueError where values and columns are not as many."""
        if len(values) != len(self.columns):
            raise ValueError(
                f"row: expected {len(self.columns)} values, got {len(values)}. Give each column one."
            )
        self.rows.append(list(values))

    def markdown(self) -> str:
        """The table in Markdown, numbers to the right."""
        lines = [
            [column.title for column in self.columns],
            ["---:" if column.format else "---" for column in self.columns],
            *(
                [column.text(value) for column, value in zip(self.columns, row, strict=True)]
                for row in self.rows
            ),
        ]
        return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


@dataclass(frozen=True)
class Figure:
    """One number with the words that say what it is."""

    title: str
    value: float | None
    format: str = ".0f"
    unit: str = ""

    def text(self) -> str:
        """The number as it is printed."""
        return "-" if self.value is None else _number(self.value, self.format, self.unit)


@dataclass(frozen=True)
class Result:
    """All that one benchmark measured."""

    tables: dict[str, Table] = field(default_factory=dict)
    figures: dict[str, Figure] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """As JSON keeps it: floats with six digits, NaN as null."""
        return _plain(asdict(self))

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Result":
        """The inverse of to_dict."""
        return cls(
            {
                name: Table([Column(**column) for column in table["columns"]], table["rows"])
                for name, table in data["tables"].items()
            },
            {name: Figure(**figure) for name, figure in data["figures"].items()},
        )

    def markdown(self, name: str) -> str | None:
        """A table, or a figure, or all figures as a table ("figures"); None where there is no such thing."""
        if name == "figures":
            rows: list[list[Value]] = [[each.title, each.text()] for each in self.figures.values()]
            return Table([Column("what"), Column("measured", "s")], rows).markdown()
        if name in self.tables:
            return self.tables[name].markdown()
        return self.figures[name].text() if name in self.figures else None

    def text(self) -> str:
        """Everything, as the command prints it."""
        parts = [self.tables[name].markdown() for name in self.tables]
        if self.figures:
            parts.append(self.markdown("figures") or "")
        return "\n\n".join(parts)


def _number(value: float, form: str, unit: str) -> str:
    space = "" if unit in ("", "°") else " "
    return f"{format(value, form)}{space}{unit}"


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, float):
        return None if math.isnan(value) else float(f"{value:.6g}")
    return value


def count_deeds(deeds: Counter[str]) -> Result:
    """What was done to the app without a stack trace, and how often."""
    table = Table([Column("what was done"), Column("times", ",d")])
    for what, times in deeds.most_common():
        table.add(what, times)
    return Result(
        {"deeds": table},
        {"actions": Figure("actions, without a stack trace", deeds.total(), ",.0f")},
    )
