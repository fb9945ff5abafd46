"""Text out of bytes: the encoding that was used, and files that are no text."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.tasks.data.encodings import Decoded, decode_text


@pytest.mark.parametrize(
    ("text", "codec", "name"),
    [
        ("day,v\n1,2", "ascii", "UTF-8"),
        ("日期,Größe", "utf-8", "UTF-8"),
        ("日期,Größe", "utf-8-sig", "UTF-8"),
        ("day\tload\n1\t2", "utf-16", "UTF-16"),
        ("日期,负荷\n2020,1", "utf-16-le", "UTF-16"),  # without a mark
        ("日期,负荷\n2020,1", "utf-16-be", "UTF-16"),
        ("day,v", "utf-32", "UTF-32"),
        ("日期,负荷\n2020年1月5日,1\u00a0200", "gb18030", "GB18030"),
        ("数据", "gb18030", "GB18030"),
        ("日期,溫度,濕度\n", "big5", "Big5"),
        ("日付,気温\n", "shift_jis", "Shift_JIS"),
        ("Дата;Значение;день на", "cp1251", "Windows-1251"),
        ("T [°C];PM in µg/m³\n1;2", "cp1252", "Windows-1252"),
        ("Größe in €;Übermaß", "cp1252", "Windows-1252"),
        ("l’eau créée\nDébit", "cp1252", "Windows-1252"),
        ("Año;Niño", "cp1252", "Windows-1252"),
    ],
)
def test_the_text_and_the_name_of_its_encoding(text, codec, name):
    if codec == "utf-16":
        for mark, order in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
            decoded = decode_text(mark + text.encode(order))
            assert (decoded.text, decoded.encoding) == (text, name)
    decoded = decode_text(text.encode(codec))
    assert (decoded.text, decoded.encoding) == (text, name)


def zipped(member: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(member, "x")
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "kind", "advice"),
    [
        (zipped("xl/workbook.xml"), "an Excel workbook", "Save it as CSV"),
        (zipped("word/document.xml"), "a Word document", "Save it as plain text"),
        (zipped("notes.txt"), "a zip archive", "Unpack it"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document", "Save it as CSV"),
        (b"\x89PNG\r\n\x1a\n", "a PNG picture", "Choose a text file"),
        (b"%PDF-1.7", "a PDF document", "Copy its text"),
        (b"PAR1\x15\x04", "a Parquet file", "Save its table as CSV"),
        (b"\x1f\x8b\x08", "a gzip archive", "Unpack it"),
        (b"\x93NUMPY\x01", "a NumPy array", "numpy.savetxt"),
    ],
)
def test_a_file_that_is_no_text_is_named(data, kind, advice):
    with pytest.raises(ValueError, match=f"expected text, got {kind}") as error:
        decode_text(data)
    assert advice in str(error.value)


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"abc\x00\x01\x02\x03\x04", b"\x81\x8d\x8f"])
def test_bytes_of_no_kind_get_a_sentence(data):
    with pytest.raises(ValueError, match=r"^file: expected text.*Save it"):
        decode_text(data)


@given(st.binary(max_size=200))
def test_any_bytes_become_text_or_a_sentence(data):
    try:
        decoded = decode_text(data)
    except ValueError as error:
        sentence, decoded = str(error), Decoded("", "UTF-8")
    else:
        sentence = "file: expected text"
    assert sentence.startswith("file: expected text")
    assert "\0" not in decoded.text or decoded.encoding != "UTF-8"


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=100))
def test_utf_8_is_never_taken_for_another(text):
    plain = "day," + text  # no file of another kind begins so
    assert decode_text(plain.encode()) == Decoded(plain, "UTF-8")
