"""What the documents name is there: files, functions, tests, commands, settings, links. What they say is for people."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
DOCUMENTS = sorted([ROOT / "README.md", ROOT / "deploy/README.md", *ROOT.glob("docs/**/*.md")])

# Made by the scripts, so not in a fresh checkout.
MADE = (".local", ".venv")
# A recipe's stand-in for a name the reader chooses.
STAND_IN = re.compile(r"\bNAME\b|[<>*…]|\.\.\.")
FENCE = re.compile(r"^\s*```.*?^\s*```$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`\n]+)`")
PATH = re.compile(r"[\w.-]+(?:/[\w.@-]+)*/?")
NAME_IN_FILE = re.compile(r"([\w/.-]+\.py): (\w+)")
DOTTED = re.compile(r"[a-z_]\w*(?:\.\w+)+")
LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)#\s]+)[^)]*\)")
PICTURES = (".png", ".jpg", ".svg")
FILES = (
    ".py",
    ".md",
    ".toml",
    ".txt",
    ".in",
    ".sql",
    ".conf",
    ".yaml",
    ".json",
    ".html",
    ".js",
    ".css",
    ".po",
    ".csv",
)


@cache
def spans(document: Path) -> list[str]:
    """All that stands `so` in a document, outside of its blocks of code."""
    return SPAN.findall(FENCE.sub("", document.read_text(encoding="utf-8")))


@cache
def sources() -> dict[str, ast.Module]:
    """Every module of the project by its dotted name."""
    found = {}
    for folder in ("cityalert", "partners", "tests", "bench"):
        for file in (ROOT / folder).rglob("*.py"):
            parts = file.relative_to(ROOT).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found[name] = ast.parse(file.read_text(encoding="utf-8"))
    return found


@cache
def names_in(module: str) -> frozenset[str]:
    """What a module defines or imports, and the members of its classes: "post", "Verb", "Verb.SIGNED_IN"."""
    return frozenset(_names(sources()[module].body, ""))


def _names(body: list[ast.stmt], prefix: str) -> Iterator[str]:
    for statement in body:
        match statement:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield prefix + name
            case ast.ClassDef(name=name, body=inner):
                yield prefix + name
                yield from _names(inner, f"{prefix}{name}.")
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                yield from (prefix + (alias.asname or alias.name) for alias in aliases)
            case ast.Assign(targets=targets):
                yield from (prefix + target.id for target in targets if isinstance(target, ast.Name))
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield prefix + name


@cache
def texts() -> frozenset[str]:
    """Every string in the code: names of tasks, verbs and system checks look like a module's function."""
    return frozenset(
        node.value
        for tree in sources().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def is_there(path: str, document: Path) -> bool:
    """From the checkout, from cityalert/, or from beside the document."""
    return any((base / path).exists() for base in (ROOT, ROOT / "cityalert", document.parent))


def is_a_path(span: str) -> bool:
    """Does it look like a file or a folder of ours?"""
    if not PATH.fullmatch(span) or STAND_IN.search(span) or span.startswith((*MADE, "/")):
        return False
    first = span.split("/", maxsplit=1)[0]
    return "/" in span and (
        span.endswith(FILES) or first in {"cityalert", "partners", "tests", "scripts", "docs"}
    )


def about(span: str) -> list[str]:
    """The modules a dotted name may speak of, longest first; none if it is not about a module of ours."""
    parts = span.split(".")
    heads = [".".join(parts[:length]) for length in range(len(parts) - 1, 0, -1)]
    return [m for head in heads for m in sources() if m == head or m.endswith(f".{head}")]


def is_defined(span: str) -> bool:
    """Does one of these modules define it, alone or in the class it is named for, or have a module of that name?"""
    parts = span.split(".")
    for module in about(span):
        for length in range(1, len(parts)):
            head, rest = parts[:length], ".".join(parts[length:])
            if module.split(".")[-length:] == head and (
                {rest, f"{head[-1].capitalize()}.{rest}"} & names_in(module)
                or f"{module}.{rest}" in sources()
            ):
                return True
    return False


@pytest.fixture(params=DOCUMENTS, ids=lambda file: str(file.relative_to(ROOT)))
def document(request: pytest.FixtureRequest) -> Path:
    return request.param


def test_files_are_there(document):
    missing = [span for span in spans(document) if is_a_path(span) and not is_there(span, document)]

    assert missing == []


def test_names_are_in_the_file_said(document):
    missing = []
    for file, name in (found for span in spans(document) for found in NAME_IN_FILE.findall(span)):
        path = next((base / file for base in (ROOT, ROOT / "cityalert") if (base / file).exists()), None)
        module = path and ".".join(path.relative_to(ROOT).with_suffix("").parts)
        if module is None or name not in {one.rpartition(".")[2] for one in names_in(module)}:
            missing.append(f"{file}: {name}")

    assert missing == []


def test_functions_are_in_the_module_said(document):
    dotted = {span.removesuffix("()") for span in spans(document)}
    missing = [
        span
        for span in sorted(dotted)
        if DOTTED.fullmatch(span) and not span.endswith(FILES) and about(span)
        if not is_defined(span) and span not in texts()
    ]

    assert missing == []


def test_tests_are_there(document):
    known = {name for module in sources() if module.startswith("tests.") for name in names_in(module)}
    missing = [span for span in spans(document) if re.fullmatch(r"test_\w+", span) and span not in known]

    assert missing == []


def test_commands_are_there(document):
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    said = {match[1] for span in spans(document) if (match := re.match(r"make ([a-z]+)", span))}
    commands = {file.stem for file in ROOT.glob("cityalert/*/management/commands/*.py")}
    managed = {m[1] for span in spans(document) if (m := re.match(r"manage\.py (\w+)", span))}

    assert said - targets == set()
    assert (
        managed - commands - {"makemigrations", "migrate", "shell", "collectstatic", "clearsessions"} == set()
    )


def test_links_lead_somewhere(document):
    text = FENCE.sub("", document.read_text(encoding="utf-8"))
    ours = [link for link in LINK.findall(text) if "://" not in link and not link.endswith(PICTURES)]

    assert [link for link in ours if not (document.parent / link).exists()] == []


def test_every_document_can_be_found_from_the_index():
    listed = set(LINK.findall((ROOT / "docs/README.md").read_text(encoding="utf-8")))
    there = {str(file.relative_to(ROOT / "docs")) for file in ROOT.glob("docs/**/*.md")} - {"README.md"}

    assert there - listed == set()


def test_every_setting_read_is_in_the_table_of_operations():
    settings = (ROOT / "cityalert/settings.py").read_text(encoding="utf-8")
    read = set(re.findall(r"""env(?:\.\w+)?\(\s*"([A-Z_]+)\"""", settings))
    read |= set(re.findall(r"""os\.environ(?:\.get\(|\[)"([A-Z_]+)\"""", settings))
    rows = re.findall(
        r"^\| (`[A-Z`_, ]+`) \|", (ROOT / "docs/operations.md").read_text("utf-8"), re.MULTILINE
    )
    described = {name for row in rows for name in SPAN.findall(row)}

    assert read == described
