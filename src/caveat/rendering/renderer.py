"""One browser for a whole run, in a thread of its own: started once, asked for one page after the other, and gone when the run ends."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterable, Iterator
from concurrent.futures import CancelledError
from concurrent.futures import TimeoutError as Late
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from caveat.errors import UsageError
from caveat.model import Browser, Capture, Failure, FailureKind, Rendered, Stage
from caveat.reading.decode import decode
from caveat.reading.recognise import is_html, no_page
from caveat.rendering.browser import HEIGHT, WIDTH, found, words
from caveat.rendering.getting import WAIT, Get, beside, web
from caveat.rendering.visit import Broken, visited
from caveat.sources.access import Access

if TYPE_CHECKING:
    from playwright.async_api import Browser as Chromium
    from playwright.async_api import Playwright

T = TypeVar("T")

START, END = 60.0, 10.0  # seconds until the browser has started, and until it is to be gone
_REMEDY = "see whether it starts by itself, name another with --browser, or leave --render out"

Getting = Callable[[Capture], Get]  # how what a capture's page asks for is got


@contextmanager
def started(access: Access, browser: Path | None = None, getting: Getting | None = None) -> Iterator[Renderer]:
    """
    A browser that renders captures until the block ends, however it ends. Raises UsageError where there is none, where it does not
    start, and where the extra that drives it is not installed. `getting` stands in for the project's own way to fetch.
    """
    try:
        import playwright.async_api  # noqa: F401
    except ImportError:
        raise UsageError("--render: what drives the browser is not installed", "pip install 'caveat[browser]' brings it") from None
    renderer = Renderer(found(browser), access, getting or usual(access))
    try:
        renderer.start()
        yield renderer
    finally:
        renderer.stop()


def usual(access: Access) -> Getting:
    """Pages of the web get what is on the web, saved ones what stands beside them; one from standard input or an archive gets nothing."""

    def getting(capture: Capture) -> Get:
        if capture.target.lower().startswith(("http://", "https://")):
            return web(access, capture.url)
        saved = capture.target != "-" and not capture.url
        return beside(Path(capture.target), access.size) if saved else lambda _: None

    return getting


class Renderer:
    """Turns captures of HTML into captures with what a browser made of them. To be used by one thread at a time."""

    def __init__(self, path: str, access: Access, getting: Getting) -> None:
        self._path, self._access, self._getting = path, access, getting
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="browser", daemon=True)
        self._driver: Playwright | None = None
        self._browser: Chromium | None = None

    def all(self, captures: Iterable[Capture | Failure]) -> Iterator[Capture | Failure]:
        """The same captures, rendered as they pass."""
        for capture in captures:
            yield capture if isinstance(capture, Failure) else self.rendered(capture)

    def rendered(self, capture: Capture) -> Capture | Failure:
        """The capture with what the browser made of it; as it is, where it is no page of HTML; or why it could not be rendered."""
        if no_page(capture) is not None:
            return capture
        text = decode(capture.data, capture.charset).text
        return self._rendered(capture, text) if is_html(capture, text) else capture

    def _rendered(self, capture: Capture, text: str) -> Capture | Failure:
        seconds = self._access.seconds
        try:
            visit = self._done(self._visit(capture, text), seconds + END + 2 * WAIT)
        except (Broken, Late) as error:
            reason = str(error) or f"the page did not come to rest within {seconds:g} s"
            kind = error.kind if isinstance(error, Broken) else FailureKind.TIME
            if kind is not FailureKind.TOO_LARGE:
                self._restart()  # what a hostile page has left behind must not meet the next one
            hint = "raise --timeout, or audit it without --render" if kind is FailureKind.TIME else "audit it without --render"
            return Failure(capture.target, Stage.RENDER, reason, hint, kind)
        return replace(capture, rendered=visit)

    async def _visit(self, capture: Capture, text: str) -> Rendered:
        if self._browser is None or not self._browser.is_connected():
            await self._launch()
        assert self._browser is not None
        window = Browser(f"Chromium {self._browser.version}", WIDTH, HEIGHT)
        get = self._getting(capture)
        return await visited(self._browser, window, capture.url, text, get, self._access)

    def start(self) -> None:
        self._thread.start()
        try:
            self._done(self._launch(), START)
        except (Broken, Late) as error:
            said = str(error).strip() or f"nothing came of it within {START:g} s"
            raise UsageError(f"{self._path} did not start: {said}", _REMEDY) from None

    async def _launch(self) -> None:
        from playwright.async_api import Error, async_playwright

        if self._driver is None:
            self._driver = await async_playwright().start()
        try:
            # The browser's own end is ours to bring about: `stop` runs on every way out.
            self._browser = await self._driver.chromium.launch(
                executable_path=self._path, args=words(), headless=True, timeout=1000 * START,
                handle_sigint=False, handle_sigterm=False, handle_sighup=False,
            )  # fmt: skip
        except Error as error:
            raise Broken(FailureKind.UNREADABLE, _first_line(error)) from None

    def stop(self) -> None:
        """Ends the browser and the thread; to be called once, also where neither has started."""
        if self._thread.is_alive():
            with suppress(Late, CancelledError):
                self._done(self._close(), END)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(END)
        if not self._loop.is_running():
            self._loop.close()

    async def _close(self) -> None:
        browser, self._browser = self._browser, None
        driver, self._driver = self._driver, None
        for each in (browser and browser.close, driver and driver.stop):
            if each:
                with suppress(Exception):  # what is gone already need not be ended
                    await asyncio.wait_for(each(), END / 3)

    def _restart(self) -> None:
        with suppress(Late, CancelledError):
            self._done(self._close(), END)

    def _done(self, work: Coroutine[Any, Any, T], seconds: float) -> T:
        """What comes of work in the browser's thread. An interrupt here cancels it there."""
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result(seconds)
        finally:
            future.cancel()


def _first_line(error: Exception) -> str:
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)[:300]
