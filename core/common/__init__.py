"""Checks, options, registries, files and threads: the ground that every room stands on."""
