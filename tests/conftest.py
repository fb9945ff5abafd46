"""One thread, as everywhere on tiny models; hypothesis without deadlines on shared machines."""

import hypothesis
import torch

torch.set_num_threads(1)
hypothesis.settings.register_profile(
    "shared",
    deadline=None,
    derandomize=True,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("shared")
