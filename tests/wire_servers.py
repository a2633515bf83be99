"""Servers of one behaviour each, down to the byte, and the certificates to serve with: what the tests of the wire talk to."""

from __future__ import annotations

import asyncio
import datetime
import ipaddress
import socket
import ssl
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import brotli
import h2.config
import h2.connection
import h2.events
import httpcore
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from caveat.sources.wire import Answer, Broken, Terms, Wire

Act = Callable[[socket.socket], None]
OK = b"HTTP/1.1 200 OK\r\n"


def ask(url: str, *, network: httpcore.AsyncNetworkBackend | None = None, look_up: Any = None, **terms: Any) -> Answer:
    """One exchange, with private addresses allowed unless the test says otherwise."""

    async def asked() -> Answer:
        given: dict[str, Any] = {"allow_private": True, "proxies": {}} | terms
        async with Wire(Terms(**given), look_up, network) as wire:
            return await wire.ask(url)

    return asyncio.run(asked())


def refused(url: str, **more: Any) -> Broken:
    """The reason why an exchange gave nothing."""
    try:
        answer = ask(url, **more)
    except Broken as broken:
        return broken
    raise AssertionError(f"an answer came: {answer}")


@dataclass
class Server:
    port: int
    met: int = 0  # connections that were made to it

    def url(self, path: str = "/", scheme: str = "http", host: str = "127.0.0.1") -> str:
        return f"{scheme}://{host}:{self.port}{path}"


@contextmanager
def serving(act: Act, context: ssl.SSLContext | None = None) -> Iterator[Server]:
    """Listens on this machine; `act` does the talking on each connection, which is then closed."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Server(listener.getsockname()[1])

        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                server.met += 1
                threading.Thread(target=talk, args=(connection,), daemon=True).start()

        def talk(connection: socket.socket) -> None:
            with connection, suppress(OSError):
                if context is None:
                    act(connection)
                else:
                    with context.wrap_socket(connection, server_side=True) as secured:
                        act(secured)

        threading.Thread(target=serve, daemon=True).start()
        yield server
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)  # wakes `accept`, which closing alone does not


def request(connection: socket.socket) -> bytes:
    """The head of a request."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65_536)
        if not piece:
            raise ConnectionAbortedError
        data += piece
    return data


def saying(*pieces: bytes) -> Act:
    """Waits for a request, says all of it, and hangs up."""

    def act(connection: socket.socket) -> None:
        request(connection)
        for piece in pieces:
            connection.sendall(piece)
        finish(connection)

    return act


def finish(connection: socket.socket) -> None:
    """Ends in order: closing with something unread would be a reset, and take away what was said."""
    if not isinstance(connection, ssl.SSLSocket):
        connection.shutdown(socket.SHUT_WR)
        connection.settimeout(5)
        while connection.recv(65_536):
            pass


def for_ever(first: bytes, piece: bytes, pause: float = 0.0) -> Act:
    """Never done, until the other side has gone."""

    def act(connection: socket.socket) -> None:
        request(connection)
        connection.sendall(first)
        waiting = threading.Event()
        while True:
            connection.sendall(piece)
            if pause:
                waiting.wait(pause)

    return act


def silent(connection: socket.socket) -> None:
    while connection.recv(65_536):
        pass


def bomb(coding: str, size: int = 60_000_000) -> bytes:
    """Zeroes in a small space, made piece by piece."""
    if coding == "br":
        packer = brotli.Compressor(quality=5)
        return b"".join([packer.process(bytes(1_000_000)) for _ in range(size // 1_000_000)] + [packer.finish()])
    squeeze = zlib.compressobj(9, wbits={"gzip": 31, "deflate": 15, "raw": -15}[coding])
    return b"".join(squeeze.compress(bytes(1_000_000)) for _ in range(size // 1_000_000)) + squeeze.flush()


class Counting(httpcore.AsyncNetworkBackend):
    """A network in which every connection is counted and none is made."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int]] = []

    async def connect_tcp(self, host: str, port: int, *more: Any, **most: Any) -> httpcore.AsyncNetworkStream:
        self.asked.append((host, port))
        raise httpcore.ConnectError("no connection is made here")


class Names:
    """A name server that knows what it is told; a host with several answers gives them one after the other, each look-up the next."""

    def __init__(self, known: Mapping[str, list[list[str]]]) -> None:
        self.known = {host: list(answers) for host, answers in known.items()}
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> list[str]:
        self.asked.append(host)
        answers = self.known.get(host)
        if not answers:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return answers.pop(0) if len(answers) > 1 else answers[0]


@dataclass(frozen=True)
class Authority:
    """Who signs the tests' certificates; `path` is its own, to be trusted."""

    path: Path
    folder: Path
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    def context(self, host: str = "clinic.example", days: int = 10, signed: bool = True, protocols: tuple[str, ...] = ()) -> ssl.SSLContext:
        """A server's side of TLS, its certificate for `host` good until so many days from now, signed by the authority or by itself."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = certified(host, key, days, self if signed else None)
        path = self.folder / f"{certificate.serial_number}.pem"
        path.write_bytes(pem(certificate) + private(key))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        if protocols:
            context.set_alpn_protocols(list(protocols))
        return context


def authority(folder: Path) -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = certified("An authority", key, 10, None, ca=True)
    path = folder / "authority.pem"
    path.write_bytes(pem(certificate))
    return Authority(path, folder, key, certificate)


def certified(host: str, key: ec.EllipticCurvePrivateKey, days: int, by: Authority | None, ca: bool = False) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    end = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=days)
    builder = x509.CertificateBuilder(name if by is None else by.certificate.subject, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(end - datetime.timedelta(days=30)).not_valid_after(end)
    builder = builder.add_extension(x509.BasicConstraints(ca, None), critical=True)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    if by is not None:
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(by.key.public_key())
        builder = builder.add_extension(issuer, critical=False)
    if not ca:
        alternative = x509.IPAddress(ipaddress.ip_address(host)) if host[0].isdigit() else x509.DNSName(host)
        builder = builder.add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
    return builder.sign(key if by is None else by.key, hashes.SHA256())


def pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def private(key: ec.EllipticCurvePrivateKey) -> bytes:
    plain = serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)


def speaking_h2(answer: Callable[[h2.connection.H2Connection, int, list[tuple[bytes, bytes]]], None]) -> Act:
    """A server of HTTP/2: `answer` is given the connection, the number of the stream and the header of each request."""

    def act(connection: socket.socket) -> None:
        lax = h2.config.H2Configuration(
            client_side=False, header_encoding=None, validate_outbound_headers=False, normalize_outbound_headers=False
        )
        talk = h2.connection.H2Connection(lax)
        talk.initiate_connection()
        connection.sendall(talk.data_to_send())
        while data := connection.recv(65_536):
            for event in talk.receive_data(data):
                if isinstance(event, h2.events.RequestReceived):
                    answer(talk, event.stream_id, event.headers)
            connection.sendall(talk.data_to_send())
            if talk.state_machine.state is h2.connection.ConnectionState.CLOSED:
                return

    return act
