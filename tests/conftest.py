"""One thread, as everywhere on tiny models; hypothesis without deadlines on shared machines, with as many examples as minutes allow; an empty class."""

import functools
from collections.abc import Iterator

import hypothesis
import pytest
import torch
from streamlit.components.v2 import manifest_scanner

torch.set_num_threads(1)
hypothesis.settings.register_profile(
    "shared",
    deadline=None,
    max_examples=25,
    derandomize=True,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("shared")


@pytest.fixture(scope="session", autouse=True)
def one_scan_of_installed_packages() -> Iterator[None]:
    """Each AppTest looks through all installed packages for components, which takes longer than most pages do."""
    with pytest.MonkeyPatch.context() as patch:
        scan = functools.cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", scan)
        yield


@pytest.fixture
def scheduler(monkeypatch):
    """A server that nobody else uses."""
    from dashboard.serving import admission, turns
    from dashboard.serving.scheduler import Scheduler

    empty = Scheduler(2**30)
    for module in (admission, turns):
        monkeypatch.setattr(module, "scheduler", lambda: empty)
    return empty
