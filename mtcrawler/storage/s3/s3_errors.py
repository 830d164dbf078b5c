"""What can go wrong between us and a bucket, in words a person can act on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Final

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    HTTPClientError,
    IncompleteReadError,
    InvalidConfigError,
    NoCredentialsError,
    PartialCredentialsError,
    ResponseStreamingError,
)
from botocore.exceptions import ConnectionError as BotoConnectionError
from urllib3.exceptions import ProtocolError

from mtcrawler.model import clock
from mtcrawler.model.errors import (
    BucketMissing,
    ClockWrong,
    ObjectRefused,
    PreconditionFailed,
    StoreBusy,
    StoreError,
    StoreFull,
    StoreRefused,
    StoreUnreachable,
)
from mtcrawler.storage.location import Location
from mtcrawler.storage.s3 import certificates
from mtcrawler.storage.s3.answers import moment, server_time
from mtcrawler.storage.s3.throttling import BUSY

CONFLICTS: Final = frozenset({"ConditionalRequestConflict", "OperationAborted"})
MISSING: Final = frozenset({"NoSuchKey", "404"})
BEYOND: Final = frozenset({"InvalidRange", "416"})
"""How a server answers that an object ends before the bytes that were asked for."""

_NO_CONDITIONS: Final = frozenset({"NotImplemented", "InvalidArgument", "InvalidRequest"})
"""How a server answers a condition that it does not know."""

_FAILED: Final = frozenset({"InternalError", "InternalServerError"})
"""A mistake or a fault of the server: it is not asked too often, and nothing is wrong with what it was asked."""
_NO_BUCKET: Final = frozenset({"NoSuchBucket"})
_SKEWED: Final = frozenset({"RequestTimeTooSkewed", "RequestInTheFuture"})
SKEW: Final = 840.0
"""Seconds between two clocks from which a refusal without a code is put down to them; S3 refuses at 900."""
_REFUSED: Final = frozenset(
    "AccessDenied AccountProblem AllAccessDisabled AuthorizationHeaderMalformed ExpiredToken InvalidAccessKeyId "
    "InvalidToken SignatureDoesNotMatch TokenRefreshRequired Unauthorized 401 403".split()
)
_FULL: Final = re.compile(
    r"quota|(storage|data|usage|space) ?(cap|limit)|(insufficient|not enough) ?(storage|capacity|space)|no ?space"
    r"|out of (space|storage)|(storage|disk|drive|bucket|volume) ?(is )?full|(storage|capacity|bucket ?size) ?exceeded",
    re.IGNORECASE,
)
"""How servers say, each in a code or in words of its own, that nothing more has room."""
_MALFORMED: Final = frozenset(
    "EntityTooLarge EntityTooSmall InvalidArgument InvalidObjectName InvalidRequest InvalidURI KeyTooLong "
    "KeyTooLongError MalformedXML MaxMessageLengthExceeded MetadataTooLarge RequestHeaderSectionTooLarge "
    "XMinioInvalidObjectName 413 414 431".split()
)
"""Codes that speak of the very object that was sent: it will not be taken the next time either."""


@contextmanager
def translate_errors(location: Location, doing: str) -> Iterator[None]:
    """Turn what boto3 raises into a StoreError that says what was being done and what to do next."""
    try:
        yield
    except ClientError as err:
        raise _from_answer(location, doing, err) from err
    except (NoCredentialsError, PartialCredentialsError) as err:
        raise _refused(location, doing, "there are no credentials") from err
    except (IncompleteReadError, ResponseStreamingError, ProtocolError) as err:
        raise unreachable(location, doing, "the connection was cut before the answer was whole") from err
    except (BotoConnectionError, HTTPClientError, InvalidConfigError) as err:
        secure = location.endpoint_url is None or location.endpoint_url.lower().startswith("https:")
        if secure and (wrong := certificates.refusal(err, certificates.bundle())):
            raise unreachable(location, doing, *wrong) from err
        raise unreachable(location, doing, f"nobody answers ({type(err).__name__})") from err
    except BotoCoreError as err:
        raise StoreError(f"{doing} in {location.where}", str(err), "Check S3_ENDPOINT_URL and AWS_REGION.") from err
    except (AttributeError, KeyError, TypeError, ValueError) as err:  # of botocore, or of ours, on reading the answer
        raise unreachable(location, doing, f"what answers is no S3 ({type(err).__name__})") from err


def code_of(err: ClientError) -> str:
    """The S3 error code of an answer, or its HTTP status where there is none."""
    return str(err.response.get("Error", {}).get("Code") or _status(err))


def refuses_conditions(err: ClientError) -> bool:
    """Whether this answer to a conditional write says that the server takes none."""
    return (code_of(err) in _NO_CONDITIONS or _status(err) == 501) and not _is_full(err)


def _status(err: ClientError) -> int:
    return int(err.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def _message(err: ClientError) -> str:
    return str(err.response.get("Error", {}).get("Message") or "")


def _is_full(err: ClientError) -> bool:
    """Whether the server says that it has no room; the words of a success or of a server at work are not looked at."""
    if _status(err) == 507:
        return True
    told = f"{code_of(err)} {_message(err)}"
    return 400 <= _status(err) < 500 and _status(err) != 429 and bool(_FULL.search(told))


def _from_answer(location: Location, doing: str, err: ClientError) -> StoreError:
    code, status = code_of(err), _status(err)
    where, told = f"{doing} in {location.where}", f"{code} {_message(err)}".strip()
    if status == 412 or code == "PreconditionFailed":
        return PreconditionFailed.of(where)
    if code in _NO_BUCKET:
        return BucketMissing(
            where,
            "there is no such bucket",
            f"Create it (aws s3 mb s3://{location.bucket}) or correct S3_BUCKET.",
        )
    if _is_full(err):
        remedy = "Raise its quota or make room in it; what was fetched waits on disk, and the next run delivers it."
        return StoreFull(where, f"the bucket takes no more ({told[:200]})", remedy)
    if code in _SKEWED or (status in {401, 403} and abs(_ahead(err) or 0) > SKEW):
        return _skewed(where, code, _ahead(err))
    if code in _REFUSED or status in {401, 403}:
        return _refused(location, doing, f"access was refused ({code})")
    if status == 429 or code in BUSY:
        remedy = "Run again when it has less to do, or lower STORE_THREADS; what was fetched waits on disk."
        return StoreBusy(where, f"the server asks for fewer requests, or has too much to do ({code})", remedy)
    if code in _FAILED or status == 500:
        remedy = "Run again; if it goes on, look at the server's log. What was fetched waits on disk."
        return StoreUnreachable(where, f"the server failed with an error of its own ({told[:200]})", remedy)
    if status >= 500 and status != 501:
        return unreachable(location, doing, f"the server cannot answer now ({code})")
    if code in _MALFORMED:
        return ObjectRefused(where, told[:200], "See the S3 server's documentation for what it takes.")
    return StoreError(where, told[:200], "See the S3 server's documentation.")


def _ahead(err: ClientError) -> float | None:
    """Seconds by which this machine's clock is ahead of the server's; None where the server does not say."""
    said = err.response.get("Error", {}).get("ServerTime")
    theirs = server_time(err.response) or moment(str(said) if said else None)
    return (clock.now().astimezone(UTC) - theirs).total_seconds() if theirs else None


def _skewed(where: str, code: str, ahead: float | None) -> ClockWrong:
    remedy = "Set this machine's clock (timedatectl set-ntp true); if that is right, the store's is wrong."
    if ahead is None:
        return ClockWrong(where, f"this machine's clock and the store's are too far apart ({code})", remedy)
    ours, apart = clock.now().astimezone(UTC), timedelta(seconds=round(abs(ahead)))
    theirs = (ours - timedelta(seconds=ahead)).astimezone(UTC)
    happened = (
        f"this machine's clock is {apart} (h:mm:ss) {'ahead of' if ahead > 0 else 'behind'} the store's: "
        f"it says {_told(ours)}, the store {_told(theirs)} ({code})"
    )
    return ClockWrong(where, happened, remedy, ahead)


def _told(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def _refused(location: Location, doing: str, happened: str) -> StoreRefused:
    return StoreRefused(
        f"{doing} in {location.where}",
        happened,
        "Check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and what they may do with this bucket.",
    )


def unreachable(
    location: Location,
    doing: str,
    happened: str,
    remedy: str = "Check S3_ENDPOINT_URL and that the server runs; then run again.",
) -> StoreUnreachable:
    """The failure of a store that may do better the next time."""
    return StoreUnreachable(f"{doing} in {location.where}", happened, remedy)
