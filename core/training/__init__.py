"""One training run: its experiment, its trainer, and the events and budgets of both."""
