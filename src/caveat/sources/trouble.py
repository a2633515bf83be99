"""What went wrong on the network, in words a reader of the report can act on."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator

import httpx

from caveat.sources.body import Garbled
from caveat.sources.deadline import Deadline

SLOW = "raise --timeout, or try again later"
SPELLING = "check the spelling of the host, and your connection"


def said(error: Exception, deadline: Deadline, seconds: float) -> tuple[str, str] | None:
    """Reason and hint for an error of a fetch; None for an error that is our own fault."""
    causes = list(_causes(error))
    if deadline.passed:
        return f"no whole answer within {seconds:g} s", SLOW
    match error:
        case httpx.ConnectTimeout():
            return "the host does not answer (time-out while connecting)", SLOW
        case httpx.TimeoutException():
            return f"no answer within {seconds:g} s", SLOW
        case Garbled():
            return f"the answer is {error}", "save the page in a browser and audit the file"
        case httpx.InvalidURL() | httpx.UnsupportedProtocol() | UnicodeError():
            return f"is no address: {error}", "an address looks like https://clinic.example/page"
    for cause in causes:
        match cause:
            case socket.gaierror():
                return "unknown host", SPELLING
            case ConnectionRefusedError():
                return "the host refuses the connection", "check the address and the port"
            case ssl.SSLCertVerificationError():
                return f"its certificate cannot be trusted: {cause.verify_message}", "open it in a browser to see what is wrong"
            case ssl.SSLError():
                return f"no secure connection: {cause.reason or cause}", "the site may speak http only"
    if isinstance(error, httpx.HTTPError | OSError):
        return f"the connection broke: {error or type(error).__name__}", "try again later"
    return None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
