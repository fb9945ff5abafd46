"""The rows of a tape by their names: runs of neighbours, and parts of a run."""

import torch

from core.cells.tape import Buffers, Layout, Tape

H, B, T, INPUTS = 2, 3, 4, 1


def layout() -> Layout:
    return Layout(INPUTS, H, ("a", "b", "c+", "d"), (), {"ac": ("a", "d", 4, 3)})


def buffers() -> Buffers:
    """Every number is its own place in the records."""
    made = Buffers(layout(), T, B, torch.zeros(1))
    made.records.copy_(torch.arange(made.records.numel()).view_as(made.records))
    return made


def test_neighbouring_rows_are_one_run_and_a_later_state_is_its_own():
    runs = buffers().runs(("d", "b", "a", "c"), T)
    ours = buffers()
    expected = {"c": ours.view("c", T), "d": ours.view("d", T)}
    expected["ab"] = torch.cat([ours.view("a", T), ours.view("b", T)], 1)
    assert len(runs) == len(expected)
    for run in runs:
        assert any(run.shape == e.shape and (run == e).all() for e in expected.values())


def test_every_third_part_of_a_run():
    ours = buffers()
    parts = ours.view("ac", T)
    assert parts.shape == (T, 2, H, B)
    assert (parts[:, 0] == ours.view("a", T)).all()
    assert (parts[:, 1] == ours.view("d", T)).all()
    parts[:] = -1  # a view, not a copy
    assert (ours.view("d", T) == -1).all()
    assert (ours.view("b", T) != -1).all()


def test_a_tape_without_buffers_goes_quietly():
    """As torch.compile makes them, which looks at an object of the class."""
    Tape.__new__(Tape).__del__()
