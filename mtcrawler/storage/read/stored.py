"""An article as it lies in the bucket: read back, checked against its key, and walked through its revisions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pydantic import ValidationError

from mtcrawler.identity.ids import article_id, content_hash
from mtcrawler.model.article import SCHEMA_VERSION, Article, text_of
from mtcrawler.model.errors import ObjectUnreadable
from mtcrawler.security.untrusted import Unreadable, bounded, parsed_object
from mtcrawler.storage.feed.changes import MOST_REVISIONS, in_utc
from mtcrawler.storage.feed.segments import fault
from mtcrawler.storage.layout import is_hash, is_identity, read_article_key, revision_folder, revision_key
from mtcrawler.storage.limits import NAMES, VALUES
from mtcrawler.storage.port import ObjectStore, Stored

REMEDY = (
    "Update mtcrawler if a newer version wrote it; else move it away with `mtcrawler set-aside {key}` and run again."
)


class Kept(NamedTuple):
    """An article, where it lies and the very bytes that lie there."""

    key: str
    body: bytes
    article: Article


def kept(body: bytes, key: str) -> Kept:
    """The article in an object's bytes, for those who only read. Raises ObjectUnreadable as `parse` does."""
    return Kept(key, body, parse(body, key, lenient=True))


def parse(body: bytes, key: str, *, lenient: bool = False) -> Article:
    """The article in an object's bytes; for those who only read, `lenient`: what a later minor version added is left
    out. (A writer must not: it would take those fields away.)

    Raises ObjectUnreadable, naming the key, where they do not hold to the contract, or are not the article that the
    key is for.
    """
    try:
        article = Article.model_validate_json(bounded(body, VALUES, names=NAMES))
    except Unreadable as err:
        raise ObjectUnreadable(key, f"it is no article of this contract ({err})", REMEDY) from err
    except ValidationError as err:
        later = _of_later_version(body) if lenient else None
        if later is None:
            raise ObjectUnreadable(key, f"it is no article of this contract ({fault(err)})", REMEDY) from err
        article = later
    if wrong := wrong_in(article):
        raise ObjectUnreadable(key, f"it is no article of this contract ({wrong})", REMEDY)
    parts = read_article_key(key)
    if parts is not None and (article.site, article.id) != (parts.site, parts.id):
        raise ObjectUnreadable(key, "site or id are not those of the key", REMEDY)
    return article


def wrong_in(article: Article) -> str | None:
    """What keeps an article of the right form from being stored, or from being followed to its revisions; else None."""
    if not is_identity(article.site, article.id):
        return "site and id make no key"
    if not is_hash(article.content_hash) or (article.previous_hash is not None and not is_hash(article.previous_hash)):
        return "a hash is no SHA-256"
    moments = (article.published_at, article.modified_at, article.provenance.fetched_at)
    if not all(moment is None or in_utc(moment) for moment in moments):
        return "a moment is not of the years 1 to 9999 in UTC"
    return "there are not so many revisions" if article.revision > MOST_REVISIONS else None


def _of_later_version(body: bytes) -> Article | None:
    """The article as far as it is known here, where it says that it is of a later minor version of this contract."""
    try:
        said = parsed_object(body)
        major, _, minor = str(said["schema_version"]).partition(".")
        ours = SCHEMA_VERSION.partition(".")
        if major != ours[0] or int(minor) <= int(ours[2]):
            return None
        return Article.model_validate({**said, "schema_version": SCHEMA_VERSION}, extra="ignore")
    except (Unreadable, ValueError, KeyError):
        return None


def past(store: ObjectStore, article: Article) -> Iterator[Article]:
    """The article's revisions from this one back to the first, along `previous_hash`.

    The chain, not the listing, says which revisions count: a writer that lost a race may have left another object
    under a number. Ends early where a revision is missing, or cannot be read (which `store.left_out` is told).
    """
    current: Article | None = article
    while current is not None:
        yield current
        current = _before(store, current)


def _before(store: ObjectStore, article: Article) -> Article | None:
    number, expected = article.revision - 1, article.previous_hash
    if expected is None or number < 1:
        return None
    key = revision_key(article.site, article.id, number, expected)
    try:
        found = store.get(key)
        return revision(found.body, key, article, number, expected) if found else None
    except ObjectUnreadable as err:
        store.left_out(err)
        return None


def revision(body: bytes, key: str, article: Article, number: int, content_hash: str) -> Article:
    """The revision of an article with that number and hash. Raises ObjectUnreadable where the bytes are none of it:
    a chain of revisions that leads elsewhere might lead in a circle.
    """
    found = parse(body, key, lenient=True)
    told = (found.site, found.id, found.revision, found.content_hash)
    if told != (article.site, article.id, number, content_hash):
        raise ObjectUnreadable(key, "it is another revision than its key says", REMEDY)
    return found


def first_revisions(store: ObjectStore, site: str, article_id: str) -> Iterator[Article]:
    """What lies under number 1 (one revision, or several where a writer lost a race): it tells an article's key.

    One that cannot be read is left out, and `store.left_out` is told.
    """
    for key in store.keys(f"{revision_folder(site, article_id)}1-"):
        try:
            if found := store.get(key):
                yield parse(found.body, key, lenient=True)
        except ObjectUnreadable as err:
            store.left_out(err)


def last_revision(store: ObjectStore, site: str, article_id: str, official: str | None = None) -> bytes | None:
    """The last revision of an article that can be read; None where there is none to be sure of.

    Of two with the same number one is the trace of a race: then `official`, the content hash that the feed tells of,
    says which counts. One that cannot be read is left out, and `store.left_out` is told.
    """
    found: dict[int, dict[str, bytes]] = {}
    for key in store.keys(revision_folder(site, article_id)):
        try:
            if stored := store.get(key):
                article = parse(stored.body, key, lenient=True)
                if key == revision_key(article.site, article.id, article.revision, article.content_hash):
                    found.setdefault(article.revision, {})[article.content_hash] = stored.body
        except ObjectUnreadable as err:
            store.left_out(err)
    last = found.get(max(found, default=0), {})
    return next(iter(last.values())) if len(last) == 1 else last.get(official or "")


def contradictions(article: Article, stored: Stored) -> Iterator[str]:
    """What an article says of itself that is not so."""
    if article.id != article_id(article.canonical_url):
        yield "the id is not that of the canonical address"
    if article.content_hash != content_hash(article.headline, article.text):
        yield "the content hash is not that of headline and text"
    if article.text != text_of(article.body):
        yield "the text is not that of the body"
    if article.word_count != len(article.text.split()):
        yield "the word count is not that of the text"
    if (article.revision == 1) != (article.previous_hash is None):
        yield "revision and previous_hash do not go together"
    told = stored.metadata.get("content-hash")
    if told is not None and told != article.content_hash:
        yield "the metadata tell of another content hash"
