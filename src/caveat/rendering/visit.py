"""Opens one page in the browser, gives it what it asks for through one function, lets it come to rest, and takes its measure."""

from __future__ import annotations

import asyncio
import json
import secrets
from contextlib import suppress
from importlib.resources import files
from typing import TYPE_CHECKING

from caveat.model import Browser, FailureKind, Rendered
from caveat.rendering.getting import FILES, Fetched, Get
from caveat.sources.access import Access, megabytes

if TYPE_CHECKING:
    from playwright.async_api import Browser as Chromium
    from playwright.async_api import BrowserContext, CDPSession, Page, Route, WebSocketRoute

MOST_ELEMENTS = 100_000  # the longest real page seen has 60,000 tags
MOST_REQUESTS = 400
ENDING = 5.0  # seconds of the time allowed that are kept for measuring
QUIET = 3.0  # seconds at most that a page which goes on asking is waited for after it has loaded
SCREENS = 30  # of a page that are scrolled through, for what is built or faded in as it comes into view
PAUSE = 0.04  # seconds on each
MISSED = 20  # addresses told of what did not come

# A page that leads elsewhere while it is still being read would be cut off at that place, whatever its way is answered with.
STAYING = "navigation.addEventListener('navigate', (e) => { if (!e.destination.sameDocument) e.preventDefault() }, true)"


class Broken(Exception):
    """The browser gave no page; `kind` says why, as a failure does."""

    def __init__(self, kind: FailureKind, reason: str) -> None:
        super().__init__(reason)
        self.kind = kind


async def visited(browser: Chromium, window: Browser, url: str, text: str, get: Get, access: Access) -> Rendered:
    """A page as it stands once it has loaded. Raises Broken. `url` is the address it came from, empty for a saved page."""
    from playwright.async_api import Error
    from playwright.async_api import TimeoutError as Slow

    slow = Broken(FailureKind.TIME, f"the page did not come to rest within {access.seconds:g} s")
    context: BrowserContext | None = None
    desk = _Desk(url or FILES, text, get)
    try:
        async with asyncio.timeout(access.seconds):
            context = await browser.new_context(
                viewport={"width": window.width, "height": window.height}, service_workers="block", accept_downloads=False,
                reduced_motion="reduce",
            )  # fmt: skip
            await context.route("**/*", desk.answer)
            await context.route_web_socket("**/*", _closed)
            await context.add_init_script(STAYING)
            page = await context.new_page()
            context.on("page", lambda other: None if other is page else asyncio.ensure_future(other.close()))
            page.on("crash", lambda _: desk.crashed.set())
            return await _until_crashed(_measured(page, desk, window, access), desk)
    except (TimeoutError, Slow):
        raise slow from None
    except Error as error:
        raise Broken(FailureKind.UNREADABLE, f"the browser cannot show the page: {str(error).splitlines()[0][:200]}") from None
    finally:
        if context:
            try:
                await _ended(context)
            finally:
                await desk.over()


async def _ended(context: BrowserContext) -> None:
    from playwright.async_api import Error

    try:
        await asyncio.wait_for(context.close(), ENDING)
    except (TimeoutError, Error):
        raise Broken(FailureKind.TIME, "the page could not be closed") from None


class _Desk:
    """Answers all requests of one page: the page itself from what was captured, everything else through `get`, one function."""

    def __init__(self, url: str, text: str, get: Get) -> None:
        self.url, self.text, self.get = url, text, get
        self.opened = False
        self.asked = 0
        self.styled = True
        self.missed: list[str] = []
        self.crashed = asyncio.Event()
        self.done = False
        self.under_way: set[asyncio.Future[Fetched | None]] = set()

    async def answer(self, route: Route) -> None:
        from playwright.async_api import Error

        with suppress(Error):  # the page may be gone by now
            await (self._lead(route) if route.request.is_navigation_request() else self._hand(route))

    async def over(self) -> None:
        """Waits for what is still asked for: nothing of a page may go over the wire, or into evidence, once the page is done."""
        self.done = True
        if self.under_way:
            await asyncio.wait(self.under_way)
            await asyncio.sleep(0)  # lets those who asked see it

    def _got(self, address: str) -> Fetched | None:
        """In a thread, where it may have waited for its turn until the page was done."""
        return None if self.done else self.get(address)

    async def _lead(self, route: Route) -> None:
        """The page itself. Frames and scripts that would lead elsewhere are told 204 (no content), at which a browser stays where it is."""
        if self.opened:
            await route.fulfill(status=204)
        else:
            self.opened = True
            await route.fulfill(status=200, content_type="text/html; charset=utf-8", body=self.text)

    async def _hand(self, route: Route) -> None:
        request = route.request
        self.asked += 1
        found = None
        if request.method == "GET" and self.asked <= MOST_REQUESTS:
            asked = asyncio.get_running_loop().run_in_executor(None, self._got, request.url.partition("#")[0])
            self.under_way.add(asked)
            asked.add_done_callback(self.under_way.discard)
            found = await asyncio.shield(asked)
        if found is None or found.status >= 400:
            self.missed.append(request.url)
            self.styled = self.styled and request.resource_type != "stylesheet"
            await route.abort()
        else:
            await route.fulfill(status=found.status, headers=dict(found.headers), body=found.body)


