"""One exchange as it goes: what was asked, what has come of the answer so far, and what it came to."""

from __future__ import annotations

import asyncio
import ssl
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import httpcore
import httpx

from caveat.model import Exchange, FailureKind, Purpose
from caveat.sources.access import megabytes
from caveat.sources.wire.address import PORTS, Address
from caveat.sources.wire.body import Body
from caveat.sources.wire.line import Line, Tape
from caveat.sources.wire.names import LookUp, Place, places
from caveat.sources.wire.proxies import SETTING, check_before, proxy_for, proxy_places
from caveat.sources.wire.terms import Answer, Broken, Terms
from caveat.sources.wire.trouble import SLOW, broken
from caveat.sources.wire.unpack import ACCEPTED
from caveat.sources.wire.written import BREAKS, content_type, head, location, peer, status_line

ACCEPT = {
    Purpose.PAGE: "text/html, application/xhtml+xml, text/plain;q=0.9, */*;q=0.1",
    Purpose.ROBOTS: "text/plain, */*;q=0.1",
    Purpose.PART: "*/*",
    Purpose.SITEMAP: "application/xml, text/xml, text/plain;q=0.9, */*;q=0.1",
}
VERSIONS = (b"HTTP/1.0", b"HTTP/1.1", b"HTTP/2")
# In the words of WARC-Truncated. An answer that is garbled below HTTP is left there, as if the host had hung up.
TRUNCATED = {
    FailureKind.TOO_LARGE: "length",
    FailureKind.TIME: "time",
    FailureKind.UNREACHABLE: "disconnect",
    FailureKind.GARBLED: "disconnect",
}


