"""Which articles are read again: what `--where` says of their fields."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, Self

from mtcrawler.model.article import Article
from mtcrawler.model.errors import ArgumentError
from mtcrawler.model.provenance import Provenance

Operator = Literal["=", "!=", "<", ">", "<=", ">="]
SHORT: Final = {name: f"provenance.{name}" for name in Provenance.model_fields}
"""Fields of the provenance may be named alone."""
_CONDITION: Final = re.compile(r"([a-z_]+(?:\.[a-z_]+)?)(!=|<=|>=|=|<|>)([^\r\n]{0,1000})")
_FORMS: Final = (
    "Give field=value, field!=value, field= (missing), field!= (there) or field<number, such as section=news."
)


@dataclass(frozen=True, slots=True)
class Condition:
    """A field, how it is compared, and with what; an empty value with = and != stands for a missing field."""

    field: str
    operator: Operator
    value: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """What a person wrote. Raises ArgumentError."""
        found = _CONDITION.fullmatch(text.strip())
        if found is None:
            raise ArgumentError("reading --where", f"{text!r} is no condition", _FORMS)
        name, operator, value = SHORT.get(found[1], found[1]), found[2], found[3].strip()
        first, _, inner = name.partition(".")
        known = first in Article.model_fields and (not inner or first in {"access", "rights", "image", "provenance"})
        if not known:
            raise ArgumentError("reading --where", f"articles have no field {found[1]!r}", "See mtcrawler schema.")
        if operator not in {"=", "!="} and _number(value) is None:
            raise ArgumentError("reading --where", f"{value!r} is no number", _FORMS)
        return cls(name, operator, value)  # type: ignore[arg-type]  # one of the pattern's

    def holds(self, article: dict[str, Any]) -> bool:
        """Whether it holds for an article, given as JSON. A missing field is neither above nor below a number."""
        found: Any = article
        for part in self.field.split("."):
            found = found.get(part) if isinstance(found, dict) else None
        if self.operator in {"=", "!="}:
            return self._equals(found) == (self.operator == "=")
        number, asked = _number(found), _number(self.value)
        if number is None or asked is None:
            return False
        below, above = number < asked, number > asked
        return {"<": below, ">": above, "<=": not above, ">=": not below}[self.operator]

    def _equals(self, found: Any) -> bool:
        if not self.value:
            return found is None or found in ("", [], {})
        if isinstance(found, list):
            return any(self._equals(one) for one in found)
        if isinstance(found, dict):
            return self._equals(found.get("name"))
        if isinstance(found, bool):
            return self.value == str(found).lower()
        if isinstance(found, int | float):
            return _number(self.value) == found
        return bool(found == self.value)


def conditions(texts: Sequence[str]) -> tuple[Condition, ...]:
    """All of them; each has to hold. Raises ArgumentError."""
    return tuple(map(Condition.parse, texts))


def _number(value: Any) -> float | None:
    try:
        return float(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else None
    except ValueError:
        return None
