"""A model that another library saved, from the content of its file: the one place that knows which reader opens what."""

from ...common.messages import Sentence, say
from ..file_kinds import is_keras, is_onnx
from ..uploads import check_size, refuse_file
from .layers import ForeignModel


def read_foreign_model(content: bytes) -> ForeignModel | None:
    """The model of a file of Keras, or of ONNX; None for any other file.

    ValueError with a sentence where it holds no recurrent layer that is read here, or is damaged.
    """
    if is_keras(content):
        check_size(content)
        from .keras_files import read_keras as read
    elif is_onnx(content):
        check_size(content)
        from .onnx_files import read_onnx as read
    else:
        return None
    try:
        return read(content)
    except Exception as error:  # a hostile file may cause any of them
        if isinstance(error, ValueError) and isinstance(error.args[0], Sentence):
            raise
        raise refuse_file(
            say("a whole model of Keras or ONNX"),
            say("one that is damaged ({problem})", problem=type(error).__name__),
            say("Copy or download it again"),
        ) from error
