"""What went wrong on the way, as the kind of failure it is and in words a reader of the report can act on."""

from __future__ import annotations

import ssl
from collections.abc import Iterator

import anyio
import h2.events
import h2.exceptions
import httpcore

from caveat.model import FailureKind
from caveat.sources.access import megabytes
from caveat.sources.wire.line import HEAD_END, LongHead
from caveat.sources.wire.terms import Broken, Terms
from caveat.sources.wire.unpack import Garbled

SLOW = "raise --timeout, or try again later"
LATER = "try again later"
SAVE = "save the page in a browser and audit the file"
LONG = "Receive buffer too long"  # h11, of a header that goes beyond its own bound within one piece; of chunks and trailers too
CUT = "without sending complete message body"  # h11, where a length was announced or pieces were to follow


def broken(error: Exception, terms: Terms, heard: bytes, before: BaseException | None) -> Broken | None:
    """
    What an error of an exchange comes to; None for one that is our own fault. `heard` is what came over HTTP/1.1 before it, and `before` an
    error that the caller was about to deal with when it asked: Python chains it to ours, and it is not the cause.
    """
    match error:
        case Broken():
            return error
        case LongHead() | httpcore.RemoteProtocolError() if isinstance(error, LongHead) or (
            LONG in str(error) and not HEAD_END.search(heard)
        ):
            return Broken(FailureKind.TOO_LARGE, f"sends a header larger than {megabytes(terms.head)}", SAVE)
        case Garbled():
            return Broken(FailureKind.GARBLED, f"the answer is {error}", SAVE)
        case httpcore.ConnectTimeout():
            return Broken(FailureKind.TIME, "the host does not answer (time-out while connecting)", SLOW, retry=True)
        case httpcore.TimeoutException():
            return Broken(FailureKind.TIME, f"no answer within {terms.seconds:g} s", SLOW, retry=True)
        case httpcore.ProxyError():
            return Broken(FailureKind.UNREACHABLE, f"the proxy does not connect: {_short(error)}", "ask whoever keeps the proxy")
    causes = list(_causes(error, before))
    for cause in causes:
        if found := _by_cause(cause):
            return found
    return _of_protocol(error, heard) or _of_network(error, causes)


def _by_cause(cause: BaseException) -> Broken | None:
    match cause:
        case ConnectionRefusedError():
            return Broken(FailureKind.UNREACHABLE, "the host refuses the connection", "check the address and the port", retry=True)
        case ssl.SSLCertVerificationError():
            hint = "open it in a browser to see what is wrong"
            return Broken(FailureKind.TLS, f"its certificate cannot be trusted: {cause.verify_message}", hint)
        case ssl.SSLEOFError():
            return Broken(FailureKind.TLS, "the host hangs up while a secure connection is made", LATER, retry=True)
        case ssl.SSLError():
            return Broken(FailureKind.TLS, f"no secure connection: {cause.reason or _short(cause)}", "the site may speak http only")
        case h2.exceptions.InvalidBodyLengthError():
            return Broken(FailureKind.GARBLED, "the answer is not as long as it says", LATER, retry=True)
    return None


def _of_protocol(error: Exception, heard: bytes) -> Broken | None:
    if isinstance(error, httpcore.RemoteProtocolError) and CUT in str(error):
        return Broken(FailureKind.GARBLED, "the answer is cut short", LATER, retry=True)
    if isinstance(error, httpcore.RemoteProtocolError) and "disconnected" in str(error):
        if not b"HTTP/".startswith(heard[:5]):
            return Broken(FailureKind.GARBLED, "the answer is not HTTP", SAVE)
        return Broken(FailureKind.UNREACHABLE, "the host hangs up without an answer", LATER, retry=True)
    if isinstance(error.args[0] if error.args else None, h2.events.ConnectionTerminated | h2.events.StreamReset):
        return Broken(FailureKind.UNREACHABLE, "the host breaks off the exchange", LATER, retry=True)
    if isinstance(error, httpcore.ProtocolError | h2.exceptions.H2Error | ValueError):  # the last: a status that is no number, over HTTP/2
        return Broken(FailureKind.GARBLED, f"the answer is not HTTP as it should be: {_short(error)}", SAVE)
    return None


def _of_network(error: Exception, causes: list[BaseException]) -> Broken | None:
    if not isinstance(error, httpcore.NetworkError | OSError | anyio.BrokenResourceError | anyio.ClosedResourceError | anyio.EndOfStream):
        return None
    why = next((f": {cause.strerror}" for cause in causes if isinstance(cause, OSError) and cause.strerror), "")
    what = "the host cannot be reached" if isinstance(error, httpcore.ConnectError) else "the connection broke"
    return Broken(FailureKind.UNREACHABLE, what + why, LATER, retry=True)


def _short(error: BaseException) -> str:
    """An error's own words in printable ASCII, for they may quote the server."""
    text = (str(error) or type(error).__name__).encode("ascii", "backslashreplace").decode("ascii")
    return "".join(sign if sign.isprintable() else "?" for sign in text[:120])


def _causes(error: BaseException | None, before: BaseException | None) -> Iterator[BaseException]:
    while error is not None and error is not before:
        yield error
        error = error.__cause__ or error.__context__  # httpcore takes the first away when it hands an error on
