"""Every regular expression of the project, found by walking its code, and the inputs that would hold it up.

Run as a module it tries all of them and prints a line for each that took too long. Nothing is listed by hand: patterns
come from the calls in the source, from what those calls were given while all modules were imported and everything that
they make once was made, and from the compiled patterns that lie in the modules.
"""

from __future__ import annotations

import ast
import functools
import importlib
import os
import re
import signal
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from re import _parser as parser  # type: ignore[attr-defined]
from types import ModuleType
from typing import Any, Final

from tests.hostile.content.adversary import Recipe, recipes

ROOT: Final = Path(__file__).parents[3]
FOLDERS: Final = ("mtcrawler", "pipelines", "settings", "spiders")
ROUNDS: Final = ((100_000, 1.0, 10_000), (1_000_000, 10.0, 5))
"""Characters of an input, CPU seconds for it, and how many are tried: the slowest of the round before.

At 100,000 characters a linear pattern takes some milliseconds and a quadratic one at least as many seconds.
"""
MANY: Final = 20
"""Patterns of one call: of more, those that differ in their words alone are tried once."""
WAYS: Final[dict[str, Callable[[Any, Any], object]]] = {
    "match": re.Pattern.match,
    "fullmatch": re.Pattern.fullmatch,
    "search": re.Pattern.search,
    "findall": re.Pattern.findall,
    "finditer": re.Pattern.findall,
    "split": re.Pattern.split,
    "sub": lambda pattern, text: pattern.sub(text[:0], text),
    "subn": lambda pattern, text: pattern.sub(text[:0], text),
}


@dataclass(frozen=True)
class Tried:
    """A pattern, where it is, and the methods that the code calls on it."""

    where: str
    pattern: Any
    ways: frozenset[str]


@dataclass
class Call:
    """A call of the `re` module in the source: the name its result gets, and the patterns it was seen with."""

    where: str
    node: ast.Call
    name: str | None
    seen: dict[tuple[Any, int], None] = field(default_factory=dict)

    @property
    def way(self) -> str:
        """The function of `re` that is called."""
        assert isinstance(self.node.func, ast.Attribute)
        return self.node.func.attr


class Code:
    """The source, walked once."""

    def __init__(self) -> None:
        self.calls: dict[str, dict[int, Call]] = defaultdict(dict)
        self.ways: defaultdict[str, set[str]] = defaultdict(set)  # by the name of what they are called on
        for path in sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")):
            self._walk(path, ast.parse(path.read_text("utf-8")))

    def _walk(self, path: Path, tree: ast.Module) -> None:
        names = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign | ast.AnnAssign | ast.keyword) and isinstance(node.value, ast.expr):
                target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", node)
                called = node.value.body if isinstance(node.value, ast.IfExp) else node.value
                names[id(called)] = (
                    getattr(target, "id", None) or getattr(target, "attr", None) or getattr(target, "arg", None)
                )
            if not (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in {*WAYS, "compile"}
            ):
                continue
            on = node.func.value
            if isinstance(on, ast.Name) and on.id == "re":
                call = Call(f"{path.relative_to(ROOT)}:{node.lineno}", node, names.get(id(node)))
                self.calls[str(path)].update(dict.fromkeys(range(node.lineno, (node.end_lineno or 0) + 1), call))
            else:
                self.ways[str(getattr(on, "id", None) or getattr(on, "attr", ""))].add(node.func.attr)

    def ways_of(self, name: str | None) -> frozenset[str]:
        """What is called on things of this name; where that cannot be told, what is slow if anything is."""
        return frozenset(self.ways.get(name or "-", set()) & WAYS.keys()) or frozenset({"fullmatch", "sub"})


def watch(code: Code) -> None:
    """From here on, note with each call of the source which patterns it is given."""
    compiled = re._compile  # type: ignore[attr-defined]

    def noting(pattern: Any, flags: int) -> Any:
        caller = sys._getframe(2)
        call = code.calls.get(caller.f_code.co_filename, {}).get(caller.f_lineno)
        if call is not None and not isinstance(pattern, re.Pattern):
            call.seen[pattern, int(flags)] = None
        return compiled(pattern, flags)

    re._compile = noting  # type: ignore[attr-defined]


def modules() -> Iterator[ModuleType]:
    """Every module of the project, imported, and what each makes once and without being told anything, made."""
    for path in sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        if not name.endswith("__main__"):
            module = importlib.import_module(name)
            for made in list(vars(module).values()):
                if isinstance(made, functools._lru_cache_wrapper) and _gives(made.__wrapped__):
                    made()
            yield module


