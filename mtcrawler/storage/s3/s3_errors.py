"""What can go wrong between us and a bucket, in words a person can act on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    HTTPClientError,
    IncompleteReadError,
    NoCredentialsError,
    PartialCredentialsError,
    ResponseStreamingError,
)
from botocore.exceptions import ConnectionError as BotoConnectionError
from urllib3.exceptions import ProtocolError

from mtcrawler.model.errors import BucketMissing, PreconditionFailed, StoreError, StoreRefused, StoreUnreachable
from mtcrawler.storage.location import Location

CONFLICTS: Final = frozenset({"ConditionalRequestConflict", "OperationAborted"})
MISSING: Final = frozenset({"NoSuchKey", "404"})

_NO_CONDITIONS: Final = frozenset({"NotImplemented", "InvalidArgument", "InvalidRequest"})
"""How a server answers a condition that it does not know."""

_NO_BUCKET: Final = frozenset({"NoSuchBucket"})
_REFUSED: Final = frozenset(
    "AccessDenied AccountProblem AllAccessDisabled AuthorizationHeaderMalformed ExpiredToken InvalidAccessKeyId "
    "InvalidToken RequestTimeTooSkewed SignatureDoesNotMatch TokenRefreshRequired Unauthorized 401 403".split()
)
_BUSY: Final = frozenset("InternalError RequestTimeout ServiceUnavailable SlowDown Throttling 429".split())


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
    except (BotoConnectionError, HTTPClientError) as err:
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
    return code_of(err) in _NO_CONDITIONS or _status(err) == 501


def _status(err: ClientError) -> int:
    return int(err.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def _from_answer(location: Location, doing: str, err: ClientError) -> StoreError:
    code, status = code_of(err), _status(err)
    if status == 412 or code == "PreconditionFailed":
        return PreconditionFailed.of(f"{doing} in {location.where}")
    if code in _NO_BUCKET:
        return BucketMissing(
            f"{doing} in {location.where}",
            "there is no such bucket",
            f"Create it (aws s3 mb s3://{location.bucket}) or correct S3_BUCKET.",
        )
    if code in _REFUSED or status in {401, 403}:
        return _refused(location, doing, f"access was refused ({code})")
    if code in _BUSY or (status >= 500 and status != 501):
        return unreachable(location, doing, f"the server cannot answer now ({code})")
    message = err.response.get("Error", {}).get("Message", "")
    return StoreError(f"{doing} in {location.where}", f"{code} {message}".strip(), "See the S3 server's documentation.")


def _refused(location: Location, doing: str, happened: str) -> StoreRefused:
    return StoreRefused(
        f"{doing} in {location.where}",
        happened,
        "Check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and what they may do with this bucket.",
    )


def unreachable(location: Location, doing: str, happened: str) -> StoreUnreachable:
    """The failure of a store that may do better the next time."""
    return StoreUnreachable(
        f"{doing} in {location.where}", happened, "Check S3_ENDPOINT_URL and that the server runs; then run again."
    )
