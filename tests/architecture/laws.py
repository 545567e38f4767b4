"""The laws of the house as functions over source text, so that each can be shown a violation."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "eventapp"
LONGEST_FILE = 400

# Files of core and mail that are about the web, besides routes, desk_routes and the application.
WEB_FILES = {
    "core/forms.py",
    "core/limits.py",
    "core/unit_of_work.py",
    "core/database.py",
    "core/rendering.py",
    "mail/rendering.py",
}
WEB_LIBRARIES = {"flask", "wtforms", "flask_wtf", "flask_limiter", "flask_migrate", "werkzeug"}
JUNK_NAMES = {"common", "helpers", "helper", "utils", "util", "manager", "misc"}


def sources() -> Iterator[tuple[str, str]]:
    """Yield `(path below the package, text)` of every module."""
    for path in sorted(PACKAGE.rglob("*.py")):
        yield path.relative_to(PACKAGE).as_posix(), path.read_text(encoding="utf-8")


def commits(name: str, text: str) -> list[str]:
    """Return every commit outside the unit of work."""
    if name == "core/unit_of_work.py":
        return []
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit":
            if name == "core/database.py" and ast.unparse(node.func.value) == "raw":
                continue  # a connection's own settings, before any transaction of ours
            found.append(f"{name}:{node.lineno} commits outside the unit of work")
    return found


def wall_clocks(name: str, text: str) -> list[str]:
    """Return every reading of the wall clock outside the clocks."""
    if name in {"core/clock.py", "demo/clock.py"}:
        return []
    calls = {"datetime.now", "datetime.utcnow", "date.today", "datetime.today", "time.time"}
    return [
        f"{name}:{node.lineno} reads the wall clock"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in calls
    ]


def inner_imports(name: str, text: str) -> list[str]:
    """Return every import inside a function."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found += [
                f"{name}:{inner.lineno} imports inside a function"
                for inner in ast.walk(node)
                if isinstance(inner, ast.Import | ast.ImportFrom)
            ]
    return found


def web_imports(name: str, text: str) -> list[str]:
    """Return imports of the web's libraries in files that are not about the web."""
    room, _, file = name.partition("/")
    if name in WEB_FILES or room == "application" or file.endswith(("routes.py", "forms.py")):
        return []
    found = []
    for node in ast.walk(ast.parse(text)):
        modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            modules = [node.module]
        found += [f"{name}:{node.lineno} imports {each}" for each in modules if each.partition(".")[0] in WEB_LIBRARIES]
    return found


def blanket_excepts(name: str, text: str) -> list[str]:
    """Return bare excepts, and handlers that swallow every exception."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.ExceptHandler):
            continue
        caught = ast.unparse(node.type) if node.type else ""
        swallows = all(isinstance(statement, ast.Pass) for statement in node.body)
        if not caught or (caught in {"Exception", "BaseException"} and swallows):
            found.append(f"{name}:{node.lineno} swallows every error")
    return found


def states_set_by_hand(name: str, text: str) -> list[str]:
    """Return assignments to `.state` outside the state machine."""
    if name == "core/states.py":
        return []
    found = []
    for node in ast.walk(ast.parse(text)):
        targets = node.targets if isinstance(node, ast.Assign) else []
        found += [
            f"{name}:{node.lineno} sets a state by hand"
            for target in targets
            if isinstance(target, ast.Attribute) and target.attr == "state"
        ]
    return found


def long_files(name: str, text: str) -> list[str]:
    """Return the name of a file that has grown past the bound."""
    lines = text.count("\n")
    return [f"{name} has {lines} lines"] if lines > LONGEST_FILE else []


def undocumented_modules(name: str, text: str) -> list[str]:
    """Return a module that does not open with what it is for."""
    return [] if ast.get_docstring(ast.parse(text)) else [f"{name} does not say what it is for"]


def junk_names(name: str, _text: str) -> list[str]:
    """Return a name that says nothing."""
    return [f"{name} has a name that says nothing" for part in Path(name).with_suffix("").parts if part in JUNK_NAMES]


LAWS = (
    commits,
    wall_clocks,
    inner_imports,
    web_imports,
    blanket_excepts,
    states_set_by_hand,
    long_files,
    undocumented_modules,
    junk_names,
)
