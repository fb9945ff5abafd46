"""Text that a reader uploads."""

from typing import Protocol

from dashboard.common.i18n import _


class Upload(Protocol):
    """What Streamlit's file_uploader gives."""

    def getvalue(self) -> bytes:
        """The bytes of the file."""
        ...


def read_text(upload: Upload) -> str:
    """The text of the file. ValueError with a sentence where it is none."""
    try:
        return upload.getvalue().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(
            _("file: expected UTF-8 text, got other bytes. Save it as UTF-8 and try again.")
        ) from None
