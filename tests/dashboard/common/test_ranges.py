"""Axes and ranges hold their data, closely, whatever these are; and follow them both ways."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.common import ranges
from dashboard.figures.log_axis import decade_axis, size_axis

numbers = st.floats(width=32, allow_nan=True, allow_infinity=True)
sizes = st.floats(2.0**-149, 2.0**127, width=32)


@given(st.lists(numbers, max_size=20))
def test_decades_hold_every_finite_number_and_not_much_more(values):
    values = np.array(values, np.float32)
    scale = ranges.decades_of(values)
    finite = np.abs(values[np.isfinite(values) & (values != 0)].astype(float))
    assert scale.decades >= ranges.LEAST_DECADES
    if len(finite):
        places = np.log10(finite)
        assert places.max() - 1e-5 <= scale.top < places.max() + 1.001
        assert scale.bottom <= places.min() + 1e-5
        assert scale.bottom > places.min() - 1.001 or scale.decades == ranges.LEAST_DECADES


@given(sizes)
def test_round_ends_are_the_next_above(size):
    end = ranges.round_end(size)
    assert size <= end * (1 + 1e-6)
    assert end <= 1.67 * size
    assert float(f"{end:.1e}") == end


@given(st.lists(st.tuples(sizes, sizes), min_size=1, max_size=40))
def test_followed_ranges_hold_the_latest_picture_and_shrink_to_the_latest(pairs):
    decades, end = ranges.FollowedDecades(), ranges.FollowedEnd()
    extents = [ranges.Extent(min(pair), max(pair)) for pair in pairs]
    for k, extent in enumerate(extents):
        decades.follow(extent)
        end.follow(extent.most)
        scale = decades.decades
        assert scale.bottom <= math.log10(extent.least) + 1e-5
        assert scale.top >= math.log10(extent.most) - 1e-5
        assert end.end * (1 + 1e-6) >= extent.most
        latest = extents[max(0, k + 1 - ranges.PICTURES) : k + 1]
        most, least = max(e.most for e in latest), min(e.least for e in latest)
        assert scale.top <= math.log10(most) + 1.26
        assert scale.bottom >= math.log10(least) - 1.26 or scale.decades == ranges.LEAST_DECADES
        assert end.end <= 2.01 * most


def test_a_picture_of_nothing_leaves_a_range_as_it_is():
    decades = ranges.FollowedDecades()
    assert decades.decades == (1, 2)
    decades.follow(ranges.Extent(1e-9, 1e3))
    before = decades.decades
    decades.follow(ranges.NOTHING)
    assert decades.decades == before == (3, 12)


@pytest.mark.parametrize(
    ("values", "is_log"),
    [([1, 2, 19], False), ([1, 2, 21], True), ([0, 1e7, 3], True), ([-1, 1e7], False), ([], False)],
)
def test_axes_are_logarithmic_where_sizes_differ_by_much(values, is_log):
    axis, (low, high) = size_axis("", np.array(values, float))
    assert (axis.get("type") == "log") is is_log
    assert high >= max(values, default=0)
    assert low <= min(values, default=0) or (is_log and min(values) == 0)


@pytest.mark.parametrize("decades", [2, 3, 8, 13, 45, 84])
def test_an_axis_names_both_ends_or_nearly_and_no_more_than_fits(decades):
    axis = decade_axis("", ranges.Decades(3, decades))
    places = np.log10(axis["tickvals"])
    assert places.max() == pytest.approx(3)
    assert places.min() - (3 - decades) < decades / 4
    assert 3 <= len(places) <= 9
