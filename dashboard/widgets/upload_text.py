"""Text that a reader uploads."""

from typing import Protocol

from core.tasks.data.encodings import decode_text


class Upload(Protocol):
    """What Streamlit's file_uploader gives."""

    def getvalue(self) -> bytes:
        """The bytes of the file."""
        ...


def read_text(upload: Upload) -> str:
    """The text of the file, in whatever encoding. ValueError with a sentence where it is none."""
    return decode_text(upload.getvalue()).text
