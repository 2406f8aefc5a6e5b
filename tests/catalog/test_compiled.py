"""The compiled catalog: used only when it belongs to the files, the code and the software as they are; never needed."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from assuage.catalog import Catalog, load, load_catalog, read_catalog
from assuage.catalog.load import DIGEST, MAGIC, decode, encode, key_of
from assuage.catalog.read import DATA, folder_of
from assuage.errors import CatalogError

KEY = key_of("these files")


@pytest.fixture
def _fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A compiled file and a cache of this test's own, and a process that has loaded nothing yet."""
    monkeypatch.setattr(load, "COMPILED", tmp_path / "compiled.msgpack")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(load, "LOADED", {})


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return read_catalog()


def test_what_is_compiled_is_what_was_read(catalog: Catalog) -> None:
    assert decode(encode(catalog, KEY), KEY) == catalog


def test_the_shipped_catalog_is_loaded_as_it_is_read(catalog: Catalog) -> None:
    assert load_catalog() == catalog


@pytest.mark.parametrize("at", [0, len(MAGIC), len(MAGIC) + DIGEST, len(MAGIC) + 2 * DIGEST, -1])
def test_one_damaged_byte_anywhere_is_noticed(at: int, catalog: Catalog) -> None:
    content = bytearray(encode(catalog, KEY))
    content[at] ^= 1
    assert decode(bytes(content), KEY) is None


@pytest.mark.parametrize("length", [0, 5, len(MAGIC) + DIGEST, 10_000])
def test_a_file_that_was_cut_off_is_noticed(length: int, catalog: Catalog) -> None:
    assert decode(encode(catalog, KEY)[:length], KEY) is None


def test_a_whole_file_of_another_shape_is_not_used() -> None:
    """Right key and digest, but not a catalog: the key covers the code, and even so the shape is checked."""
    body = msgspec.msgpack.encode({"version": 1})
    assert decode(MAGIC + KEY + hashlib.sha256(body).digest() + body, KEY) is None


def test_other_files_other_software_and_other_code_have_other_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = {KEY, key_of("other files")}
    with monkeypatch.context() as patch:
        patch.setattr(load.assuage, "__version__", "0.0.0")
        keys.add(key_of("these files"))
    with monkeypatch.context() as patch:
        patch.setattr(load, "MAGIC", b"assuage catalog, compiled, 0\n")
        keys.add(key_of("these files"))
    with monkeypatch.context() as patch:
        patch.setattr(load, "_reading_code", lambda: b"other code")
        keys.add(key_of("these files"))
    assert len(keys) == 5


def test_the_code_that_reads_is_all_there() -> None:
    assert [name for name in load.READING_CODE if not (load.PACKAGE / name).is_file()] == []


@pytest.mark.usefixtures("_fresh")
def test_it_is_written_where_it_can_be_and_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    first = load_catalog()
    assert load.COMPILED.is_file()
    assert [path.name for path in load.COMPILED.parent.iterdir()] == ["compiled.msgpack"]
    monkeypatch.setattr(load, "LOADED", {})
    monkeypatch.setattr(load, "_read", lambda folders: pytest.fail("the files were read again"))
    assert load_catalog() == first


@pytest.mark.usefixtures("_fresh")
@pytest.mark.parametrize("content", [b"", b"not a catalog", MAGIC + b"\0" * 500])
def test_what_else_lies_there_is_replaced(content: bytes, catalog: Catalog) -> None:
    load.COMPILED.write_bytes(content)
    assert load_catalog() == catalog
    assert load.COMPILED.read_bytes().startswith(MAGIC)
    assert len(load.COMPILED.read_bytes()) > len(content)


