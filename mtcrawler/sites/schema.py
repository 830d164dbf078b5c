"""The JSON Schema of a site definition, which editors complete and check TOML files by."""

from __future__ import annotations

import json
from typing import Any, Final

from mtcrawler.sites.definition import SiteDefinition

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, Any]:
    """The schema, as it is published in docs/site-definition.schema.json."""
    return {"$schema": DIALECT, **SiteDefinition.model_json_schema()}


def schema_text() -> str:
    """The bytes of that file."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"
