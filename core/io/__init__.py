"""Runs, recordings, uploads and exports: what is read from files and written to them."""