@pytest.mark.usefixtures("_fresh")
def test_where_nothing_can_be_written_it_is_read_every_time(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file stands where each folder would be: not even an administrator can write there."""
    (tmp_path / "wall").write_text("", encoding="utf-8")
    monkeypatch.setattr(load, "COMPILED", tmp_path / "wall" / "compiled.msgpack")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "wall"))
    assert load_catalog() == catalog
    assert {path.name for path in tmp_path.iterdir()} == {"wall"}


@pytest.mark.usefixtures("_fresh")
def test_a_failed_write_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def no_room(source: str, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", no_room)
    assert load_catalog().regimens
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.usefixtures("_fresh")
def test_a_clinics_folder_is_kept_in_the_users_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "own"
    own.mkdir()
    recall = "- {{what: seed, because: {}, by: A. Example, on: 2026-02-03}}\n"
    (own / "recalls.yaml").write_text(recall.format("one reason"), encoding="utf-8")
    first = load_catalog(own)
    kept = list((tmp_path / "cache" / "assuage").iterdir())
    assert len(kept) == 1
    monkeypatch.setattr(load, "LOADED", {})
    assert load_catalog(own) == first
    (own / "recalls.yaml").write_text(recall.format("another reason"), encoding="utf-8")
    assert load_catalog(own).recalls["seed"].because == "another reason"
    assert list(own.iterdir()) == [own / "recalls.yaml"]


@pytest.mark.usefixtures("_fresh")
def test_a_cached_form_of_somebody_else_is_not_trusted(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load, "COMPILED", tmp_path / "absent" / "nowhere")
    forged = msgspec.structs.replace(catalog, regimens={})
    key = load._key([folder_of()])
    place = tmp_path / "cache" / "assuage" / f"{key.hex()}.msgpack"
    place.parent.mkdir(parents=True)
    place.write_bytes(encode(forged, key))
    monkeypatch.setattr(os, "getuid", lambda: 12345)
    if place.stat().st_uid == 0:
        os.chown(place, 54321, -1)
    assert load_catalog() == catalog


@pytest.mark.usefixtures("_fresh")
def test_the_users_cache_does_not_grow_for_ever(tmp_path: Path) -> None:
    place = tmp_path / "cache" / "assuage"
    for number in range(load.MOST_STORED + 5):
        assert load._write(place / f"{number}.msgpack", b"x")
    assert len(list(place.iterdir())) == load.MOST_STORED


@pytest.mark.usefixtures("_fresh")
def test_a_catalog_with_a_fault_is_never_compiled(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "choices.yaml").write_text("- {fact: nothing}\n", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(CatalogError):
            load_catalog(own)


def test_loading_imports_no_yaml_and_nothing_of_the_checks() -> None:
    load_catalog()  # the compiled form is there now
    code = (
        "import sys; from assuage.catalog import load_catalog; load_catalog();"
        "print([m for m in sys.modules if m.split('.')[0] in ('yaml', '_yaml') or '.checks' in m or m == 'tempfile'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_loading_is_fast() -> None:
    """Five times what it takes on a quiet machine, so that a busy one passes and reading YAML (over a second) fails."""
    load_catalog()
    code = (
        "import time; from assuage.catalog import load_catalog; t = time.perf_counter(); load_catalog();"
        "print(time.perf_counter() - t)"
    )
    runs = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True) for _ in range(3)]
    assert min(float(run.stdout) for run in runs) < 0.2


def test_hashing_the_files_is_fast() -> None:
    took = []
    for _ in range(5):
        start = time.perf_counter()
        assert folder_of().fingerprint
        took.append(time.perf_counter() - start)
    assert min(took) < 0.05


def test_the_wheel_carries_the_data_and_its_compiled_form(tmp_path: Path) -> None:
    """Installed into a folder of its own, it loads without reading YAML and writes nothing."""
    root = Path(__file__).parents[2]
    source = tmp_path / "source"
    shutil.copytree(root / "src", source / "src", ignore=shutil.ignore_patterns("__pycache__", "compiled.msgpack"))
    for name in ("pyproject.toml", "hatch_build.py", "README.md"):
        shutil.copy(root / name, source / name)
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)], cwd=source,
                   check=True, capture_output=True)  # fmt: skip
    installed = tmp_path / "installed"
    shutil.unpack_archive(next(tmp_path.glob("*.whl")), installed, "zip")
    assert (installed / "assuage" / "catalog" / "compiled.msgpack").is_file()
    assert len(list((installed / "assuage" / "catalog" / "data").rglob("*.yaml"))) == len(list(DATA.rglob("*.yaml")))
    code = (
        f"import sys; sys.path.insert(0, {str(installed)!r}); import assuage; from assuage.catalog import load_catalog;"
        "print(assuage.__file__, load_catalog().fingerprint, 'yaml' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(installed / "assuage" / "__init__.py"), folder_of().fingerprint, "False"]
