"""Who sits at the server's machine: nobody who comes through a proxy, or by another name."""

import pytest

from dashboard.serving.locality import is_direct


@pytest.mark.parametrize("host", ["localhost:8501", "127.0.0.1:8501", "[::1]:8501"])
def test_the_machine_s_own_browser_asks_by_its_name_for_itself(host):
    assert is_direct({"Host": host})


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Host": "school.example"},
        {"Host": "10.0.0.7:8501"},
        {"Host": "localhost.school.example"},
        {"Host": "localhost:8080", "X-Forwarded-For": "10.0.0.9"},
        {"Host": "127.0.0.1", "forwarded": "for=10.0.0.9"},
    ],
)
def test_readers_of_a_class_do_not(headers):
    assert not is_direct(headers)
