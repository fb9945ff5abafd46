"""Text out of the bytes of a file: which encoding it was written in, or what the file is if it is no text."""

import codecs
import re
from dataclasses import dataclass

from ...common.messages import say

# How files begin that are no text, and what to do with each.
BINARY_FILES = (
    (b"PK\x03\x04", "", ""),  # what the zip holds is looked up
    (b"\xd0\xcf\x11\xe0", "an old Office document", "Save it as CSV or as plain text"),
    (b"PAR1", "a Parquet file", "Save its table as CSV"),
    (b"ARROW1", "an Arrow file", "Save its table as CSV"),
    (b"\x93NUMPY", "a NumPy array", "Save it with numpy.savetxt"),
    (b"\x89HDF", "an HDF5 file", "Save its table as CSV"),
    (b"SQLite format 3", "an SQLite database", "Save one of its tables as CSV"),
    (b"%PDF", "a PDF document", "Copy its text or its table into a text file"),
    (b"\x89PNG", "a PNG picture", "Choose a text file"),
    (b"\xff\xd8\xff", "a JPEG picture", "Choose a text file"),
    (b"GIF8", "a GIF picture", "Choose a text file"),
    (b"\x1f\x8b", "a gzip archive", "Unpack it first"),
    (b"BZh", "a bzip2 archive", "Unpack it first"),
    (b"\xfd7zXZ", "an xz archive", "Unpack it first"),
    (b"7z\xbc\xaf", "a 7z archive", "Unpack it first"),
    (b"Rar!", "a RAR archive", "Unpack it first"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive", "Unpack it first"),
    (b"{\\rtf", "an RTF document", "Save it as plain text"),
)
ZIPPED = (
    (b"xl/", "an Excel workbook", "Save it as CSV"),
    (b"word/", "a Word document", "Save it as plain text"),
    (b"opendocument.spreadsheet", "an OpenDocument spreadsheet", "Save it as CSV"),
    (b"opendocument.text", "an OpenDocument text", "Save it as plain text"),
    (b"data.pkl", "a file of PyTorch", "Choose a text file"),
    (b".npy", "NumPy arrays", "Save one with numpy.savetxt"),
)
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
# Encodings of the time before Unicode: what usual letters look like in them, as bytes. Tried in this order. Where the
# second byte of a letter may be ASCII, two letters must follow each other: "°C" is no Chinese.
OLDER = (
    (
        "gb18030",
        "GB18030",
        rb"(?:[\xb0-\xd7\xa1-\xa3][\xa1-\xfe]|[\x81-\xfe][0-9][\x81-\xfe][0-9])+",
    ),
    (
        "shift_jis",
        "Shift_JIS",
        rb"(?:\x81[\x40-\x9e]|\x82[\x4f-\xf1]|\x83[\x40-\x96]|[\x88-\x97][\x40-\xfc]){2,}",
    ),
    ("big5", "Big5", rb"(?:\xa1[\x40-\xfe]|[\xa4-\xc6][\x40-\x7e\xa1-\xfe]){2,}"),
    ("cp1251", "Windows-1251", rb"[\xc0-\xff\xa8\xb8]{3,}(?:[ -][\xc0-\xff\xa8\xb8]+)*"),
    ("cp1252", "Windows-1252", rb"[\x80-\xff]+"),
)
LEAST_USUAL = 0.9  # share of the bytes beyond ASCII that are usual letters of an encoding
SAMPLE = 100_000  # bytes that are looked at to find the encoding
MAX_ZEROS = (
    0.02  # share of the zeros in one half of the bytes where the other half has them: UTF-16
)


@dataclass(frozen=True)
class Decoded:
    """text: without a byte order mark. encoding: its name as people write it, "UTF-8" or another."""

    text: str
    encoding: str


def decode_text(data: bytes) -> Decoded:
    """The text of a file of bytes.

    A byte order mark decides; then zeros in every second byte (UTF-16); then UTF-8 if it fits without an error;
    then the first older encoding in which nearly all bytes are usual letters. ValueError names the kind of file
    where it is no text.
    """
    for mark, codec, name in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _decode_all(data[len(mark) :], codec, name)
    _refuse_binary(data)
    codec = _utf16_without_mark(data)
    if codec:
        return _decode_all(data, codec, "UTF-16")
    try:
        text, encoding = data.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        text, encoding = _decode_older(data)
    if "\0" in text:
        raise ValueError(
            say(
                "file: expected text, got bytes of another kind (a zero at place {place}). "
                "Save it as a text file (CSV or TXT).",
                place=text.index(chr(0)) + 1,
            )
        )
    return Decoded(text, encoding)


def _decode_all(data: bytes, codec: str, name: str) -> Decoded:
    try:
        return Decoded(data.decode(codec), name)
    except UnicodeDecodeError as error:
        raise ValueError(
            say(
                "file: expected text in {name}, as its first bytes say, got an error at byte {place}. "
                "Save it again, as UTF-8.",
                name=name,
                place=error.start + 1,
            )
        ) from None


def _refuse_binary(data: bytes) -> None:
    for start, kind, advice in BINARY_FILES:
        if data.startswith(start):
            if not kind:
                inside = ((k, what) for part, k, what in ZIPPED if part in data)
                kind, advice = next(inside, ("a zip archive", "Unpack it first"))
            raise ValueError(
                say(
                    "file: expected text, got {got}. {advice} and upload that.",
                    got=kind,
                    advice=advice,
                )
            )


def _utf16_without_mark(data: bytes) -> str:
    """The codec of UTF-16 whose mark is missing, "" for other text: digits and separators have a zero byte."""
    sample = data[:SAMPLE]
    if len(data) % 2 or not sample:
        return ""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    half = len(sample) / 2
    if odd > half / 4 and even <= MAX_ZEROS * half:
        return "utf-16-le"
    return "utf-16-be" if even > half / 4 and odd <= MAX_ZEROS * half else ""


def _decode_older(data: bytes) -> tuple[str, str]:
    """(text, the encoding's name)."""
    for codec, name, usual in OLDER:
        sample = data[:SAMPLE]
        high = len(re.sub(rb"[\x00-\x7f]", b"", sample))
        letters = sum(_high_and_second(part) for part in re.findall(usual, sample))
        if letters < LEAST_USUAL * high:
            continue
        try:
            return data.decode(codec), name
        except UnicodeDecodeError:
            continue
    raise ValueError(
        say(
            "file: expected text in UTF-8, UTF-16, GB18030 or Windows-1252, got bytes that fit none of them. "
            "Save it as UTF-8."
        )
    )


def _high_and_second(part: bytes) -> int:
    """Bytes of a run of usual letters that are beyond ASCII."""
    return sum(byte > 0x7F for byte in part)
