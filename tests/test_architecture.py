"""What import-linter cannot check: unique public names, sizes of modules and functions, docstrings of folders."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from datasette import hookspecs

ROOT = Path(__file__).parents[1]
MOST_MODULES = 14  # of a folder, beside its __init__
MOST_LINES = 350  # of a module
MOST_FUNCTION_LINES = 50  # docstring and all
MIGRATIONS = "migrations"  # a landed one is never edited, so its length does not matter


def modules(folder: Path) -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(folder.rglob("*.py")):
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def public_names(module: ast.Module) -> set[str]:
    """What a module defines at its top level; not what it imports."""
    names: list[str] = []
    for node in module.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.append(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names += [
                part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name)
            ]
    return {name for name in names if not name.startswith("_")}


def defined_twice(package: Path) -> dict[str, list[str]]:
    """The public names that several modules define, but those of migrations, which nobody imports by name."""
    found = defaultdict(list)
    for path, module in modules(package):
        if MIGRATIONS not in path.with_suffix("").parts:
            for name in public_names(module):
                found[name].append(path.relative_to(package).as_posix())
    return {name: places for name, places in found.items() if len(places) > 1}


def folders_without_a_word(package: Path) -> list[str]:
    """The folders of modules whose `__init__` is missing or has no docstring."""
    folders = {path.parent for path in package.rglob("*.py")}
    return [
        str(folder.relative_to(package.parent))
        for folder in sorted(folders)
        if not (folder / "__init__.py").is_file()
        or not ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8")))
    ]


def full_folders(package: Path) -> dict[str, int]:
    counts: dict[str, int] = defaultdict(int)
    for path in package.rglob("*.py"):
        counts[path.parent.relative_to(package.parent).as_posix()] += path.name != "__init__.py"
    return {folder: count for folder, count in counts.items() if count > MOST_MODULES}


def long_modules(root: Path, *folders: str) -> set[str]:
    paths = (path for folder in folders for path in (root / folder).rglob("*.py"))
    long = (path for path in paths if len(path.read_text(encoding="utf-8").splitlines()) > MOST_LINES)
    return {
        path.relative_to(root).as_posix() for path in long if MIGRATIONS not in path.with_suffix("").parts
    }


def long_functions(root: Path, *folders: str) -> set[str]:
    return {
        f"{path.relative_to(root).as_posix()}:{node.name}"
        for folder in folders
        for path, module in modules(root / folder)
        if MIGRATIONS not in path.with_suffix("").parts
        for node in ast.walk(module)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= MOST_FUNCTION_LINES
    }


def imported(module: ast.Module) -> Iterator[str]:
    """All that a module imports, wherever in it: `from a import b` may mean a module a.b."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield str(node.module)
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def ways_to(name: str, root: Path, start: str, package: str) -> list[str]:
    """The modules of the folder `start`, and of `package` as far as those lead to it, that import what is so named."""
    imports = {
        path: set(imported(module)) for folder in (start, package) for path, module in modules(root / folder)
    }
    pending = [path for path in imports if path.is_relative_to(root / start)]
    seen = set(pending)
    found = []
    while pending:
        path = pending.pop()
        if any(one == name or one.startswith(name + ".") for one in imports[path]):
            found.append(path.relative_to(root).as_posix())
        for one in imports[path]:
            module = root.joinpath(*one.split("."))
            for near in (module.with_suffix(".py"), module / "__init__.py"):
                if near in imports and near not in seen:
                    seen.add(near)
                    pending.append(near)
    return sorted(found)


def test_a_public_name_is_one_thing_in_the_whole_package() -> None:
    why = "rename all but one, or begin a name with _ where only its module uses it"
    assert defined_twice(ROOT / "ingest") == {}, why


def test_a_plugin_calls_nothing_of_its_own_like_something_of_the_package() -> None:
    ours = {name for _, module in modules(ROOT / "ingest") for name in public_names(module)}
    theirs = {name: path.stem for path, module in modules(ROOT / "plugins") for name in public_names(module)}
    both = theirs.keys() & ours - vars(hookspecs).keys()
    assert {name: theirs[name] for name in both} == {}, "rename it, or begin it with _"


def test_each_folder_says_what_it_is_for() -> None:
    assert folders_without_a_word(ROOT / "ingest") == []


def test_a_folder_has_a_dozen_modules_or_so() -> None:
    why = "give what belongs together a folder of its own"
    full = full_folders(ROOT / "ingest").keys() - {"ingest/pages"}  # which has one for each page
    assert full == set(), why


def test_a_module_is_read_in_one_go() -> None:
    assert long_modules(ROOT, "ingest", "plugins") == set()


def test_a_function_fits_on_a_screen() -> None:
    assert long_functions(ROOT, "ingest", "plugins") == set()


def test_no_plugin_leads_to_datasettes_command() -> None:
    """Installed as a plugin, we would be imported by `datasette.cli` itself: a circle that breaks every command."""
    assert ways_to("datasette.cli", ROOT, "plugins", "ingest") == []


@pytest.fixture
def untidy(tmp_path: Path) -> Path:
    """A house where each rule is broken once."""
    lines = "\n".join(f"    {number}" for number in range(MOST_FUNCTION_LINES))
    files = {
        "ingest/__init__.py": '"""Ours."""',
        "ingest/one.py": "from ingest.deep import two\nTHING = _OWN = 1\n",
        "ingest/deep/two.py": "import datasette.cli\n\n\nclass THING:\n    pass\n\n\n_OWN: int = 1\n",
        "ingest/deep/long.py": "\n" * (MOST_LINES + 1),
        "ingest/deep/migrations/m001.py": f"def THING():\n{lines}\n",
        "plugins/page.py": f"from ingest.one import THING\n\n\nasync def page():\n{lines}\n",
        **{f"ingest/deep/m{number}.py": "" for number in range(MOST_MODULES)},
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_what_breaks_a_rule_is_found(untidy: Path) -> None:
    assert defined_twice(untidy / "ingest") == {"THING": ["deep/two.py", "one.py"]}
    assert folders_without_a_word(untidy / "ingest") == ["ingest/deep", "ingest/deep/migrations"]
    assert full_folders(untidy / "ingest") == {"ingest/deep": MOST_MODULES + 2}
    assert long_modules(untidy, "ingest", "plugins") == {"ingest/deep/long.py"}
    assert long_functions(untidy, "ingest", "plugins") == {"plugins/page.py:page"}
    assert ways_to("datasette.cli", untidy, "plugins", "ingest") == ["ingest/deep/two.py"]
