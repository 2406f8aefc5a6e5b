"""Compiles the catalog into the wheel, so that an installed assuage starts without reading YAML."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileCatalog(BuildHookInterface):  # type: ignore[type-arg]
    """Writes src/assuage/catalog/compiled.msgpack and takes it into the wheel beside the data it was made from."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile; a catalog that cannot be read stops the build with every problem."""
        sys.path.insert(0, str(Path(self.root) / "src"))
        try:
            from assuage.catalog.load import COMPILED, compile_catalog
        finally:
            sys.path.pop(0)
        compile_catalog()
        build_data["artifacts"].append(COMPILED.relative_to(self.root).as_posix())
