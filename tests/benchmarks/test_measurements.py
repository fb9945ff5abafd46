"""No figure of the documents can differ from the result that it comes from."""

import json
import re
from dataclasses import replace

import pytest

from benchmarks.__main__ import main
from benchmarks._harness import catalogue, documents, storage
from benchmarks._harness.result import Column, Figure, Result, Table

RESULTS = storage.read_all()
TEXTS = {path.name: path.read_text(encoding="utf-8") for path in documents.paths()}
BLOCKS = [
    pytest.param(text, match, id=f"{name} {match['name']}")
    for name, text in TEXTS.items()
    for match in documents.BLOCK.finditer(text)
]
START = storage.Start("abc1234", "a note")
TEMPLATES = sorted(documents.TEMPLATES.glob("*.md"))


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_document_says_what_was_measured(text):
    assert documents.render(text, RESULTS) == text, "run python -m benchmarks --write"


def test_no_block_of_a_document_lacks_its_end():
    for text in TEXTS.values():
        assert text.count("<!-- measured: ") == len(documents.BLOCK.findall(text))


def test_every_template_is_in_a_document():
    names = [match["name"] for text in TEXTS.values() for match in documents.BLOCK.finditer(text)]
    assert sorted(names) == [path.stem for path in TEMPLATES]


@pytest.mark.parametrize(("text", "block"), BLOCKS)
def test_a_digit_that_is_changed_is_noticed(text, block):
    digits = [digit.start() for digit in re.finditer(r"\d", text)]
    inside = [place for place in digits if block.start("body") <= place < block.end("body")]
    assert inside
    for place in inside[:: max(1, len(inside) // 20)]:
        digit = (int(text[place]) + 1) % 10
        changed = f"{text[:place]}{digit}{text[place + 1 :]}"
        assert documents.render(changed, RESULTS) != changed


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_a_sentence_follows_the_result_that_it_refers_to(path):
    template = path.read_text(encoding="utf-8")
    before = documents.fill(template, RESULTS)
    for name in {name for name, _ in documents.REFERENCE.findall(template)} & RESULTS.keys():
        file = json.loads((storage.FOLDER / f"{name}.json").read_text(encoding="utf-8"))
        for figure in file["figures"].values():
            figure["value"] = 7654321
        for table in file["tables"].values():
            table["rows"] = []
        other = replace(RESULTS[name], result=Result.from_dict(file))
        assert documents.fill(template, RESULTS | {name: other}) != before, name


def test_every_command_of_the_catalogue_has_a_result_and_every_result_a_command():
    commands = {catalogue.key(command): command for command in catalogue.COMMANDS}
    assert RESULTS.keys() == commands.keys()
    for name, stored in RESULTS.items():
        assert stored.command == f"python -m benchmarks {commands[name]}"


def test_every_benchmark_has_a_line_in_the_list(capsys):
    assert main(["--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == catalogue.names()
    assert all(len(line.split()) > 3 and line.endswith((".", "?")) for line in lines)
    assert {command.split()[0] for command in catalogue.COMMANDS} <= set(catalogue.names())


@pytest.mark.parametrize("name", RESULTS)
def test_a_result_says_where_it_comes_from(name):
    stored = RESULTS[name]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", stored.date)
    assert re.fullmatch(r"[0-9a-f]{7,}( with changes)?", stored.commit)
    assert "cores" in stored.machine
    text = (storage.FOLDER / f"{name}.json").read_text(encoding="utf-8")
    assert stored.to_json() == text
    assert json.loads(text)["tables"].keys() == stored.result.tables.keys()


def test_what_is_stored_is_what_is_read(tmp_path):
    table = Table([Column("cell"), Column("ms", ".2f", "ms"), Column("seeds", ".1f")])
    table.add("rnn", 1.23456789, [1.0, 2.0])
    table.add("gru [a]", None, [3.0])
    result = Result({"updates": table}, {"ratio": Figure("a ratio", float("nan"), ".2f")})
    file = storage.save("engine.step --float64", START, result, tmp_path)
    assert file.name == "engine.step.float64.json"
    stored = storage.read_all(tmp_path)["engine.step.float64"]
    assert (stored.commit, stored.note, stored.command) == (
        "abc1234",
        "a note",
        "python -m benchmarks engine.step --float64",
    )
    assert stored.result.tables["updates"].rows == [
        ["rnn", 1.23457, [1.0, 2.0]],
        ["gru [a]", None, [3.0]],
    ]
    assert stored.result.markdown("updates") == (
        "| cell | ms | seeds |\n| --- | ---: | ---: |\n"
        "| rnn | 1.23 ms | 1.0, 2.0 |\n| gru [a] | - | 3.0 |"
    )
    assert stored.result.markdown("ratio") == "-"


def test_a_run_with_other_options_is_printed_and_not_stored(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(storage, "save", lambda *_: pytest.fail("stored"))
    assert main(["hardening.fuzz", "--examples", "40", "--only", "experiments"]) == 0
    output = capsys.readouterr().out
    assert "| experiments | 13 |" in output
    assert "Not stored" in output


def test_an_unknown_benchmark_is_a_sentence(capsys):
    assert main(["engine.nothing"]) == 2
    assert "expected one of engine.corpus" in capsys.readouterr().err


@pytest.mark.parametrize("reference", ["{engine.step/nothing}", "{engine.nothing/updates}"])
def test_a_reference_to_nothing_is_a_sentence(reference):
    with pytest.raises(ValueError, match="template: expected"):
        documents.fill(reference, RESULTS)


def test_a_row_of_another_table_is_refused():
    table = Table([Column("cell"), Column("ms", ".2f", "ms")])
    with pytest.raises(ValueError, match="expected 2 values, got 3"):
        table.add("rnn", 1.0, 2.0)
