"""The hooks of all files of plugins/ as one plugin of Datasette's, which is registered once.

Datasette finds it as an entry point of the installed package. `--plugins-dir plugins` loads the same files one by one:
these are taken out again.
"""

from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from datasette import hookimpl

from ingest.web.plugin.gates import gated
from ingest.web.server.site_files import site_folder

PLUGIN_NAME = "feedsette"
_OPTIONS = "datasette_impl"  # where Datasette's hookimpl notes the options of a hook
_folders: set[Path] = set()  # with files that this plugin stands for: its own, and those of other checkouts
PLUGIN_FILES: dict[str, ModuleType] = {}  # of plugins/, by name


def _load_plugin() -> ModuleType:
    """A module with the hooks of all files, each behind its gate, under a name of its own."""
    plugin = ModuleType(PLUGIN_NAME, __doc__)
    for path in sorted((site_folder() / "plugins").glob("*.py")):
        if path.stem == PLUGIN_NAME:  # which is for --plugins-dir
            continue
        PLUGIN_FILES[path.stem] = _load_file(path)
        for name, hook in _hooks(PLUGIN_FILES[path.stem]):
            options = dict(getattr(hook, _OPTIONS))
            spec = options.pop("specname", None) or name
            passed = gated(spec, path.stem, hook)
            setattr(plugin, f"{path.stem}_{name}", hookimpl(specname=spec, **options)(passed))
    plugin.register_output_renderer = hookimpl(_take_out_files)  # type: ignore[attr-defined]
    return plugin


def _load_file(path: Path) -> ModuleType:
    spec = spec_from_file_location(f"{PLUGIN_NAME}.{path.stem}", path)
    assert spec and spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _hooks(module: ModuleType) -> Iterator[tuple[str, Any]]:
    return ((name, value) for name, value in vars(module).items() if hasattr(value, _OPTIONS))


def _take_out_files() -> list[Any]:
    """Called by each new Datasette when it has loaded its --plugins-dir, and before it calls anything else.

    Files beside ours that are not ours stay.
    """
    from datasette.plugins import pm  # which imports this

    for other in list(pm.get_plugins()):
        path = Path(getattr(other, "__file__", None) or "/").resolve()
        if path.parent in _folders and path.stem in (PLUGIN_NAME, *PLUGIN_FILES):
            pm.unregister(other)
    return []


def register(folder: Path) -> None:
    """Register the plugin where it is not, and let it stand for the files in `folder`."""
    from datasette.plugins import pm

    _folders.add(folder.resolve())
    if pm.get_plugin(PLUGIN_NAME) is None:
        pm.register(PLUGIN, PLUGIN_NAME)


PLUGIN = _load_plugin()
