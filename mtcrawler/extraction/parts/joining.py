"""An article made whole from the pages that it goes on over, in their order, what is said twice said once."""

from __future__ import annotations

from mtcrawler.access.evidence import Signal
from mtcrawler.extraction.parts.pagination import leads_only
from mtcrawler.model.article import Access, Block, Draft, Embed, ImageBlock, Paragraph


def with_part(first: Draft, part: Draft) -> Draft | None:
    """The draft with what the part adds; None where that is nothing, as on a page that only shows the first again.

    A text that the draft has is left out, as are a picture and an embed with an address that it has, and words that
    only lead from one part to another.
    """
    body = [block for block in first.body if not _leads_only(block)]
    known = set(map(_identity, first.body))
    added: list[Block] = []
    for block in part.body:
        if (identity := _identity(block)) not in known and not _leads_only(block):
            known.add(identity)
            added.append(block)
    if not any(not isinstance(block, ImageBlock | Embed) for block in added) and not _pictures(added):
        return None
    shown = {medium.url for medium in first.media}
    media = [*first.media, *(medium for medium in part.media if medium.url not in shown)]
    access = first.access.model_copy(
        update={
            "complete": first.access.complete and part.access.complete,
            "evidence": [
                *first.access.evidence,
                *(one for one in part.access.evidence if one not in first.access.evidence),
            ],
        }
    )
    return first.model_copy(update={"body": [*body, *added], "media": media, "access": access})


def without_part(draft: Draft, why: str) -> Draft:
    """The draft of which a part is missing: not complete, with the reason."""
    return draft.model_copy(update={"access": not_whole(draft.access, why)})


def not_whole(access: Access, why: str) -> Access:
    """Who may read an article of which a part is missing, for this reason: nobody has all of it here."""
    return access.model_copy(update={"complete": False, "evidence": [*access.evidence, Signal.PART_MISSING.saw(why)]})


def _leads_only(block: Block) -> bool:
    return isinstance(block, Paragraph) and leads_only(block.text)


def _identity(block: Block) -> str:
    return block.url if isinstance(block, ImageBlock | Embed) and block.url else block.model_dump_json()


def _pictures(blocks: list[Block]) -> bool:
    return any(isinstance(block, ImageBlock) for block in blocks)
