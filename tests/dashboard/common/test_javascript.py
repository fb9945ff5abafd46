"""Which modules import which."""

from dashboard.common.javascript import with_imports


def write(folder, **files: str) -> None:
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.js"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)


def test_a_module_brings_all_that_it_imports_each_once_and_in_rounds(tmp_path):
    write(
        tmp_path,
        live='import { a } from "./a.js";\nimport {\n  b,\n} from "./sub/b.js";\n',
        a='import{c as t}from"./c.js";import"./sub/b.js"',  # as a minifier writes it
        sub__b='import { c } from "../c.js"; // and import { nothing } from "./types.js"\n',
        c="export const c = 1;\n",
        other='import { a } from "./a.js";\n',
    )
    assert with_imports(tmp_path, ["live.js"]) == ["live.js", "a.js", "sub/b.js", "c.js"]


def test_two_modules_that_import_each_other_come_once(tmp_path):
    write(tmp_path, a='import "./b.js";', b='import "./a.js";')
    assert with_imports(tmp_path, ["a.js", "b.js", "gone.js"]) == ["a.js", "b.js"]


def test_nothing_outside_of_the_folder_is_named(tmp_path):
    write(tmp_path, secret="export {}", web__a='import "../secret.js";')
    assert with_imports(tmp_path / "web", ["a.js"]) == ["a.js"]
