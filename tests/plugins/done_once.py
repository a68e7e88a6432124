"""Caches, for the tests, what Datasette computes for each instance or, in 1.0, for each request."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import datasette.app
import jinja2
import pytest
from datasette.plugins import get_plugins, pm
from jinja2.bccache import Bucket


class CompiledTemplates(jinja2.BytecodeCache):
    """Bytecode by name, path and source of a template."""

    def __init__(self) -> None:
        self._compiled: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if code := self._compiled.get((bucket.key, bucket.checksum)):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._compiled[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


@contextmanager
def templates_compiled_once() -> Iterator[None]:
    begin, compiled = jinja2.Environment.__init__, CompiledTemplates()

    def begin_with_them(environment: jinja2.Environment, *arguments: Any, **options: Any) -> None:
        begin(environment, *arguments, **{"bytecode_cache": compiled} | options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jinja2.Environment, "__init__", begin_with_them)
        yield


@contextmanager
def plugins_described_once() -> Iterator[None]:
    """Where a plugin's files are: what is no package is tried to be imported each time."""

    @cache
    def described(plugins: frozenset[object]) -> list[dict[str, Any]]:
        return list(get_plugins())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(datasette.app, "get_plugins", lambda: list(described(frozenset(pm.get_plugins()))))
        yield


@contextmanager
def plugins_compiled_once() -> Iterator[None]:
    """Each instance runs the files of its plugins anew."""

    @cache
    def code(path: str) -> Any:
        return compile(Path(path).read_text(encoding="utf-8"), path, "exec", dont_inherit=True)

    def module_from_path(path: str, name: str) -> ModuleType:
        module = ModuleType(name)
        module.__file__ = path
        exec(code(path), module.__dict__)
        return module

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(datasette.app, "module_from_path", module_from_path)
        yield