class Talk:
    """State of one exchange; `held` makes it, once."""

    def __init__(self, terms: Terms, address: Address, purpose: Purpose, robots: str, headers: Mapping[str, str]) -> None:
        self.terms, self.address, self.purpose, self.robots = terms, address, purpose, robots
        own = {"Host": address.authority, "User-Agent": terms.agent, "Accept": ACCEPT[purpose], "Accept-Encoding": ACCEPTED}
        self.headers = own | dict(headers)
        self.proxy = proxy_for(address, terms.proxies)
        self.tape = Tape(terms.head)
        self.started = _now()
        self.peer = ""
        self.response: httpcore.Response | None = None
        self.body = Body(terms)

    async def held(self, look_up: LookUp, network: httpcore.AsyncNetworkBackend, context: ssl.SSLContext | None) -> Answer:
        """The answer, recorded; raises Broken, recorded too where a header came."""
        before = sys.exception()
        try:
            async with asyncio.timeout(self.terms.seconds) as limit:
                await self._converse(look_up, network, context)
        except Exception as error:  # of httpcore, anyio, h2, ssl and the socket, which have no base in common
            heard = b"" if self._two() else bytes(self.tape.heard)
            ended = self._late() if limit.expired() else broken(error, self.terms, heard, before)
            if ended is None:
                raise
        else:
            answer = self._answer()
            self._record(answer.exchange)
            return answer
        if self.response:
            ended.exchange = self._exchange(bytes(self.body.packed), "" if self.body.whole else TRUNCATED.get(ended.kind, "unspecified"))
        self._record(ended.exchange)
        raise ended

    async def _converse(self, look_up: LookUp, network: httpcore.AsyncNetworkBackend, context: ssl.SSLContext | None) -> None:
        async def way(host: str, port: int) -> list[Place]:
            return await places(host, port, look_up, self.terms.resolve, self.terms.allow_private)

        async def way_to_proxy(host: str, port: int) -> list[Place]:
            return await proxy_places(host, port, look_up)

        if self.proxy:
            await check_before(way(self.address.host, self.address.port))
        line = Line(self.tape, way_to_proxy if self.proxy else way, network)
        try:
            async with self._opened(line, context) as self.response:
                self._check_head()
                await self._read_body()
        finally:
            if self.tape.stream:  # httpcore leaves it open when a TLS handshake is cancelled
                await self.tape.stream.aclose()

    @asynccontextmanager
    async def _opened(self, line: Line, context: ssl.SSLContext | None) -> AsyncIterator[httpcore.Response]:
        limits = {"connect": self.terms.connect}
        address = self.address
        port = None if address.port == PORTS[address.scheme] else address.port  # a proxy is told the address as it is written
        url = httpcore.URL(scheme=address.scheme, host=address.host, port=port, target=address.target)
        async with (
            httpcore.AsyncConnectionPool(context, proxy=self.proxy, max_connections=1, http2=True, network_backend=line) as pool,
            pool.stream("GET", url, headers=_fields(self.headers), extensions={"timeout": limits}) as response,
        ):
            self.tape.running = False
            self.peer = peer(self.tape.stream.get_extra_info("server_addr")) if self.tape.stream else ""  # unknown once it is closed
            yield response

    def _check_head(self) -> None:
        response, terms = self._had(), self.terms
        if not 200 <= response.status <= 999:
            raise Broken(FailureKind.GARBLED, f"the answer has status {response.status}, which was not asked for")
        if response.status == 407 and self.proxy:
            raise Broken(FailureKind.UNREACHABLE, "the proxy asks for a name and password", SETTING)
        if response.extensions["http_version"] not in VERSIONS:
            raise Broken(FailureKind.GARBLED, "the answer is of a version of HTTP that there is not")
        if any(BREAKS.search(name + value) for name, value in response.headers):
            raise Broken(FailureKind.GARBLED, "the answer has a line break in a line of its header")
        if len(response.headers) > terms.fields:
            raise Broken(FailureKind.TOO_LARGE, f"sends a header of more than {terms.fields} lines")
        if sum(len(name) + len(value) + 4 for name, value in response.headers) > terms.head:
            raise Broken(FailureKind.TOO_LARGE, f"sends a header larger than {megabytes(terms.head)}")

    async def _read_body(self) -> None:
        response = self._had()
        self.body.announced(response.status, httpx.Headers(response.headers))
        async for piece in response.aiter_stream():
            self.body.take(piece)
        self.body.end()

    def _tls(self) -> ssl.SSLObject | None:
        """The host's; that of a proxy is none of the page."""
        if self.address.scheme != "https" or self.tape.stream is None:
            return None
        found: ssl.SSLObject | None = self.tape.stream.get_extra_info("ssl_object")
        return found

    def _two(self) -> bool:
        """Whether the connection speaks HTTP/2, of whose frames no head can be cut out."""
        tls = self._tls()
        return tls is not None and tls.selected_alpn_protocol() == "h2"

    def _had(self) -> httpcore.Response:
        assert self.response is not None
        return self.response

    def _late(self) -> Broken:
        if self.response:
            return Broken(FailureKind.TIME, f"no whole answer within {self.terms.seconds:g} s", SLOW)
        return Broken(FailureKind.TIME, f"no answer within {self.terms.seconds:g} s", SLOW, retry=True)

    def _answer(self) -> Answer:
        response = self._had()
        headers = httpx.Headers(response.headers)
        media_type, charset = content_type(headers)
        moved = location(response, self.address.url)
        sent, data = self.body.both()
        exchange = self._exchange(sent)
        return Answer(self.address.url, response.status, headers, data, media_type, charset, moved, _now(), exchange)

    def _exchange(self, body: bytes, truncated: str = "") -> Exchange:
        response, tls, two = self._had(), self._tls(), self._two()
        return Exchange(
            url=self.address.url,
            started=self.started,
            request=head(f"GET {self.address.target} HTTP/1.1", _fields(self.headers)) if two else self.tape.request(),
            head=head(status_line(response.status), response.headers) if two else self.tape.head(),
            body=body,
            purpose=self.purpose,
            peer=self.peer,
            tls=f"{tls.version()} {(tls.cipher() or ('',))[0]}" if tls else "",
            verified=not (tls and self.terms.insecure),
            certificate=(tls.getpeercert(binary_form=True) or b"") if tls else b"",
            robots=self.robots,
            truncated=truncated,
            protocol="h2" if two else "http/1.1",
            proxy=bytes(self.proxy.url).decode("ascii").rstrip("/") if self.proxy else "",
        )

    def _record(self, exchange: Exchange | None) -> None:
        if exchange and self.terms.record:
            self.terms.record(exchange)


def _fields(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode("ascii"), value.encode("utf-8")) for name, value in headers.items()]


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
