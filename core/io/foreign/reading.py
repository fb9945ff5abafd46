"""A model that another library saved, from the content of its file: the one place that knows which reader opens what."""

from ..file_kinds import is_keras, is_onnx
from ..uploads import check_size
from .layers import ForeignModel


def read_foreign_model(content: bytes) -> ForeignModel | None:
    """The model of a file of Keras, or of ONNX; None for any other file.

    ValueError with a sentence where it holds no recurrent layer that is read here, or is damaged.
    """
    if is_keras(content):
        check_size(content)
        from .keras_files import read_keras

        return read_keras(content)
    if is_onnx(content):
        check_size(content)
        from .onnx_files import read_onnx

        return read_onnx(content)
    return None
