"""A draft made an article: every text cleaned, the text built, the article identified, or the missing field named."""

from __future__ import annotations

import re
from typing import Any

from pydantic import TypeAdapter, ValidationError

from mtcrawler.extraction.language.detection import language_of
from mtcrawler.identity.ids import article_id, content_hash
from mtcrawler.identity.texts import clean
from mtcrawler.model.article import Article, Block, Draft, text_of

SPACES = re.compile(" {2,}")
BODY = TypeAdapter(list[Block])
ADDRESSES = frozenset("url canonical_url alternate_urls site id run_id".split())


class Incomplete(ValueError):
    """A draft lacks what every article has; the message names the address and the field."""


def article_of(draft: Draft) -> Article:
    """The article of this draft; raises Incomplete."""
    fields = cleaned(draft.model_dump())
    if not (headline := fields["headline"]):
        raise Incomplete(f"{draft.url}: no headline")
    try:
        body = BODY.validate_python(fields["body"])
        text = text_of(body)
        if not text and not draft.media and not any(block["type"] in {"image", "embed"} for block in fields["body"]):
            raise Incomplete(f"{draft.url}: no body")
        language = language_of(text or headline, fields["language"])
        if language != fields["language"]:
            fields["provenance"]["fields"]["language"] = "model"
        return Article(
            **{
                **fields,
                "body": body,
                "id": article_id(draft.canonical_url),
                "content_hash": content_hash(headline, text),
                "language": language,
                "text": text,
                "word_count": len(text.split()),
            }
        )
    except ValidationError as err:
        named = [".".join(str(part) for part in one["loc"]) for one in err.errors()[:3]]
        wrong = ", ".join(named) + (", …" if err.error_count() > len(named) else "")
        raise Incomplete(f"{draft.url}: {wrong} cannot be stored") from err


def cleaned(value: Any, name: str = "") -> Any:
    """The value with every text a person wrote cleaned; an empty text is an absent one."""
    match value:
        case str() if name in ADDRESSES:
            return value
        case str():
            text = clean(value)
            if "  " in text or text != text.strip():  # a no-break space beside a plain one has become a second one
                text = "\n".join(line.strip() for line in SPACES.sub(" ", text).split("\n")).strip()
            return text or (None if name != "rows" else "")  # an empty cell keeps its column
        case dict():
            return {key: cleaned(one, key) for key, one in value.items()}
        case list() | tuple():
            return [clear for one in value if _says_something(clear := cleaned(one, name))]
    return value


def _says_something(value: Any) -> bool:
    """Whether anything is left of an entry: a paragraph of zero-width characters is none, nor is an author's."""
    if isinstance(value, dict):
        return all(value.get(name, "") is not None for name in ("text", "name")) and value.get("items", [0]) != []
    return value is not None
