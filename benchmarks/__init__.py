"""Every figure of the documents, measured: `python -m benchmarks --list`.

A benchmark is a module in one of the folders with `measure(arguments) -> Result` and, where it has options,
`options(parser)`. It formats and prints nothing: a `Result` holds tables and named figures, and the harness prints
them, stores them in `results/` for the commands of `_harness/catalogue.py`, and puts them into the documents, whose
sentences stand in `templates/` and refer to results by name (`_harness/documents.py`).
"""