async def _closed(socket: WebSocketRoute) -> None:
    await socket.close()


async def _until_crashed(work: object, desk: _Desk) -> Rendered:
    task, crash = asyncio.ensure_future(work), asyncio.ensure_future(desk.crashed.wait())  # type: ignore[call-overload]
    try:
        await asyncio.wait((task, crash), return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise Broken(FailureKind.UNREADABLE, "the browser crashed on the page")
        found: Rendered = task.result()
        return found
    finally:
        task.cancel()
        crash.cancel()


async def _measured(page: Page, desk: _Desk, window: Browser, access: Access) -> Rendered:
    await page.goto(desk.url, wait_until="load", timeout=1000 * max(1.0, access.seconds - ENDING))
    session = await page.context.new_cdp_session(page)
    await _at_rest(page, session, window)
    attribute = f"data-caveat-{secrets.token_hex(8)}"
    html = await _alone(session, attribute)
    if html is None:
        raise Broken(FailureKind.TOO_LARGE, f"the page as rendered has more than {MOST_ELEMENTS:,} elements")
    if len(html) > access.size:
        raise Broken(FailureKind.TOO_LARGE, f"the page as rendered is larger than {megabytes(access.size)}")
    return Rendered(window, html, attribute, desk.styled, tuple(dict.fromkeys(desk.missed))[:MISSED])


async def _at_rest(page: Page, session: CDPSession, window: Browser) -> None:
    """Waits for what the page still asks for, and scrolls through it as a reader would."""
    from playwright.async_api import TimeoutError as Slow

    size = (await session.send("Page.getLayoutMetrics"))["cssContentSize"]
    for _ in range(min(SCREENS, int(size["height"] / window.height))):
        await page.mouse.wheel(0, window.height)
        await asyncio.sleep(PAUSE)
    with suppress(Slow):
        await page.wait_for_load_state("networkidle", timeout=1000 * QUIET)


async def _alone(session: CDPSession, attribute: str) -> str | None:
    """What `measure.js` gives, in a world of its own (Chrome DevTools Protocol, Page.createIsolatedWorld)."""
    frame = (await session.send("Page.getFrameTree"))["frameTree"]["frame"]
    if frame["url"].startswith("about:"):
        raise Broken(FailureKind.UNREADABLE, "the page left itself for an empty one before it could be measured")
    world = await session.send("Page.createIsolatedWorld", {"frameId": frame["id"], "worldName": "measuring"})
    script = (files("caveat") / "rendering" / "measure.js").read_text(encoding="utf-8")
    code = script[script.index("(attribute") :].rstrip()
    await session.send("Runtime.evaluate", {"contextId": world["executionContextId"], "expression": "scrollTo(0, 0)"})
    given = await session.send(
        "Runtime.evaluate",
        {
            "contextId": world["executionContextId"], "returnByValue": True,
            "expression": f"({code})({json.dumps(attribute)}, {MOST_ELEMENTS})",
        },
    )  # fmt: skip
    if "exceptionDetails" in given:
        raise Broken(FailureKind.UNREADABLE, f"the page could not be measured: {given['exceptionDetails'].get('text', '')[:200]}")
    value = given["result"].get("value")
    return value if isinstance(value, str) else None
