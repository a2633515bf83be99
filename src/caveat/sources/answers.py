"""What a whole answer of a site comes to: a page, or the failure that it is, with its kind."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from caveat.model import Capture, Check, Failure, FailureKind, Redirect, Stage

if TYPE_CHECKING:
    from caveat.sources.wire import Answer

PAGES = {"", "application/xhtml+xml", "application/xml", "application/octet-stream"}  # beside text/*; reading looks what the last holds
HELD = {"application/pdf": "a PDF", "image": "an image", "video": "a video", "audio": "a sound", "application/json": "data"}
KINDS = {
    401: FailureKind.LOGIN,
    403: FailureKind.BLOCKED,
    404: FailureKind.NOT_FOUND,
    407: FailureKind.LOGIN,
    410: FailureKind.NOT_FOUND,
    429: FailureKind.BLOCKED,
    511: FailureKind.LOGIN,  # of a network, as in a hotel
}
SAVE = "save the page in a browser and audit the file"
HINTS = {
    401: f"the page is behind a login; {SAVE}",
    403: f"the site may turn away automated readers; {SAVE}",
    404: "check the address",
    410: "the page was taken down; an archived copy may exist",
    429: "the site asks for fewer requests; try again later, or with a longer --delay",
}
# Headers by which services say that an answer is their test for robots and not the site's page, as these services document them:
# Cloudflare, Vercel, AWS WAF.
CHALLENGES = {"cf-mitigated": {"challenge"}, "x-vercel-mitigated": {"challenge", "deny"}, "x-amzn-waf-action": {"challenge", "captcha"}}
# Where an error's header says nothing: what the scripts of such tests are called.
MARKS = (
    b"/cdn-cgi/challenge-platform/", b"_cf_chl_opt", b"cf-browser-verification", b"_incapsula_resource", b"captcha-delivery.com",
    b"px-captcha", b"/_sec/cp_challenge", b"sucuri_cloudproxy_js", b"ddos-guard", b"g-recaptcha", b"h-captcha", b"cf-turnstile",
)  # fmt: skip
_HEAD = 100_000  # bytes of an error's body that are looked through


def page(target: str, answer: Answer, redirects: tuple[Redirect, ...], checks: tuple[Check, ...]) -> Capture | Failure:
    """The capture of an answer to a GET, or why it holds no page."""
    moved = f" at {answer.url}" if redirects else ""
    if is_challenge(answer):
        reason = f"asks readers to prove that they are no robots ({_status(answer.status)}){moved}"
        return Failure(target, Stage.FETCH, reason, SAVE, FailureKind.BLOCKED)
    if not 200 <= answer.status < 300:
        kind = KINDS.get(answer.status, FailureKind.STATUS)
        return Failure(target, Stage.FETCH, f"the site answers {_status(answer.status)}{moved}", _hint(answer.status), kind)
    if answer.media_type not in PAGES and not answer.media_type.startswith("text/"):
        held = HELD.get(answer.media_type) or HELD.get(answer.media_type.partition("/")[0]) or "something else"
        hint = "save its text as a .txt file and audit that" if answer.media_type == "application/pdf" else ""
        return Failure(target, Stage.READ, f"is {held} ({answer.media_type}), not a page{moved}", hint, FailureKind.NO_PAGE)
    return Capture(target, answer.data, answer.url, answer.fetched, answer.media_type, answer.charset, redirects, checks)


def is_challenge(answer: Answer) -> bool:
    """Whether a service in front of the site answers with a test for robots."""
    if any(answer.headers.get(name, "").strip().lower() in values for name, values in CHALLENGES.items()):
        return True
    if answer.status not in (403, 429, 503):
        return False
    head = answer.data[:_HEAD].lower()
    return any(mark in head for mark in MARKS)


def retry_after(answer: Answer, now: datetime) -> float | None:
    """Seconds to wait, given as such or as a date (RFC 9110, 10.2.3); None where nothing is said that can be read."""
    given = answer.headers.get("retry-after", "").strip()
    if given.isascii() and given.isdecimal():
        return float(given[:9])
    try:
        until = parsedate_to_datetime(given)
    except ValueError:
        return None
    return max(0.0, (until.replace(tzinfo=until.tzinfo or UTC) - now).total_seconds())


def _status(code: int) -> str:
    try:
        return f"{code} {HTTPStatus(code).phrase}"
    except ValueError:
        return str(code)


def _hint(code: int) -> str:
    return HINTS.get(code, "the fault is the site's; try again later" if code >= 500 else "")
