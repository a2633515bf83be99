"""Reads a capture into a page: bytes to characters, characters to blocks, blocks to sentences."""

from caveat.model import Capture, Failure, Page
from caveat.reading.decode import decode
from caveat.reading.html import read_html
from caveat.reading.links import links
from caveat.reading.plain import read_plain
from caveat.reading.recognise import is_html, no_page

__all__ = ["links", "read"]


def read(capture: Capture) -> Page | Failure:
    """The page in a capture, or why its bytes are none. Never raises, whatever the bytes."""
    if (failure := no_page(capture)) is not None:
        return failure
    if capture.rendered:
        return read_html(capture, capture.rendered.html, ())
    decoded = decode(capture.data, capture.charset)
    if is_html(capture, decoded.text):
        return read_html(capture, decoded.text, decoded.notes)
    return read_plain(capture, decoded.text, decoded.notes)
