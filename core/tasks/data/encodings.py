"""Text out of the bytes of a file: which encoding it was written in, or what the file is if it is no text."""

import codecs
import re
from dataclasses import dataclass

from ...common.messages import say

# How files begin that are no text, and what to do with each.
BINARY_FILES = (
    (b"PK\x03\x04", "", ""),  # what the zip holds is looked up
    (b"\xd0\xcf\x11\xe0", say("an old Office document"), say("Save it as CSV or as plain text")),
    (b"PAR1", say("a Parquet file"), say("Save its table as CSV")),
    (b"ARROW1", say("an Arrow file"), say("Save its table as CSV")),
    (b"\x93NUMPY", say("a NumPy array"), say("Save it with numpy.savetxt")),
    (b"\x89HDF", say("an HDF5 file"), say("Save its table as CSV")),
    (b"SQLite format 3", say("an SQLite database"), say("Save one of its tables as CSV")),
    (b"%PDF", say("a PDF document"), say("Copy its text or its table into a text file")),
    (b"\x89PNG", say("a PNG picture"), say("Choose a text file")),
    (b"\xff\xd8\xff", say("a JPEG picture"), say("Choose a text file")),
    (b"GIF8", say("a GIF picture"), say("Choose a text file")),
    (b"\x1f\x8b", say("a gzip archive"), say("Unpack it first")),
    (b"BZh", say("a bzip2 archive"), say("Unpack it first")),
    (b"\xfd7zXZ", say("an xz archive"), say("Unpack it first")),
    (b"7z\xbc\xaf", say("a 7z archive"), say("Unpack it first")),
    (b"Rar!", say("a RAR archive"), say("Unpack it first")),
    (b"\x28\xb5\x2f\xfd", say("a Zstandard archive"), say("Unpack it first")),
    (b"{\\rtf", say("an RTF document"), say("Save it as plain text")),
)
ZIPPED = (
    (b"xl/", say("an Excel workbook"), say("Save it as CSV")),
    (b"word/", say("a Word document"), say("Save it as plain text")),
    (b"opendocument.spreadsheet", say("an OpenDocument spreadsheet"), say("Save it as CSV")),
    (b"opendocument.text", say("an OpenDocument text"), say("Save it as plain text")),
    (b"data.pkl", say("a file of PyTorch"), say("Choose a text file")),
    (b".npy", say("NumPy arrays"), say("Save one with numpy.savetxt")),
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
                kind, advice = next(inside, (say("a zip archive"), say("Unpack it first")))
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
