"""A name in a link means one thing: a setting of a task or a cell, or a part of where the reader stands."""

import pytest

from core.cells import CELLS
from core.tasks import TASKS
from core.training.experiment import FIELDS, cell_options
from dashboard.session import position, simplification

OPTIONS = {f"task {name}": task.options for name, task in TASKS.items()}
OPTIONS |= {f"cell {name}": cell_options(name) for name in CELLS}
OTHERS = {*position.PARAMETERS, *simplification.PARAMETERS, "intervene", "under", "notation"}


@pytest.mark.parametrize("owner", OPTIONS)
def test_its_options_have_names_of_their_own(owner):
    taken = {option.name for option in OPTIONS[owner]} & (OTHERS | FIELDS.keys())
    assert not taken, "expected other names: links and experiments have these already"


def test_no_field_of_an_experiment_is_called_so():
    assert not FIELDS.keys() & OTHERS
