"""A file that is no model file is told what it is, by its content, and what to do with it."""

import gzip
import io
import pickle
import re
import tarfile
import zipfile
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import save as save_safetensors
from torch import nn

from core.io.model_files import read_model_file
from tests.helpers.model_files import INPUTS, ONE_SENTENCE, H, saved

pytestmark = pytest.mark.filterwarnings("ignore")  # torch calls its older forms deprecated
LSTM = nn.LSTM(INPUTS, H).state_dict()


def archive(**entries: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name, content in entries.items():
            made.writestr(name.replace("__", "/"), content)
    return file.getvalue()


def scripted() -> bytes:
    file = io.BytesIO()
    torch.jit.save(torch.jit.script(nn.LSTM(INPUTS, H)), file)
    return file.getvalue()


def tarred() -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as made:
        made.addfile(tarfile.TarInfo("model.pt"))
    return file.getvalue()


def arrays() -> bytes:
    file = io.BytesIO()
    np.savez(file, weight=np.zeros(3))
    return file.getvalue()


class Runs:
    def __reduce__(self) -> Any:
        return exec, ("raise SystemExit",)


class RunsAShell:
    def __reduce__(self) -> Any:
        import os

        return os.system, ("echo",)


OTHER: dict[str, tuple[Callable[[], bytes], str]] = {
    "TorchScript": (scripted, r"a TorchScript archive\. Export its state_dict: torch\.save"),
    "before 1.6": (lambda: saved(LSTM, _use_new_zipfile_serialization=False), r"before PyTorch 1\.6\. Save it again"),
    "torch.export": (lambda: archive(model__archive_format=b"pt2"), r"a program of torch\.export"),
    "HDF5": (lambda: b"\x89HDF\r\n\x1a\n" + b"\0" * 99, r"a model of Keras \(\.keras.*an HDF5 file that is damaged"),
    ".keras": (lambda: archive(**{"model.weights.h5": b"", "config.json": b"{}"}), r"an HDF5 file that is damaged"),
    "Keras' names": (lambda: saved({"lstm.kernel": torch.ones(6, 32), "lstm.recurrent_kernel": torch.ones(8, 32)}), r"names as Keras gives them \(lstm\.kernel"),
    "ONNX": (lambda: b"\x08\x08\x12\x07pytorch\x1a\x052.4.0" + b":\x00" * 40, r"a whole ONNX model, got"),
    "SavedModel": (lambda: b"\x08\x01\x12\x99\x0d\x0a\x07\x12\x05serve" + b"\0" * 40, r"a SavedModel of TensorFlow"),
    "a TensorFlow index": (lambda: b"\0\0\1\2" * 20 + bytes.fromhex("57fb808b247547db"), r"the index of a TensorFlow checkpoint"),
    "TensorFlow Lite": (lambda: b"\x1c\0\0\0TFL3" + b"\0" * 40, r"a TensorFlow Lite model"),
    "GGUF": (lambda: b"GGUF\x03\0\0\0" + b"\0" * 40, r"a GGUF file"),
    "npz": (arrays, r"NumPy arrays \(\.npz\)\. Turn them into tensors"),
    "npy": (lambda: b"\x93NUMPY\x01\0" + b"\0" * 40, r"a NumPy array"),
    "a pickle": (lambda: pickle.dumps({"a": 1}), r"a Python pickle, which may hold code"),
    "a zip of something else": (lambda: archive(readme=b"hello"), r"a zip archive of other files \(readme\)"),
    "tar": (tarred, r"a tar archive\. Unpack it"),
    "gzip": (lambda: gzip.compress(saved(LSTM)), r"compressed with gzip\. Unpack it"),
    "half a download": (lambda: saved(LSTM)[:900], r"a zip file that has lost its end"),
    "half of .safetensors": (lambda: save_safetensors(LSTM)[:-9], r"a whole \.safetensors file, got one that cannot be read"),
    "Git LFS": (lambda: b"version https://git-lfs.github.com/spec/v1\noid sha256:1\n", r"a pointer of Git LFS.*git lfs pull"),
    "a web page": (lambda: b"<!DOCTYPE html><html>", r"a web page"),
    "JSON": (lambda: b'{"hidden": 8}', r"a JSON text"),
    "a script": (lambda: "import torch\n# модель".encode(), r"a text that begins with 'import torch'"),
    "no bytes": (lambda: b"", r"an empty file"),
    "a program": (lambda: b"MZ\x90\0\x03\0\xff\xfe", r"no kind that is known here \(it begins with 4d 5a 90 00\)"),
    "code": (lambda: saved({"rnn.weight_hh_l0": Runs()}), r"a file without a named tensor"),
    "code of the system": (lambda: saved({"a": RunsAShell(), "rnn": LSTM}), r"more than weights \(the file asks for posix\.system\)"),
    "no recurrent layer": (lambda: saved(nn.Linear(3, 3).state_dict()), r"got weight, bias\. Choose the state_dict"),
    "no tensor": (lambda: saved({"epoch": 3}), r"a file without a named tensor"),
}  # fmt: skip


@pytest.mark.parametrize("what", OTHER)
def test_another_file_is_told_what_it_is(what):
    make, expected = OTHER[what]
    with pytest.raises(ValueError, match=r"^Model file: expected ") as error:
        read_model_file(make())
    sentence = str(error.value)
    assert re.search(expected, sentence), sentence
    assert ONE_SENTENCE.fullmatch(sentence), sentence


@given(st.binary(max_size=300) | st.binary(max_size=40).map(lambda b: saved(LSTM)[:-300] + b))
@settings(max_examples=60, deadline=None)
def test_any_bytes_give_a_file_or_one_sentence(content):
    sentence = ""
    try:
        read_model_file(content)
    except ValueError as error:
        sentence = str(error)
    assert not sentence or ONE_SENTENCE.fullmatch(sentence), sentence
