"""Which IP addresses may be connected to: those of the public internet, unless the user allows private ones."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

# Where clouds hand out credentials to whoever asks from within; some look public. Never asked, whatever is allowed.
METADATA = frozenset(map(ip_address, ("100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254", "fd20:ce::254")))
# ipaddress learnt of some of these in later versions of Python (IANA's special-purpose registries, as of 2024).
SPECIAL4 = tuple(map(IPv4Network, ("192.0.0.0/24", "192.88.99.0/24")))
SPECIAL6 = tuple(map(IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))
GLOBAL6 = IPv6Network("2000::/3")  # all of IPv6 that IANA has given out as global unicast
NAT64 = IPv6Network("64:ff9b::/96")  # how a network without IPv4 writes an IPv4 address (RFC 6052)
PRIVATE6 = tuple(map(IPv6Network, ("fc00::/7", "::1/128")))


def refusal(text: str, allow_private: bool = False) -> str:
    """Why an address is not connected to, as in `is a loopback address`; empty for one that may be. Raises ValueError for no address."""
    address = ip_address(text)
    if isinstance(address, IPv6Address):
        return _refusal6(address, allow_private)
    return _refusal4(address, allow_private)


def _refusal4(address: IPv4Address, allow_private: bool) -> str:
    if address in METADATA:
        return "is a metadata address"
    if address.is_link_local:
        return "is a link-local address"
    if address.is_multicast:
        return "is a multicast address"
    if address.is_unspecified or address.is_reserved or address in IPv4Network("0.0.0.0/8"):
        return "is a reserved address"
    if allow_private:
        return ""
    if address.is_loopback:
        return "is a loopback address"
    if not address.is_global or any(address in network for network in SPECIAL4):
        return "is a private or reserved address"
    return ""


def _refusal6(address: IPv6Address, allow_private: bool) -> str:
    if address in METADATA:
        return "is a metadata address"
    if address in NAT64:
        return _refusal4(IPv4Address(int(address) & 0xFFFFFFFF), allow_private)
    if address.is_link_local:
        return "is a link-local address"
    if address.is_multicast:
        return "is a multicast address"
    if any(address in network for network in PRIVATE6):
        return "" if allow_private else "is a loopback address" if address.is_loopback else "is a private address"
    # An IPv4 address inside one of IPv6 (mapped, 6to4, Teredo) is a way round a check, and no site has only such a one.
    if address.ipv4_mapped or address.sixtofour or address.teredo:
        return "is an IPv4 address inside an IPv6 address"
    if address not in GLOBAL6 or not address.is_global or any(address in network for network in SPECIAL6):
        return "is a reserved address"
    return ""
