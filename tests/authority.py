"""A time stamp authority of our own (RFC 3161), for the tests: it signs what it is asked to, well or badly."""

from __future__ import annotations

import datetime
import hashlib
from dataclasses import dataclass
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

SHA256, RSA, SIGNED, TST = "2.16.840.1.101.3.4.2.1", "1.2.840.113549.1.1.1", "1.2.840.113549.1.7.2", "1.2.840.113549.1.9.16.1.4"
CONTENT_TYPE, DIGEST, SIGNING = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4", "1.2.840.113549.1.9.16.2.47"


def der(tag: int, *parts: bytes) -> bytes:
    """A value of ASN.1 in its distinguished encoding (X.690)."""
    body = b"".join(parts)
    size = len(body)
    wide = size.to_bytes((size.bit_length() + 7) // 8, "big")
    length = bytes([size]) if size < 128 else bytes([128 | len(wide)]) + wide
    return bytes([tag]) + length + body


def number(value: int) -> bytes:
    return der(2, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def oid(dotted: str) -> bytes:
    first, second, *rest = map(int, dotted.split("."))
    out = bytearray([40 * first + second])
    for arc in rest:
        septets = [arc & 127]
        while arc := arc >> 7:
            septets.append(arc & 127 | 128)
        out += bytes(reversed(septets))
    return der(6, bytes(out))


def algorithm(name: str) -> bytes:
    return der(0x30, oid(name), der(5))


@dataclass(frozen=True)
class Authority:
    """A root and a certificate for time stamps under it."""

    root: x509.Certificate
    own: x509.Certificate
    key: rsa.RSAPrivateKey
    time: str = "20260304050607Z"

    @property
    def pem(self) -> bytes:
        return self.root.public_bytes(serialization.Encoding.PEM)

    def answer(self, asked: bytes, status: int = 0, imprint: bytes | None = None, nonce: bytes | None = None) -> bytes:
        """The answer to a request; `imprint` and `nonce` in place of those that were sent."""
        if status:
            return der(0x30, der(0x30, number(status)))
        at = asked.index(b"\x04\x20") + 2
        rest = asked[at + 32 :]
        token = self._token(imprint or asked[at : at + 32], nonce or rest[: 2 + rest[1]])
        return der(0x30, der(0x30, number(0)), token)

    def _token(self, imprint: bytes, nonce: bytes) -> bytes:
        stamped = der(0x30, algorithm(SHA256), der(4, imprint))
        info = der(0x30, number(1), oid("1.2.3.4.5"), stamped, number(42), der(0x18, self.time.encode()), nonce)
        own = self.own.public_bytes(serialization.Encoding.DER)
        signing = der(0x30, der(0x30, der(0x30, der(4, hashlib.sha256(own).digest()))))
        attributes = sorted([
            der(0x30, oid(CONTENT_TYPE), der(0x31, oid(TST))),
            der(0x30, oid(DIGEST), der(0x31, der(4, hashlib.sha256(info).digest()))),
            der(0x30, oid(SIGNING), der(0x31, signing)),
        ])  # fmt: skip
        signature = self.key.sign(der(0x31, *attributes), padding.PKCS1v15(), hashes.SHA256())
        whose = der(0x30, self.own.issuer.public_bytes(), number(self.own.serial_number))
        signer = der(0x30, number(1), whose, algorithm(SHA256), der(0xA0, *attributes), algorithm(RSA), der(4, signature))
        content = der(0x30, oid(TST), der(0xA0, der(4, info)))
        signed = der(0x30, number(3), der(0x31, algorithm(SHA256)), content, der(0xA0, own), der(0x31, signer))
        return der(0x30, oid(SIGNED), der(0xA0, signed))


@cache
def authority(name: str = "Stamps of Example") -> Authority:
    """One whose root and certificate hold from 2020 to 2040."""
    root_key, key = (rsa.generate_private_key(65537, 2048) for _ in range(2))
    root = _certificate(f"{name} Root", f"{name} Root", root_key, root_key, stamps=False)
    return Authority(root, _certificate(name, f"{name} Root", key, root_key, stamps=True), key)


def _certificate(subject: str, issuer: str, key: rsa.RSAPrivateKey, signer: rsa.RSAPrivateKey, stamps: bool) -> x509.Certificate:
    def named(name: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])

    made = (
        x509.CertificateBuilder()
        .subject_name(named(subject))
        .issuer_name(named(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.datetime(2020, 1, 1))
        .not_valid_after(datetime.datetime(2040, 1, 1))
        .add_extension(x509.BasicConstraints(ca=not stamps, path_length=None), critical=True)
    )
    if stamps:
        made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return made.sign(signer, hashes.SHA256())
