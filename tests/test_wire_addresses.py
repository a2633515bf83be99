"""Where a request may go: what is no address, what stands for an address inside, and that nothing is connected to before it is checked."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from caveat.model import FailureKind
from caveat.sources.wire import Broken
from caveat.sources.wire.address import BAD_PORTS, checked
from caveat.sources.wire.reach import refusal
from wire_servers import Counting, Names, ask, refused, saying, serving

ADDRESS, REFUSED, UNKNOWN = FailureKind.ADDRESS, FailureKind.REFUSED, FailureKind.UNKNOWN_HOST
NAMES: dict[str, list[list[str]]] = {
    "loopback.example": [["127.0.0.1"]],
    "private.example": [["10.1.2.3"]],
    "metadata.example": [["169.254.169.254"]],
    "six.example": [["::1"]],
    "mapped.example": [["::ffff:10.0.0.1"]],
    "both.example": [["93.184.215.14", "192.168.1.1"]],
    "scoped.example": [["fe80::1%eth0"]],
    "garbage.example": [["not an address"]],
    "empty.example": [[]],
}

HOSTILE = [
    # no address, or not one that means the same to everybody
    ("ftp://clinic.example/", ADDRESS, "does not begin with http"),
    ("file:///etc/passwd", ADDRESS, "does not begin with http"),
    ("gopher://clinic.example:6379/_FLUSHALL", ADDRESS, "does not begin with http"),
    ("javascript:alert(1)", ADDRESS, "does not begin with http"),
    ("clinic.example/", ADDRESS, "does not begin with http"),
    ("http:/clinic.example/", ADDRESS, "does not begin with http"),
    ("", ADDRESS, "does not begin with http"),
    ("http://", ADDRESS, "names no host"),
    ("http:///clinic.example", ADDRESS, "names no host"),
    ("http://:80/", ADDRESS, "names no host"),
    ("http://clinic.example/\x00", ADDRESS, "U+0000"),
    ("http://clinic.example/\r\nHost: inside.example", ADDRESS, "U+000D"),
    ("http://clinic.example/a b", ADDRESS, "U+0020"),
    (" http://clinic.example/", ADDRESS, "U+0020"),
    ("http://clinic.example/\t", ADDRESS, "U+0009"),
    ("http://clinic.example/\x1b[2J", ADDRESS, "U+001B"),
    ("http://clinic.example/\u202egnp.exe", ADDRESS, "U+202E"),
    ("http://clinic.example\\@127.0.0.1/", ADDRESS, "backslash"),
    ("http:\\\\127.0.0.1\\", ADDRESS, "backslash"),
    ("http://desk:secret@clinic.example/", ADDRESS, "user name or password"),
    ("http://clinic.example@127.0.0.1/", ADDRESS, "user name or password"),
    ("http://@127.0.0.1/", ADDRESS, "user name or password"),
    ("http://clinic.example:99999/", ADDRESS, "port 99999"),
    ("http://clinic.example:-1/", ADDRESS, "port -1"),
    ("http://clinic.example:0/", ADDRESS, "port 0"),
    ("http://clinic.example:22/", ADDRESS, "port 22"),
    ("http://clinic.example:25/", ADDRESS, "port 25"),
    ("http://clinic.example:6379/", ADDRESS, "port 6379"),
    ("https://clinic.example:11211/", ADDRESS, "port 11211"),
    ("http://clinic.example./", ADDRESS, "ends in a dot"),
    ("http://clinic..example/", ADDRESS, "no name server knows"),
    ("http://.clinic.example/", ADDRESS, "no name server knows"),
    ("http://-clinic.example/", ADDRESS, "no name server knows"),
    (f"http://{'a' * 64}.example/", ADDRESS, "no name server knows"),
    (f"http://{'a.' * 127}example/", ADDRESS, "no name server knows"),
    ("http://127%2e0%2e0%2e1/", ADDRESS, "no name server knows"),
    ("http://clinic.example%00.evil.example/", ADDRESS, "no name server knows"),
    ("http://[::1/", ADDRESS, "cannot be read"),
    ("http://[clinic.example]/", ADDRESS, "cannot be read"),
    ("http://[fe80::1%25eth0]/", ADDRESS, ""),
    (f"http://clinic.example/{'a' * 8000}", ADDRESS, "longer than 8000"),
    # an IPv4 address as only some programs write it
    ("http://2130706433/", ADDRESS, "number"),
    ("http://017700000001/", ADDRESS, "number"),
    ("http://0x7f000001/", ADDRESS, "number"),
    ("http://0x7f.1/", ADDRESS, "number"),
    ("http://0177.0.0.1/", ADDRESS, "127|0177"),
    ("http://127.1/", ADDRESS, "number"),
    ("http://127.0.0.1./", ADDRESS, "number"),
    ("http://127.0.0.256/", ADDRESS, "127.0.0.256"),
    ("http://1.2.3.4.5/", ADDRESS, "number"),
    # addresses that are not of the public internet
    ("http://127.0.0.1/", REFUSED, "a loopback address"),
    ("http://127.255.255.254:8080/", REFUSED, "a loopback address"),
    ("http://0.0.0.0/", REFUSED, "a reserved address"),
    ("http://10.0.0.1/", REFUSED, "a private or reserved address"),
    ("http://172.16.0.1/", REFUSED, "a private or reserved address"),
    ("http://192.168.0.1/", REFUSED, "a private or reserved address"),
    ("http://100.64.0.1/", REFUSED, "a private or reserved address"),
    ("http://169.254.169.254/latest/meta-data/", REFUSED, "a link-local address"),
    ("http://100.100.100.200/", REFUSED, "a metadata address"),
    ("http://168.63.129.16/", REFUSED, "a metadata address"),
    ("http://192.0.2.1/", REFUSED, "a private or reserved address"),
    ("http://198.18.0.1/", REFUSED, "a private or reserved address"),
    ("http://224.0.0.1/", REFUSED, "a multicast address"),
    ("http://255.255.255.255/", REFUSED, "a reserved address"),
    ("http://[::1]/", REFUSED, "a loopback address"),
    ("http://[::]/", REFUSED, "a reserved address"),
    ("http://[0:0:0:0:0:ffff:127.0.0.1]/", REFUSED, "an IPv4 address inside an IPv6 address"),
    ("http://[::ffff:a9fe:a9fe]/", REFUSED, "an IPv4 address inside an IPv6 address"),
    ("http://[::127.0.0.1]/", REFUSED, "a reserved address"),
    ("http://[2002:7f00:1::]/", REFUSED, "an IPv4 address inside an IPv6 address"),
    ("http://[2001:0:4136:e378:8000:63bf:80ff:fffe]/", REFUSED, "an IPv4 address inside an IPv6 address"),
    ("http://[64:ff9b::7f00:1]/", REFUSED, "a loopback address"),
    ("http://[64:ff9b::a9fe:a9fe]/", REFUSED, "a link-local address"),
    ("http://[64:ff9b:1::a00:1]/", REFUSED, "a reserved address"),
    ("http://[fd00:ec2::254]/", REFUSED, "a metadata address"),
    ("http://[fd12:3456::1]/", REFUSED, "a private address"),
    ("http://[fe80::1]/", REFUSED, "a link-local address"),
    ("http://[ff02::1]/", REFUSED, "a multicast address"),
    ("http://[2001:db8::1]/", REFUSED, "a reserved address"),
    ("http://[3fff::1]/", REFUSED, "a reserved address"),
    ("http://①②⑦.0.0.1/", ADDRESS, ""),
    ("http://127。0。0。1/", REFUSED, "a loopback address"),
    # names that lead to such
    ("http://loopback.example/", REFUSED, "loopback.example (127.0.0.1) is a loopback address"),
    ("http://LOOPBACK.example/", REFUSED, "loopback.example (127.0.0.1) is a loopback address"),
    ("https://private.example/", REFUSED, "private.example (10.1.2.3) is a private or reserved address"),
    ("http://metadata.example/", REFUSED, "metadata.example (169.254.169.254) is a link-local address"),
    ("http://six.example/", REFUSED, "six.example (::1) is a loopback address"),
    ("http://mapped.example/", REFUSED, "mapped.example (::ffff:10.0.0.1) is an IPv4 address inside"),
    ("http://both.example/", REFUSED, "both.example (192.168.1.1) is a private"),
    ("http://scoped.example/", REFUSED, "is a link-local address"),
    ("http://garbage.example/", UNKNOWN, "no usable address"),
    ("http://empty.example/", UNKNOWN, "unknown host"),
    ("http://nowhere.example/", UNKNOWN, "unknown host"),
    ("http://xn--fsq.example/", UNKNOWN, "unknown host"),
]  # fmt: skip


@pytest.mark.parametrize(("url", "kind", "reason"), HOSTILE, ids=[repr(url)[:60] for url, _, _ in HOSTILE])
def test_a_hostile_address_is_named_as_such_and_nothing_is_connected_to(url: str, kind: FailureKind, reason: str) -> None:
    network = Counting()
    found = refused(url, network=network, look_up=Names(NAMES), allow_private=False)
    assert found.kind is kind
    assert any(part in found.reason for part in reason.split("|")), found.reason
    assert found.exchange is None and not found.retry
    assert not network.asked


INSIDE = [
    "169.254.169.254", "169.254.0.1", "fe80::1", "fd00:ec2::254", "100.100.100.200", "168.63.129.16", "0.0.0.0", "0.1.2.3", "224.0.0.1",
    "255.255.255.255", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::169.254.169.254", "2002:a9fe:a9fe::", "::",
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_metadata_link_local_and_disguised_addresses_are_refused_even_where_private_ones_are_allowed(address: str) -> None:
    network = Counting()
    found = refused("http://clinic.example/", network=network, look_up=Names({"clinic.example": [[address]]}), allow_private=True)
    assert found.kind is REFUSED and not found.hint
    assert not network.asked


def test_a_refused_private_address_says_how_it_can_be_allowed() -> None:
    assert "--allow-private" in refused("http://10.0.0.1/", allow_private=False).hint


@pytest.mark.parametrize("url", ["http://127.0.0.1:{}/", "http://localhost:{}/", "http://clinic.example:{}/"])
def test_a_server_inside_sees_no_connection(url: str) -> None:
    with serving(saying(b"")) as server:
        found = refused(url.format(server.port), allow_private=False, resolve={"clinic.example": "127.0.0.1"})
        assert found.kind is REFUSED
        assert server.met == 0


def test_a_name_that_leads_elsewhere_the_second_time_is_asked_where_it_was_checked() -> None:
    network, names = Counting(), Names({"clinic.example": [["93.184.215.14"], ["127.0.0.1"]]})
    assert refused("http://clinic.example/", network=network, look_up=names, allow_private=False).kind is FailureKind.UNREACHABLE
    assert network.asked == [("93.184.215.14", 80)]
    assert names.asked == ["clinic.example"]
    again = refused("http://clinic.example/", network=network, look_up=names, allow_private=False)
    assert again.kind is REFUSED and len(network.asked) == 1


def test_each_address_of_a_host_is_tried_until_one_answers() -> None:
    network = Counting()
    refused("http://clinic.example/", network=network, look_up=Names({"clinic.example": [["2600::1", "93.184.215.14", "2600::1"]]}))
    assert network.asked == [("2600::1", 80), ("93.184.215.14", 80)]
    with serving(saying(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")) as server:
        names = Names({"clinic.example": [["::1", "127.0.0.1"]]})  # nothing listens at the first
        assert ask(server.url(host="clinic.example"), look_up=names).data == b"hi"


def test_a_name_server_that_does_not_answer_may_do_so_later() -> None:
    async def look_up(host: str, port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    found = refused("http://clinic.example/", look_up=look_up)
    assert (found.kind, found.reason, found.retry) == (UNKNOWN, "no name server answers", True)


@pytest.mark.parametrize(
    ("url", "host", "authority", "target"),
    [
        ("http://Clinic.Example", "clinic.example", "clinic.example", "/"),
        ("HTTPS://clinic.example:443/a#b", "clinic.example", "clinic.example", "/a"),
        ("https://clinic.example:8443/?q=ü", "clinic.example", "clinic.example:8443", "/?q=%C3%BC"),
        ("http://bücher.example/", "xn--bcher-kva.example", "xn--bcher-kva.example", "/"),
        ("http://аррӏе.example/", "xn--80ak6aa92e.example", "xn--80ak6aa92e.example", "/"),
        ("http://[2600:0:0::1]:8080/", "2600::1", "[2600::1]:8080", "/"),
        ("http://93.184.215.14/", "93.184.215.14", "93.184.215.14", "/"),
        ("http://cell_therapy.example/", "cell_therapy.example", "cell_therapy.example", "/"),
        ("http://clinic.example/a/../b?x=http://127.0.0.1/", "clinic.example", "clinic.example", "/b?x=http://127.0.0.1/"),
    ],
)
def test_what_an_address_comes_to(url: str, host: str, authority: str, target: str) -> None:
    found = checked(url)
    assert (found.host, found.authority, found.target) == (host, authority, target)
    assert found.url.isascii() and found.url.endswith(authority + target)


def test_the_ports_of_the_web_are_not_among_the_bad_ones() -> None:
    assert not BAD_PORTS & {80, 443, 8000, 8080, 8443, 3000, 5000}
    assert {21, 22, 25, 110, 143, 465, 587, 6000, 6379} <= BAD_PORTS


HIDING = ["::", "::ffff:0:0", "64:ff9b::", "64:ff9b:1::"]
ADDRESSES = st.one_of(
    st.ip_addresses(),
    st.builds(lambda low: IPv6Address(int(IPv6Address("2000::")) | low), st.integers(0, 2**125 - 1)),
    st.builds(lambda top, four: IPv6Address(int(IPv6Address(top)) | four), st.sampled_from(HIDING), st.integers(0, 2**32 - 1)),
    st.builds(lambda four, low: IPv6Address(0x2002 << 112 | four << 80 | low), st.integers(0, 2**32 - 1), st.integers(0, 2**80 - 1)),
)  # fmt: skip
NAT64 = int(IPv6Address("64:ff9b::"))


@settings(max_examples=500)
@given(ADDRESSES)
@example(ip_address("8.8.8.8"))
@example(ip_address("64:ff9b::8.8.8.8"))
@example(ip_address("2606:4700::1111"))
def test_an_address_is_reached_only_if_it_is_global_and_hides_none_that_is_not(address: IPv4Address | IPv6Address) -> None:
    if isinstance(address, IPv6Address) and int(address) >> 32 == NAT64 >> 32:
        assert refusal(str(address)) == refusal(str(IPv4Address(int(address) & 0xFFFFFFFF)))
        return
    allowed = not refusal(str(address))
    hides = isinstance(address, IPv6Address) and (address.ipv4_mapped or address.sixtofour or address.teredo)
    public = address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified or address.is_link_local)
    assert allowed <= (public and not hides)
    assert refusal(str(address), allow_private=True) == "" or not allowed
    if isinstance(address, IPv4Address) and public and address.packed[0] not in (168, 192):
        assert allowed


@settings(max_examples=500)
@given(
    st.one_of(
        st.text(), st.text().map("http://".__add__), st.from_regex(r"https?://[a-z0-9.:\[\]@%\\-]{0,30}(/[ -~]{0,20})?", fullmatch=True)
    )
)
def test_any_text_is_an_address_of_the_web_or_said_to_be_none(text: str) -> None:
    try:
        found = checked(text)
    except Broken as broken:
        assert broken.kind is ADDRESS and broken.reason
        return
    assert found.scheme in ("http", "https") and found.host and 0 < found.port < 65536 and found.port not in BAD_PORTS
    assert found.target.startswith("/") and found.target.isascii() and found.url.isascii() and "@" not in found.authority
    assert not set(found.host + found.target) & {"\r", "\n", " ", "\0", "\\"}
    assert checked(found.url) == found
