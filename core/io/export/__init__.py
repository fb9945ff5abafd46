"""Exports of a run: a plain script, weights, recordings, curves and TensorBoard files."""
