"""Names in the order in which people sort them: epoch9 before epoch10."""

import re


def natural_key(name: str) -> list[tuple[int, int, str]]:
    """By which names are sorted so."""
    parts = re.split(r"(\d+)", name.lower())
    return [(0, int(p), "") if p.isdigit() and len(p) < 19 else (1, 0, p) for p in parts]
