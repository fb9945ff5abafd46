"""Readers of CSV files and name lists, downloads, and a generator of sentences."""
