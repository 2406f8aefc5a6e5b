"""The C loader and the Python loader of YAML must give one document one meaning."""

import pytest
import yaml

from assuage.document import Node, node, read_yaml
from assuage.errors import DocumentError

LOADERS = [getattr(yaml, "CSafeLoader", yaml.SafeLoader), yaml.SafeLoader]


@pytest.fixture(params=LOADERS, ids=lambda loader: loader.__name__)
def loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(node, "YamlLoader", request.param)


def _kinds(text: str) -> dict[str, tuple[str, str]]:
    return {key: (child.kind, child.value) for key, child in read_yaml(text, "a.yaml").items()}


@pytest.mark.usefixtures("loader")
def test_a_plain_null_is_nothing_and_a_quoted_one_is_text() -> None:
    assert _kinds("a: null\nb: 'null'\nc: ~\nd:\ne: 0.30\nf: '0.30'\ng: ''\n") == {
        "a": ("null", ""), "b": ("text", "null"), "c": ("null", ""), "d": ("null", ""), "e": ("plain", "0.30"),
        "f": ("text", "0.30"), "g": ("text", ""),
    }  # fmt: skip


@pytest.mark.usefixtures("loader")
@pytest.mark.parametrize("word", ["yes", "no", "on", "OFF", "y", "N"])
def test_a_bare_boolean_word_is_refused_and_a_quoted_one_is_text(word: str) -> None:
    with pytest.raises(DocumentError):
        read_yaml(f"a: {word}\n", "a.yaml")
    assert read_yaml(f"a: '{word}'\n", "a.yaml").get("a") == Node("text", word, "a.yaml", 1, 4)
