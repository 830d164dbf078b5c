"""How `make docs` builds the documentation: from the repository's Markdown files and the docstrings."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Final

from sphinx.application import Sphinx
from sphinx.util import logging

ROOT: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import mtcrawler  # noqa: E402 - found only now

project = "mtcrawler"
project_copyright = "the contributors, Apache-2.0"
release = version = mtcrawler.__version__

# The source folder is the repository's root, so that links between documents are what they are everywhere else.
extensions = ["myst_parser", "sphinx.ext.autodoc"]
root_doc = "README"
include_patterns = ["*.md", "docs/*.md", "benchmarks/results/*.md"]
exclude_patterns = [".*", "**/.*", "node_modules", "var", "build", "dist", "tests"]
myst_heading_anchors = 4
myst_links_external_new_tab = False

html_theme = "furo"
html_title = f"{project} {release}"
html_show_sphinx = False
html_copy_source = False
templates_path = ["site"]
html_additional_pages = {"index": "index.html"}

# Docstrings mark code with single backticks.
default_role = "code"
nitpicky = True
# Types of other projects have their documentation elsewhere; those of ours must be on a page.
nitpick_ignore_regex = [
    (r"py:.*", r"(?!mtcrawler\.).*"),
    (r"py:.*", r"mtcrawler\.storage\.(s3|port)\..*"),  # given to the change feed by Bucket, never by a reader
]
suppress_warnings = ["misc.highlighting_failure"]  # an ellipsis in an example is in no language's grammar
python_use_unqualified_type_names = True
autodoc_member_order = "bysource"
autodoc_default_options = {"members": True, "undoc-members": True, "show-inheritance": False}

CONTENTS: Final = """

```{toctree}
:hidden:
:maxdepth: 1
:caption: %s

%s
```
"""
PARTS: Final = {
    "Using it": [
        *("docs/adopting", "docs/crawling", "docs/settings", "docs/bucket", "docs/browse", "docs/api", "docs/any-site"),
        "docs/publishers",
        "docs/extraction",
        *("docs/operating", "docs/operating-troubles", "docs/fleet", "docs/overlays", "docs/reference"),
        *("docs/compatibility", "docs/upgrading", "docs/glossary"),
    ],
    "How good it is": [
        *("docs/reliability", "docs/security", "docs/speed", "benchmarks/results/crawlers", "benchmarks/results/bench"),
        "benchmarks/results/extractors",
    ],
    "Changing it": ["docs/architecture", "docs/adding-a-publisher", "CONTRIBUTING", "CHANGELOG", "SECURITY"],
}
"""The table of contents; a document that is in none of its parts fails the build."""

logger = logging.getLogger(__name__)


def add_contents(app: Sphinx, name: str, source: list[str]) -> None:
    """Put the table of contents, which GitHub could not show, at the end of the README."""
    if name == app.config.root_doc:
        source[0] += "".join(CONTENTS % (caption, "\n".join(documents)) for caption, documents in PARTS.items())


def describe(app: Sphinx, what: str, name: str, thing: Any, options: Any, lines: list[str]) -> None:
    """Warn, and so fail the build, where a public name has no docstring; add a value's fields with their types."""
    if not any(line.strip() for line in lines) and what not in {"attribute", "data"}:
        logger.warning("%s has no docstring; say what it is, its shapes, units and errors", name, type="docstring")
    if what in {"class", "exception"} and (fields := fields_of(thing)):
        lines += ["", "Fields:", "", *(f"* ``{field}``: ``{kind}``" for field, kind in fields.items())]


def fields_of(kind: type) -> dict[str, str]:
    """The fields of a pydantic model, a dataclass or a NamedTuple, with their types as the code writes them."""
    fields = getattr(kind, "__pydantic_fields__", None) or getattr(kind, "__dataclass_fields__", None)
    names = fields or getattr(kind, "_fields", ())
    written = {
        name: text for base in reversed(kind.__mro__) for name, text in vars(base).get("__annotations__", {}).items()
    }
    return {name: str(written[name]) for name in names if name in written}


def without_signature(app: Sphinx, what: str, name: str, thing: Any, *rest: Any) -> tuple[str, None] | None:
    """A value with fields needs no signature: it would say the same again, in one long line."""
    return ("", None) if what in {"class", "exception"} and fields_of(thing) else None


def skip(app: Sphinx, what: str, name: str, thing: Any, skipped: bool, options: Any) -> bool | None:
    """Leave out fields, which their class lists, and names that a module only imports from elsewhere."""
    if what in {"class", "exception"}:
        return True if name.startswith("model_") or not (callable(thing) or isinstance(thing, property)) else None
    return None if str(getattr(thing, "__module__", "mtcrawler")).startswith("mtcrawler") else True


def resolve(app: Sphinx, env: Any, node: Any, content: Any) -> Any:
    """A type that is used under its own module's name is documented under the name that mtcrawler.api gives it."""
    target, home = node.get("reftarget", ""), env.get_domain("py")
    public = f"mtcrawler.api.{target.rpartition('.')[2]}"
    if node.get("refdomain") != "py" or not target.startswith("mtcrawler.") or public not in home.objects:
        return None
    return home.resolve_xref(env, node["refdoc"], app.builder, node["reftype"], public, node, content)


def setup(app: Sphinx) -> None:
    """Called by Sphinx."""
    app.connect("source-read", add_contents)
    app.connect("autodoc-process-docstring", describe)
    app.connect("autodoc-process-signature", without_signature)
    app.connect("autodoc-skip-member", skip)
    app.connect("missing-reference", resolve)
