"""The table of a study: how sure its few seeds make one, and how clearly its networks differ."""

import math

import pytest

from core.studies.shipped import clearest_study, shipped_studies
from core.studies.table import TableCell, clearness, make_table, wilson_interval


def cell(solved: int, finished: int = 3) -> TableCell:
    return TableCell(finished, solved, None, None, None)


@pytest.mark.parametrize("finished", [1, 2, 3, 5, 20, 400])
@pytest.mark.parametrize("share", [0, 0.25, 0.5, 0.9, 1])
def test_the_ends_of_an_interval_are_where_the_sample_is_1_96_deviations_away(finished, share):
    """Wilson's definition: |seen - p| = z sqrt(p (1 - p) / n) at both ends, but for ends at 0 and 1."""
    solved = round(share * finished)
    seen = solved / finished
    low, high = wilson_interval(solved, finished)
    assert 0 <= low <= seen <= high <= 1
    for p, is_end_of_all in ((low, solved == 0), (high, solved == finished)):
        if is_end_of_all:
            assert p == seen
        else:
            assert math.isclose(
                abs(seen - p), 1.96 * math.sqrt(p * (1 - p) / finished), rel_tol=1e-9
            )


def test_three_seeds_leave_much_open():
    assert wilson_interval(3, 3) == (pytest.approx(3 / (3 + 1.96**2)), 1.0)
    assert wilson_interval(0, 3) == (0.0, pytest.approx(1.96**2 / (3 + 1.96**2)))
    assert wilson_interval(0, 0) == (0.0, 1.0)


def test_the_clearness_of_a_table():
    assert clearness([[cell(0), cell(0)], [cell(3), cell(3)]]) == 1
    assert clearness([[cell(3), cell(0)], [cell(3), cell(3)]]) == 0.5
    # Half of the cells at odds with themselves halve what the networks differ by, 5/6.
    assert clearness([[cell(0), cell(0)], [cell(3), cell(2)]]) == pytest.approx(5 / 6 * 3 / 4)
    assert clearness([[cell(3)], [cell(3)]]) == 0, "networks that do the same"
    assert clearness([[cell(0)], [cell(0, 0)]]) == 0, "a study that is not finished"
    assert clearness([]) == 0


def test_the_clearest_study_is_that_of_the_rule():
    tables = {n: make_table(f.study(), f.results(f.study())) for n, f in shipped_studies().items()}
    best = max(clearness(table) for table in tables.values())
    assert clearness(tables[clearest_study()]) == best
    assert clearest_study() == next(n for n, table in tables.items() if clearness(table) == best)
    seeds = [c for row in tables[clearest_study()] for c in row]
    assert all(c.solved in (0, c.finished) for c in seeds), (
        "all seeds agree in the study it opens on"
    )
