"""Reading YAML 1.2 and JSON so that every value keeps its line, and every problem is reported at once."""

from assuage.document.node import Node, read, read_json, read_yaml
from assuage.document.shape import Shaper, converts, shape
from assuage.document.written import as_json

__all__ = ["Node", "Shaper", "as_json", "converts", "read", "read_json", "read_yaml", "shape"]
