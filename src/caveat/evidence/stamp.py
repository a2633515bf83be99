"""Time stamps by an outside authority (RFC 3161): that a manifest was there, as it is, at a time which not we but the authority says."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from caveat.errors import OutputError, UsageError
from caveat.evidence.chain import unsigned
from caveat.evidence.keeper import Keeper
from caveat.evidence.layout import MANIFEST, STAMPS

if TYPE_CHECKING:
    import httpx
    from rfc3161_client import TimeStampResponse

LARGEST = 1_000_000  # bytes of an answer; with its certificates it has some thousands
_WANTED = "pip install 'caveat[timestamp]' brings what is wanted for it"


@dataclass(frozen=True, slots=True)
class Told:
    """What a time stamp says: when, and by whom. `trusted`: it is signed under a given root; None: no root was given to check it by."""

    time: str = ""  # ISO 8601, in UTC, as the authority has it
    signer: str = ""
    trusted: bool | None = None
    fault: str = ""


class Unstamped(Exception):
    """There is no time stamp; says why. The evidence is none the worse for it."""


def available() -> None:
    """Raises UsageError where the libraries for time stamps are not installed."""
    try:
        import rfc3161_client  # noqa: F401
    except ImportError:
        raise UsageError("--timestamp: a library for time stamps is missing", _WANTED) from None


def stamped(keeper: Keeper, url: str, seconds: float, transport: httpx.BaseTransport | None = None) -> str:
    """
    Asks the authority at `url` for a stamp of the last line of the manifest, which must be sealed, and keeps it; gives the new hash of
    the last line. Only that hash is sent. Raises Unstamped, OutputError.
    """
    line = _last(keeper.folder / MANIFEST)
    asked, answered = _asked(unsigned(line), url, seconds, transport)
    told = check(answered, line["hash"])
    if told.fault:
        raise Unstamped(f"the answer of {url} is no time stamp of this evidence: {told.fault}")
    from rfc3161_client import decode_timestamp_response

    if decode_timestamp_response(answered).tst_info.nonce != asked:
        raise Unstamped(f"the answer of {url} is not to this question (another nonce)")
    return keeper.stamp(f"{STAMPS}/{line['n']}.tsr", answered, line["hash"])


def _last(path: Path) -> dict[str, str]:
    with path.open("rb") as file:
        last = b""
        for raw in file:
            last = raw
    line: dict[str, str] = json.loads(last)
    return line


def _asked(data: bytes, url: str, seconds: float, transport: httpx.BaseTransport | None) -> tuple[int | None, bytes]:
    """The nonce of the question, and the answer."""
    import httpx
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

    wanted = TimestampRequestBuilder().data(data).hash_algorithm(HashAlgorithm.SHA256)
    made = wanted.nonce(nonce=True).cert_request(cert_request=True).build()
    headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}  # RFC 3161, 3.4
    try:
        with (
            httpx.Client(transport=transport, timeout=seconds) as client,
            client.stream("POST", url, content=made.as_bytes(), headers=headers) as response,
        ):
            if not response.is_success:
                raise Unstamped(f"{url} answers {response.status_code}")
            answered = b""
            for piece in response.iter_bytes():
                answered += piece
                if len(answered) > LARGEST:
                    raise Unstamped(f"the answer of {url} is larger than a time stamp can be")
    except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError) as error:
        raise Unstamped(f"{url} gives no time stamp: {error or type(error).__name__}") from None
    return made.nonce, answered


def check(data: bytes, head: str, roots: bytes = b"") -> Told:
    """
    Whether `data` is a time stamp of the hash `head`. `roots`: PEM certificates of authorities that are trusted; without them it is read,
    and its signature not checked, for whoever made a stamp could have made its certificates too. Raises OutputError for roots that cannot
    be read.
    """
    try:
        from rfc3161_client import decode_timestamp_response
    except ImportError:
        return Told(fault=f"cannot be read: a library is missing; {_WANTED}")
    try:
        answer = decode_timestamp_response(data)
        if answer.status != 0:
            return Told(fault=f"the authority refused ({'; '.join(answer.status_string) or f'status {answer.status}'})")
        time = answer.tst_info.gen_time.strftime("%Y-%m-%dT%H:%M:%SZ")
        signer = _signer(answer)
        if answer.tst_info.message_imprint.message != bytes.fromhex(head):
            return Told(time, signer, fault="stamps another hash")
        return Told(time, signer, trusted=_held(answer, head, _certificates(roots)) if roots else None)
    except ValueError as error:
        return Told(fault=f"is none: {error}")


def _held(answer: TimeStampResponse, head: str, roots: list[bytes]) -> bool:
    """Whether a stamp of this hash is well signed, under one of the roots."""
    from cryptography.x509 import load_der_x509_certificate
    from rfc3161_client import VerificationError, VerifierBuilder

    builder = VerifierBuilder()
    for root in roots:
        builder = builder.add_root_certificate(load_der_x509_certificate(root))
    for other in answer.signed_data.certificates:
        builder = builder.add_intermediate_certificate(load_der_x509_certificate(other))
    try:
        return builder.build().verify(answer, bytes.fromhex(head))
    except (VerificationError, ValueError):
        return False


def _certificates(pem: bytes) -> list[bytes]:
    """The certificates of a PEM file. Raises OutputError, for what rests on them cannot be checked."""
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.x509 import load_pem_x509_certificates

    try:
        return [each.public_bytes(Encoding.DER) for each in load_pem_x509_certificates(pem)]
    except ValueError as error:
        raise OutputError(f"the certificates of the authority cannot be read: {error}", "they have to be in PEM form") from None


def _signer(answer: TimeStampResponse) -> str:
    from cryptography.x509 import load_der_x509_certificate

    signers = {(each.issuer, each.serial_number) for each in answer.signed_data.signer_infos}
    for each in answer.signed_data.certificates:
        found = load_der_x509_certificate(each)
        if (found.issuer, found.serial_number) in signers:
            return found.subject.rfc4514_string()
    return "someone whose certificate is not in it"
