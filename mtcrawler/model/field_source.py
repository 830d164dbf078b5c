"""How a field of an article was had."""

from __future__ import annotations

from typing import Literal

FieldSource = Literal["declared", "site", "learned", "model", "guess"]
"""`declared` in structured data of the page, by a selector of the `site`'s definition, by a path that was `learned`, by
a `model`, or by a `guess` that fits most newspapers."""
