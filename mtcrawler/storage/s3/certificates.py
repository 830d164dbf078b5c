"""Whose certificates an S3 client believes, and what is wrong where it does not."""

from __future__ import annotations

import ssl
from functools import cache
from typing import Final, NamedTuple

from botocore.exceptions import BotoCoreError
from botocore.httpsession import get_cert_path
from botocore.session import Session

VARIABLE: Final = "AWS_CA_BUNDLE"
REQUESTS: Final = "REQUESTS_CA_BUNDLE"
NO_TLS: Final = frozenset(
    {"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST", "UNEXPECTED_EOF_WHILE_READING"}
)
"""OpenSSL's reasons where the other side does not speak TLS."""


class Bundle(NamedTuple):
    """A file of certificates to believe instead of those that come with botocore, and the variable that names it."""

    variable: str
    path: str


def bundle() -> Bundle | None:
    """The bundle that the environment or AWS's configuration names, as botocore takes it; None where neither does."""
    session = Session(session_vars={"requests": (None, REQUESTS, None, None)})
    found = ((VARIABLE, session.get_config_variable("ca_bundle")), (REQUESTS, session.get_config_variable("requests")))
    return next((Bundle(variable, str(path)) for variable, path in found if path is not None), None)


def context(named: Bundle | None) -> ssl.SSLContext:
    """What botocore believes too: the bundle, or the authorities that come with it. Raises OSError (which ssl's errors
    are) where the bundle cannot be read.
    """
    return _context(named.path if named else str(get_cert_path(True)))


@cache
def _context(path: str) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=path)


def unusable(named: Bundle | None) -> str | None:
    """What keeps the bundle from being used, in words; None where nothing does."""
    if named is None:
        return None
    if not named.path.strip():
        return f"{named.variable} is empty"
    try:
        context(named)
    except ssl.SSLError:
        return f"{named.variable} names {named.path}, and there is no certificate in it that can be read"
    except OSError as err:
        return f"{named.variable} names {named.path}, which cannot be read ({err.strerror or err})"
    return None


def reason(err: BaseException) -> ssl.SSLError | None:
    """OpenSSL's own error below what a library made of it; None where there is none."""
    seen: set[int] = set()
    todo: list[object] = [err]
    while todo:
        one = todo.pop()
        if isinstance(one, ssl.SSLError):
            return one
        if isinstance(one, BaseException) and id(one) not in seen:
            seen.add(id(one))
            todo += [*one.args, one.__cause__, one.__context__, getattr(one, "reason", None)]
            todo.append(getattr(one, "kwargs", {}).get("error") if isinstance(one, BotoCoreError) else None)
    return None


def refusal(err: BaseException, named: Bundle | None) -> tuple[str, str] | None:
    """What is wrong with a server's certificate, or with our bundle, and what to do; None for any other failure."""
    variable = named.variable if named else VARIABLE
    if (wrong := unusable(named)) is not None:
        return wrong, f"Correct {variable}: a readable file of certificates in PEM."
    found = reason(err)
    if isinstance(found, ssl.SSLCertVerificationError):
        if found.verify_code in _ITS_OWN:
            return f"its certificate is not valid: {found.verify_message}", "Have the server's certificate mended."
        vouching = f"{variable} names {named.path}, which does not" if named else f"{variable} is not set"
        return (
            f"nobody we trust vouches for its certificate ({found.verify_message}; {vouching})",
            f"Set {variable} to a file with the certificate of the authority that signed it, or its own.",
        )
    if found is not None and found.reason in NO_TLS:
        return f"what answers does not speak TLS ({found.reason})", "Correct S3_ENDPOINT_URL: http:// or https://."
    if found is not None:
        return f"no secure connection comes about ({found})", "Check the server's certificate and versions of TLS."
    return None


_ITS_OWN: Final = frozenset({9, 10, 62, 64})
"""What no bundle mends: not yet valid, expired, for another name, for another address (X509_V_ERR_…)."""
