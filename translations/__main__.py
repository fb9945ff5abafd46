"""python -m translations: the template anew, and every catalogue in step with it (make messages)."""

from core.common.files import write_atomically
from translations import catalogues
from translations.registries import read_registries
from translations.source import read_source


def main() -> None:
    """Writes the files, and says of each language what is left to translate."""
    template = catalogues.make_template([*read_source(), *read_registries()])
    write_atomically(catalogues.TEMPLATE, catalogues.write(template).encode())
    print(f"{catalogues.TEMPLATE.name}: {len(template)} messages")
    for path in sorted(catalogues.LOCALES.glob("*/messages.po")):
        code = path.parent.name
        updated = catalogues.update(template, code, path)
        write_atomically(path, catalogues.write(updated).encode())
        print(
            f"{code}: {sum(not message.string for message in updated if message.id)} to translate"
        )


if __name__ == "__main__":
    main()
