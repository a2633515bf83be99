"""The maps of a site (sitemaps.org): fetched as all else is, unpacked within limits, and read however broken they are."""

from __future__ import annotations

import asyncio
import io
import re
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from caveat.model import Purpose
from caveat.sources.access import megabytes
from caveat.sources.site import Site
from caveat.sources.visitor import Visitor, shortened
from caveat.sources.wire import Broken
from caveat.sources.wire.unpack import Garbled, unpacker

FILES = 50  # maps of one site that are read
ADDRESSES = 50_000  # of one map, as the protocol allows, and of all maps of a site
NESTED = 3  # how deep an index may stand in an index; the protocol allows none
_GZIP = b"\x1f\x8b"
_BARE = re.compile(rb"&(?!#?\w{1,10};)")  # an ampersand that should have been written &amp;


class Map(NamedTuple):
    """What one map lists: pages, and other maps."""

    pages: tuple[str, ...] = ()
    maps: tuple[str, ...] = ()


class NoMap(Exception):
    """The bytes are no map of a site; the message says what they are instead."""


class Sitemaps:
    """The maps of one site. `count` are those that were read, `notes` say what was not."""

    def __init__(self, visitor: Visitor, site: Site) -> None:
        self._visitor, self._site = visitor, site
        self.count, self.notes = 0, list[str]()

    async def read(self, start: str) -> list[str]:
        """
        The pages that the maps of the start's site list, the maps being those that its robots.txt names, else /sitemap.xml. A map that
        another one names must stand on the site itself.
        """
        root = "/".join(start.split("/", 3)[:3])
        named = () if self._visitor.access.ignoring_robots else (await self._visitor.robots(start)).sitemaps
        waiting = deque((address, 0) for address in named or [f"{root}/sitemap.xml"])
        found: dict[str, None] = {}
        asked = set[str]()
        while waiting and len(asked) < FILES and len(found) < ADDRESSES:
            address, depth = waiting.popleft()
            if address in asked:
                continue
            asked.add(address)
            listed = await self._one(address, guessed=not named)
            found |= dict.fromkeys(listed.pages)
            if depth < NESTED:
                waiting += [(each, depth + 1) for each in listed.maps if self._site.has(each)]
        if waiting:
            self.notes.append(f"{len(asked)} sitemaps were asked for, and there are more")
        return list(found)[:ADDRESSES]

    async def _one(self, address: str, guessed: bool) -> Map:
        try:
            answer, _ = await self._visitor.followed(address, Purpose.SITEMAP)
            if not 200 <= answer.status < 300:
                raise NoMap(f"the site answers {answer.status}")
            listed = await asyncio.to_thread(read, answer.data, self._visitor.access.size)
        except (Broken, NoMap) as trouble:
            if not guessed or isinstance(trouble, Broken):
                self.notes.append(f"the sitemap {shortened(address)} could not be read: {trouble}")
            return Map()
        self.count += 1
        return listed


def read(data: bytes, largest: int) -> Map:
    """What a map lists: XML, an index of maps, or a line for each page, packed or not, of `largest` bytes at most. Raises NoMap."""
    data = _unpacked(data, largest)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] != b"<":
        return Map(pages=tuple(_lines(data))[:ADDRESSES])
    return _of_xml(data)


def _unpacked(data: bytes, largest: int) -> bytes:
    if not data.startswith(_GZIP):
        return data
    gunzip, found = unpacker("gzip"), bytearray()
    try:
        for piece in gunzip.feed(data):
            found += piece
            if len(found) > largest:
                raise NoMap(f"it is larger than {megabytes(largest)}")
        gunzip.end()
    except Garbled as garbled:
        raise NoMap(f"it is {garbled}") from None
    return bytes(found)


def _lines(data: bytes) -> Iterator[str]:
    for line in data.decode("utf-8", "replace").removeprefix("\ufeff").splitlines():
        if line.strip().lower().startswith(("http://", "https://")):
            yield line.strip()


def _of_xml(data: bytes) -> Map:
    from lxml import etree  # here, for most runs need none

    found: dict[str, dict[str, None]] = {"url": {}, "sitemap": {}}
    events = etree.iterparse(
        io.BytesIO(_BARE.sub(b"&amp;", data)), events=("start", "end"), recover=True, resolve_entities=False, no_network=True,
        load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    kinds: list[str] = []
    begun = False
    try:
        for event, element in events:
            name = _name(element.tag)
            if event == "start":
                if not kinds and name not in ("urlset", "sitemapindex"):
                    raise NoMap(f"it is no sitemap (its root is {name[:40]!a})")
                kinds.append(name)
                begun = True
                continue
            kinds.pop()
            if name == "loc" and kinds[-1:] and kinds[-1] in found and len(found[kinds[-1]]) < ADDRESSES:
                found[kinds[-1]][(element.text or "").strip().replace("&amp;", "&")] = None
            if name in found:
                element.clear()
                while element.getprevious() is not None:  # what is done with must not stay
                    del element.getparent()[0]
    except etree.XMLSyntaxError:  # what was read until then counts
        pass
    if not begun:
        raise NoMap("it is no sitemap (it is no XML)")
    for each in found.values():
        each.pop("", None)
    return Map(tuple(found["url"]), tuple(found["sitemap"]))


def _name(tag: object) -> str:
    """The name of an element without its namespace, which makers of maps get wrong."""
    return str(tag).rpartition("}")[2].lower()
