"""The Unrolled page."""
