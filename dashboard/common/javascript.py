"""JavaScript modules in a folder: which of them import which."""

import re
from collections.abc import Iterable
from pathlib import Path

IMPORT = re.compile(r"""\b(?:from|import)\s*["'](\.{1,2}/[^"']+)["']""")


def with_imports(folder: Path, names: Iterable[str]) -> list[str]:
    """The modules of these names and all that they import, each once; a file that is not there is left out.

    names: relative to the folder, as are those in the answer: "panels/index.js".
    """
    root = folder.resolve()
    modules = [name for name in dict.fromkeys(names) if (root / name).is_file()]
    for module in modules:  # which grows
        path = root / module
        for match in IMPORT.finditer(path.read_text(encoding="utf-8")):
            imported = (path.parent / match[1]).resolve()
            if imported.is_relative_to(root) and imported.is_file():
                name = imported.relative_to(root).as_posix()
                if name not in modules:
                    modules.append(name)
    return modules
