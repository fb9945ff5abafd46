"""The words of the components: no part of them takes another's key."""

import ast
import inspect

from dashboard.player import strings


def test_a_key_of_the_player_has_one_sentence():
    tree = ast.parse(inspect.getsource(strings))
    keys: dict[str, str] = {}
    parts = {"stream_strings", "triangle_strings", "unrolled_strings"}  # of other components
    for function in tree.body:
        if not isinstance(function, ast.FunctionDef) or function.name in parts:
            continue
        for node in ast.walk(function):
            if not isinstance(node, ast.Dict):
                continue
            for key, value in zip(node.keys, node.values, strict=True):
                if not isinstance(key, ast.Constant):
                    continue
                sentence = ast.unparse(value)
                assert keys.setdefault(str(key.value), sentence) == sentence, key.value
    assert "play" in keys
    assert len(keys) > 100