def _gives(function: Any) -> bool:
    """Whether a function gives something without being told anything."""
    return not function.__code__.co_argcount and function.__annotations__["return"] != "None"


def all_patterns() -> tuple[list[Tried], list[str]]:
    """What is to be tried; and the calls whose pattern is made of something that only a crawl knows, unescaped."""
    code = Code()
    watch(code)
    found: dict[tuple[Any, int], Tried] = {}
    for module in modules():
        for name, value in vars(module).items():
            if isinstance(value, re.Pattern):
                found[value.pattern, value.flags] = Tried(f"{module.__name__}.{name}", value, code.ways_of(name))
    unknown = []
    for call in {id(call): call for calls in code.calls.values() for call in calls.values()}.values():
        ways = code.ways_of(call.name) if call.way == "compile" else frozenset({call.way})
        given = list(call.seen) or _evaluated(call)
        if len(given) > MANY:
            given = list({_shape(*one): one for one in given}.values())
        if not given:
            unknown.append(f"{call.where}: {ast.unparse(call.node)}")
        for pattern, flags in given:
            tried = re.compile(pattern, flags)
            before = found.get((tried.pattern, tried.flags))
            ways_now = ways | before.ways if before else ways
            found[tried.pattern, tried.flags] = Tried(call.where, tried, ways_now)
    return list(found.values()), unknown


def _evaluated(call: Call) -> list[tuple[Any, int]]:
    """The pattern and flags of a call, read from the source; what is escaped stands for a word."""
    module = sys.modules[call.where.partition(".py")[0].replace("/", ".").removesuffix(".__init__")]
    pattern = _Escaped().visit(call.node.args[0])
    try:
        value = eval(ast.unparse(pattern), vars(module))
        # Behind the pattern come, by function: flags, a text and flags, a replacement, a text, a count and flags.
        named = next((each.value for each in call.node.keywords if each.arg == "flags"), None)
        place = {"compile": 1, "sub": 4, "subn": 4, "split": 3}.get(call.way, 2)
        flags = named or next(iter(call.node.args[place:]), ast.Constant(0))
        return [(value, int(eval(ast.unparse(flags), vars(module))))]
    except (NameError, AttributeError):
        return []


def _shape(pattern: Any, flags: int) -> str:
    """The pattern as it is parsed, every word in it the same word."""
    return re.sub(r"(\[?\(LITERAL, \d+\)(, )?\]?)+", "word", str(parser.parse(pattern, flags)))


class _Escaped(ast.NodeTransformer):
    """Puts a word in the place of `re.escape(…)` and two in that of `map(re.escape, …)`."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """The word, or the call itself."""
        called = ast.unparse(node.func)
        if called == "re.escape":
            return ast.Constant("alpha")
        if called == "map" and ast.unparse(node.args[0]) == "re.escape":
            return ast.parse("['alpha', 'beta']", mode="eval").body
        return self.generic_visit(node)


def slow(tried: Tried) -> str | None:
    """What held the pattern up, tried in a process of its own, which a timer of its CPU time ends; None for nothing."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        trials: list[tuple[float, int, Recipe, str]] = [
            (0, number, recipe, way) for number, recipe in enumerate(recipes(tried.pattern)) for way in tried.ways
        ]
        for size, seconds, most in ROUNDS:
            trials = sorted(trials, key=lambda trial: trial[:2])[-most:]
            for at, (_, number, recipe, way) in enumerate(trials):
                text = recipe.text(size, tried.pattern.pattern)
                os.write(writing, f"{way} of {size} characters, {recipe}\n".encode("utf-8", "replace"))
                signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
                WAYS[way](tried.pattern, text)
                left, _ = signal.setitimer(signal.ITIMER_VIRTUAL, 0)
                trials[at] = (seconds - left, number, recipe, way)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as said:
        last = said.read().decode().splitlines()
    _, status = os.waitpid(child, 0)
    return None if status == 0 else (last[-1] if last else "its own parsing")


def main() -> None:
    """Try all."""
    tried, unknown = all_patterns()
    for call in unknown:
        print(f"{call} is made of what only a crawl knows")
    for one in tried:
        if held_up := slow(one):
            print(f"{one.where}: {one.pattern.pattern!r} is held up: {held_up}", flush=True)
    print(f"{len(tried)} patterns tried")


if __name__ == "__main__":
    main()
