"""One thread, as everywhere on tiny models; hypothesis without deadlines on shared machines, with as many examples as minutes allow; an empty class."""

import hypothesis
import pytest
import torch

torch.set_num_threads(1)
hypothesis.settings.register_profile(
    "shared",
    deadline=None,
    max_examples=25,
    derandomize=True,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("shared")


@pytest.fixture
def scheduler(monkeypatch):
    """A server that nobody else uses."""
    from dashboard.serving import admission, turns
    from dashboard.serving.scheduler import Scheduler

    empty = Scheduler(2**30)
    for module in (admission, turns):
        monkeypatch.setattr(module, "scheduler", lambda: empty)
    return empty
