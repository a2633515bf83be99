"""Finds a Chromium on this machine, and the words it is started with."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from caveat.errors import UsageError

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WIDTH, HEIGHT = 1280, 800  # px of the window, a common one of a desktop
_HINT = "install one (on Debian: apt install chromium), or name it with --browser PATH"

# Whatever the browser would ask for by itself goes to a proxy that isn't there: all that it may have comes through `Get`.
_NO_NETWORK = (
    "--proxy-server=http://127.0.0.1:9", "--proxy-bypass-list=<-loopback>", "--host-resolver-rules=MAP * ~NOTFOUND",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp", "--disable-quic", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-domain-reliability", "--no-pings",
)  # fmt: skip
_QUIET = ("--disable-gpu", "--no-first-run", "--no-default-browser-check", "--mute-audio", "--disable-dev-shm-usage", "--hide-scrollbars")


def found(named: Path | None) -> str:
    """The path of the browser. Raises UsageError where there is none."""
    if named:
        if not (named.is_file() and os.access(named, os.X_OK)):
            raise UsageError(f"--browser {named}: is no program", _HINT)
        return str(named)
    path = next((path for name in NAMES if (path := shutil.which(name))), None)
    if path is None:
        raise UsageError(f"--render: no browser was found on PATH (looked for {', '.join(NAMES)})", _HINT)
    return path


def words() -> list[str]:
    """The words it is started with. Chromium's sandbox cannot be set up by root, who therefore goes without."""
    root = getattr(os, "geteuid", lambda: 1)() == 0
    return [*_NO_NETWORK, *_QUIET, *(["--no-sandbox"] if root else [])]
