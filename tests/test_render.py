"""Pages in a real Chromium: what it measures decides, nothing reaches a network by itself, and no process outlives the run."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import caveat
from caveat.cli.options import render
from caveat.errors import UsageError
from caveat.model import Answer, Capture, Check, CheckState, Criterion, Failure, FailureKind, Finding, Outcome, Page, PageReport, Stage
from caveat.reading import read
from caveat.reading.colour import Colour, contrast
from caveat.reading.look import Look
from caveat.reading.styles import Looks
from caveat.rendering import Fetched, Renderer, started
from caveat.rendering.getting import FILES, beside
from caveat.sources import Access
from conftest import CAVEAT, Site, environment, lines
from conftest import Answer as Answered
from conftest import caveat as command
from test_prominence import CLAIM, CLAIMS, STATUS, answers, book, judged, outcome, whole

SECONDS = 60.0  # a machine may be busy
needs_browser = pytest.mark.browser


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    with started(Access(seconds=SECONDS)) as running:
        yield running


def capture(html: str, folder: Path | None = None) -> Capture:
    return Capture(str((folder or Path("/nonexistent")) / "page.html"), html.encode(), media_type="text/html")


def rendered(renderer: Renderer, html: str, folder: Path | None = None) -> Capture:
    found = renderer.rendered(capture(html, folder))
    assert isinstance(found, Capture) and found.rendered, found
    return found


def audited(found: Capture) -> PageReport:
    (report,) = caveat.results([found], book(), caveat.Options())
    assert isinstance(report, PageReport)
    return report


def looks(found: Capture) -> dict[str, Look]:
    page = read(found)
    assert isinstance(page, Page)
    each = Looks(page)
    return {page.quote(sentence): each.of(block, sentence) for block in page.blocks for sentence in block.sentences}


GREY = ".fine { font-size: 9px; color: #999 } .claims p { line-height: 40px } body { font: 16px sans-serif }"


@needs_browser
def test_a_caveat_in_nine_grey_pixels_three_screens_down_is_buried_and_in_a_box_beside_the_claim_is_not(renderer: Renderer) -> None:
    below = whole(f"<div class=claims>{CLAIMS}</div><div style='height: 2400px'></div><p class=fine>{STATUS}</p>", GREY)
    report = audited(rendered(renderer, below))
    found = judged(report)
    assert isinstance(found, Finding) and found.outcome is Outcome.BURIED
    assert "in type of 9 px, where the nearest claim has 16 px" in found.message
    asked = answers(found)
    assert asked[Criterion.SIZE_CLAIM].detail == "9 px against 16 px of the nearest claim"
    assert asked[Criterion.CONTRAST].detail == "2.84:1, the nearest claim 21:1; 4.5:1 is WCAG's least"
    assert asked[Criterion.ON_SCREEN].answer is Answer.NO
    assert asked[Criterion.ON_SCREEN].detail.endswith("(3.0 screens of 800 px) below the nearest claim")
    assert report.browser and report.browser.name.startswith("Chromium ") and (report.browser.width, report.browser.height) == (1280, 800)

    box = f"<div style='display: flex'><div class=claims>{CLAIMS}</div><aside style='border: 2px solid'><p>{STATUS}</p></aside></div>"
    beside_it = judged(audited(rendered(renderer, whole(box, GREY))))
    assert outcome(beside_it) is CheckState.SATISFIED
    assert {each.answer for each in beside_it.prominence if each.criterion is not Criterion.SIZE_LARGEST} >= {Answer.YES}
    assert Answer.NOT_MEASURED not in {each.answer for each in beside_it.prominence}
    assert answers(beside_it)[Criterion.ON_SCREEN].detail == "side by side"


@needs_browser
@pytest.mark.parametrize(
    ("style", "gap", "expected"),
    [
        ("font-size: 12px; color: #999", 2000, Outcome.BURIED),
        ("font-size: 12px; color: #999", 900, CheckState.SATISFIED),  # small, pale, and near
        ("font-size: 12px; color: #444", 2000, CheckState.SATISFIED),  # small and far, and dark
        ("font-size: 16px; color: #999", 2000, CheckState.SATISFIED),  # pale and far, and large
    ],
)
def test_small_pale_and_far_buries_where_all_three_hold(renderer: Renderer, style: str, gap: int, expected: object) -> None:
    body = f"{CLAIMS}<div style='height: {gap}px'></div><p style='{style}'>{STATUS}</p>"
    found = judged(audited(rendered(renderer, whole(body, "body { font: 16px sans-serif }"))))
    assert outcome(found) is expected
    if isinstance(found, Finding):
        assert "in type of 12 px and a contrast of 2.84:1, where the nearest claim has 16 px and 21:1, and 2,0" in found.message


@needs_browser
def test_a_page_that_scripts_build_is_read(renderer: Renderer) -> None:
    built = whole("<div id=app></div>") + (
        f"<script>document.getElementById('app').innerHTML = `<main><h1>Knees</h1>{CLAIMS}<p>{STATUS}</p></main>`</script>"
    )
    before = next(caveat.results([capture(built)], book(), caveat.Options()))
    assert isinstance(before, Failure) or not before.findings
    report = audited(rendered(renderer, built))
    assert [each.quote for each in report.findings if each.kind == "claim"][:1] == [CLAIM]
    assert outcome(judged(report)) is CheckState.SATISFIED


AWAY = [
    "<script>location.href = 'https://elsewhere.example/'</script>",
    "<script>setTimeout(() => location.replace('https://elsewhere.example/'), 1)</script>",
    "<script>location.reload()</script>",
    "<meta http-equiv=refresh content='0;url=https://elsewhere.example/'>",
    "<a href=https://elsewhere.example/ id=away>more</a><script>away.click()</script>",
    "<iframe srcdoc=\"<script>parent.location = 'https://elsewhere.example/'</script>\"></iframe>",
    "<script>navigation.addEventListener('navigate', (e) => e.stopImmediatePropagation(), true); location.href = 'https://elsewhere.example/'</script>",
]
LONG = "".join(f"<p>Parking is behind the house, place {number}.</p>" for number in range(3000))


@needs_browser
@pytest.mark.parametrize("away", AWAY)
def test_a_page_that_leads_elsewhere_while_it_loads_is_read_to_its_end(renderer: Renderer, away: str) -> None:
    found = rendered(renderer, whole(away + CLAIMS + LONG + "<p>Here the page ends.</p>"))
    assert found.rendered and "Here the page ends." in found.rendered.html


CUT = [
    "<script>history.back()</script>",
    "<form action=https://elsewhere.example/ id=f></form><script>f.submit()</script>",
    "<script>stop()</script>",
]


@needs_browser
@pytest.mark.parametrize("cut", CUT)
def test_a_page_that_cuts_itself_off_is_a_failure(cut: str) -> None:
    with started(Access(seconds=12.0)) as renderer:
        found = renderer.rendered(capture(whole(cut + CLAIMS + LONG)))
    assert isinstance(found, Failure) and found.stage is Stage.RENDER


HIDDEN = [
    ("display: none", "not displayed"),
    ("visibility: hidden", "visibility: hidden"),
    ("opacity: 0.01", "opacity: 0.01"),
    ("position: absolute; left: -9999px", "off the page"),
    ("position: absolute; width: 1px; height: 1px; overflow: hidden", "cut off by a box of no size"),
    ("position: absolute; clip: rect(0, 0, 0, 0)", "clipped"),
    ("clip-path: inset(50%)", "clipped"),
    ("height: 20px; padding-top: 40px; overflow: hidden; box-sizing: border-box", "cut off"),
]


@needs_browser
@pytest.mark.parametrize(("style", "says"), HIDDEN)
def test_what_a_style_sheet_hides_is_buried(renderer: Renderer, tmp_path: Path, style: str, says: str) -> None:
    (tmp_path / "theme.css").write_text(f".off {{ {style} }}", encoding="utf-8")
    page = whole(f"{CLAIMS}<div class=off><p>{STATUS}</p></div>", head="<link rel=stylesheet href=theme.css>")
    assert outcome(judged(audited(capture(page, tmp_path)))) is CheckState.SATISFIED  # without a browser the sheet is not read
    found = judged(audited(rendered(renderer, page, tmp_path)))
    assert isinstance(found, Finding) and found.outcome is Outcome.BURIED
    assert f"({says})" in found.message
    assert answers(found)[Criterion.NOT_HIDDEN].answer is Answer.NO


@needs_browser
def test_contrast_is_that_of_the_colours_as_they_are_seen(renderer: Renderer) -> None:
    page = whole(
        "<p class=a>One</p><p class=b>Two</p><div class=c><p>Three</p></div><p class=d>Four</p><p class=e>Five</p>"
        "<p>Six is <b class=b>bold</b> and long enough to be most of it</p><p><span class=b>Seven</span></p>",
        ".a { color: #777 } .b { color: hsl(0 0% 46%) } .c { background: #ffffff80; opacity: .5 } .d { background: url(x.png) }"
        " body { background: oklch(1 0 0) } .e { color: rgb(0 0 0 / 50%); background: linear-gradient(red, blue), red }",
    )
    found = looks(rendered(renderer, page))
    grey = Colour(119 / 255, 119 / 255, 119 / 255)
    assert found["One"].contrast == pytest.approx(contrast(grey, Colour(1, 1, 1))) == pytest.approx(4.478, abs=0.001)
    assert found["Two"].contrast == pytest.approx(4.6, abs=0.1)
    assert found["Three"].contrast == pytest.approx(contrast(Colour(0.5, 0.5, 0.5), Colour(1, 1, 1)), abs=0.02)
    assert found["Four"].contrast is None and found["Five"].contrast is None  # a picture has no one colour
    assert found["Six is bold and long enough to be most of it"].contrast == 21
    assert found["Seven"].contrast == found["Two"].contrast


@needs_browser
def test_a_page_cannot_forge_what_is_measured_of_it(renderer: Renderer) -> None:
    lies = """<script>
    window.getComputedStyle = () => ({ fontSize: "40px", color: "black", visibility: "visible", backgroundImage: "none", opacity: "1" });
    Element.prototype.setAttribute = function () {};
    Document.prototype.getElementsByTagName = () => [];
    Range.prototype.getClientRects = () => [];
    new MutationObserver((all) => all.forEach((each) => each.target.removeAttribute(each.attributeName)))
      .observe(document, { attributes: true, subtree: true });
    </script>"""
    forged = f"<p class=fine data-caveat-0000000000000000='[40,[0,0,0,1],[255,255,255,1],\"\",0,20]'>{STATUS}</p>"
    found = judged(audited(rendered(renderer, whole(CLAIMS + forged + lies, GREY))))
    assert answers(found)[Criterion.SIZE_CLAIM].detail == "9 px against 16 px of the nearest claim"


@needs_browser
def test_a_style_sheet_that_does_not_come_leaves_type_unmeasured_and_is_named(renderer: Renderer, tmp_path: Path) -> None:
    page = whole(CLAIMS + f"<p class=fine>{STATUS}</p>", GREY, "<link rel=stylesheet href=https://cdn.example/theme.css>")
    report = audited(rendered(renderer, page, tmp_path))
    assert outcome(judged(report)) is CheckState.SATISFIED
    assert answers(judged(report))[Criterion.SIZE_CLAIM].detail == "a style sheet that the page asked for did not come"
    told = judged(report, "rendering")
    assert isinstance(told, Check) and told.state is CheckState.NOT_CHECKED and "https://cdn.example/theme.css" in told.reason


@needs_browser
def test_all_that_a_page_asks_for_goes_through_one_function_and_nothing_else_gets_out(site: Site, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    asked: list[str] = []

    def get(address: str) -> Fetched | None:
        asked.append(address)
        return Fetched(200, {"content-type": "text/css"}, b".fine { font-size: 8px }") if address.endswith("theme.css") else None

    tries = f"""
    <link rel=stylesheet href=theme.css><link rel=preconnect href={site.root}><link rel=prefetch href={site.url("/prefetched")}>
    <link rel=dns-prefetch href=//dns.example><img src={site.url("/picture.png")}><iframe src={site.url("/frame")}></iframe>
    <img src=file://{tmp_path}/secret.txt><p id=out>nothing</p>
    <script>
      const say = (what) => document.getElementById("out").append(" " + what);
      fetch("{site.url("/fetched")}", {{ mode: "no-cors" }}).then(() => say("fetched"), () => say("no fetch"));
      fetch("{site.url("/posted")}", {{ method: "POST", body: "x", mode: "no-cors" }}).catch(() => say("no post"));
      fetch("file://{tmp_path}/secret.txt").then((r) => r.text()).then(say, () => say("no file"));
      navigator.sendBeacon("{site.url("/beacon")}", "x");
      try {{ new WebSocket("{site.root.replace("http", "ws")}/socket") }} catch (e) {{}}
      try {{ new EventSource("{site.url("/events")}") }} catch (e) {{}}
      try {{ new RTCPeerConnection({{ iceServers: [{{ urls: "stun:{site.root[7:]}" }}] }}).createDataChannel("x") }} catch (e) {{}}
      navigator.serviceWorker && navigator.serviceWorker.register("/worker.js").catch(() => 0);
      open("{site.url("/popup")}");
      setTimeout(() => {{ location.href = "{site.url("/elsewhere")}" }}, 50);
    </script>"""
    page = Capture(
        "page.html", whole(CLAIMS + f"<p class=fine>{STATUS}</p>" + tries).encode(), "https://clinic.example/p", media_type="text/html"
    )
    with started(Access(seconds=SECONDS), getting=lambda _: get) as renderer:
        found = renderer.rendered(page)
    assert isinstance(found, Capture) and found.rendered
    assert not site.asked
    assert "https://clinic.example/theme.css" in asked and site.url("/fetched") in asked
    assert not [each for each in asked if not each.startswith(("https://clinic.example/", site.root))]
    assert site.url("/posted") not in asked and site.url("/frame") not in asked and site.url("/elsewhere") not in asked
    said = " ".join(looks(found))
    assert "no fetch" in said and "no file" in said and "secret" not in said
    assert looks(found)[STATUS].size == 8


@needs_browser
def test_a_page_of_the_web_gets_what_is_beside_it_there_and_nothing_of_other_private_hosts(site: Site, tmp_path: Path) -> None:
    site.put("/theme.css", Answered(b"@import 'more.css';", type="text/css"))
    site.put("/more.css", Answered(b".fine { font-size: 7px }", type="text/css"))
    other = site.root.replace("127.0.0.1", "localhost")
    page = whole(CLAIMS + f"<p class=fine>{STATUS}</p><img src={other}/picture.png>", head="<link rel=stylesheet href=/theme.css>")
    url = site.put("/p", Answered(page.encode()))
    done = command("audit", url, "--render", "--allow-private", "--format", "json", "--timeout", str(SECONDS))
    assert done.stdout, done.stderr
    report = json.loads(done.stdout)["pages"][0]
    (found,) = [each for each in report["findings"] if each["rule"] == "fda-status"]
    assert found["outcome"] == "buried" and "7 px" in found["message"]
    assert report["browser"]["width"] == 1280
    (told,) = [each for each in report["checks"] if each["check"] == "rendering"]
    assert told["state"] == "done" and "localhost" in told["reason"]
    assert not [each for each in site.asked if each["host"].startswith("localhost")]


@needs_browser
def test_what_leads_nowhere_beside_a_page_costs_the_page_nothing(site: Site) -> None:
    nowhere = ("http://cdn.example:99999/x", "http://[::1/x", "gopher://clinic.example/x", "http://10.0.0.1/x")
    for number, place in enumerate(nowhere):
        site.put(f"/r{number}.png", Answered(b"", 302, headers={"location": place}))
    pictures = "".join(f"<img src=/r{number}.png>" for number in range(len(nowhere)))
    url = site.put("/p", Answered(whole(CLAIMS + f"<p>{STATUS}</p>{pictures}").encode()))
    done = command("audit", url, "--render", "--allow-private", "--format", "json", "--timeout", str(SECONDS))
    assert done.returncode == 1, done.stderr
    assert lines(done.stderr)[-1].startswith("caveat: exit 1")
    (told,) = [each for each in json.loads(done.stdout)["pages"][0]["checks"] if each["check"] == "rendering"]
    assert "did not come" in told["reason"]


@needs_browser
def test_nothing_is_asked_for_once_a_page_is_done(tmp_path: Path) -> None:
    asked: list[float] = []
    over = threading.Event()

    def slow(address: str) -> Fetched | None:
        asked.append(time.monotonic())
        over.wait(0.5)
        return None

    many = "<script>for (let i = 0; i < 60; i++) fetch('/slow?' + i).catch(() => 0)</script>"
    page = Capture("page.html", whole(CLAIMS + many).encode(), "https://clinic.example/p", media_type="text/html")
    with started(Access(seconds=SECONDS), getting=lambda _: slow) as renderer:
        assert isinstance(renderer.rendered(page), Capture)
        done = time.monotonic()
        time.sleep(1.5)
    assert asked and not [each for each in asked if each > done]


@needs_browser
def test_pages_that_never_end_or_are_too_large_are_failures_and_the_next_page_is_none(tmp_path: Path) -> None:
    bad = {
        "a-loop.html": "<p>Hello</p><script>for (;;) {}</script>",
        "b-many.html": "<p>Hello</p><script>document.body.innerHTML += '<i>x</i>'.repeat(150000)</script>",
        "c-good.html": whole(CLAIMS + f"<p>{STATUS}</p>"),
        "d-text.txt": f"{CLAIM}\n",
    }
    for name, html in bad.items():
        (tmp_path / name).write_text(html, encoding="utf-8")
    with started(Access(seconds=12.0)) as renderer:
        captures = caveat.captures([str(tmp_path)])
        loop, many, good, text = renderer.all(captures)
    assert isinstance(loop, Failure) and loop.stage is Stage.RENDER and loop.kind is FailureKind.TIME and "--timeout" in loop.hint
    assert isinstance(many, Failure) and many.kind in (FailureKind.TOO_LARGE, FailureKind.TIME)
    assert isinstance(good, Capture) and good.rendered
    assert isinstance(text, Capture) and text.rendered is None


@needs_browser
def test_read_and_explain_render_too_and_without_it_nothing_is_rendered(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(f"<div id=a></div><script>a.innerHTML = '<p>{CLAIM}</p><p>{STATUS}</p>'</script>", encoding="utf-8")
    seen = command("read", page, "--render", "--format", "json")
    assert [each["text"] for each in json.loads(seen.stdout)["blocks"]] == [CLAIM, STATUS]
    why = command("explain", f"{page}:1", "--render", "--format", "json")
    assert json.loads(why.stdout)["sentences"][0]["quote"] == CLAIM
    assert command("read", page).returncode == 3
    plain = command("audit", page, "--format", "json")
    assert plain.returncode == 3 and not json.loads(plain.stdout)["pages"]


def alive(token: str) -> list[str]:
    """The running processes that were started, however indirectly, with this word in their environment."""
    found = []
    for each in Path("/proc").glob("[0-9]*"):
        try:
            if token.encode() in (each / "environ").read_bytes():
                found.append((each / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")[:100])
        except OSError:  # gone, or of somebody else
            continue
    return found


@needs_browser
@pytest.mark.parametrize("way", ["done", "interrupted", "killed-browser"])
def test_no_process_outlives_the_run(tmp_path: Path, way: str) -> None:
    for number in range(1 if way == "done" else 12):
        (tmp_path / f"{number:02}.html").write_text(whole(CLAIMS + f"<p>{STATUS}</p>"), encoding="utf-8")
    token = uuid.uuid4().hex
    words = [*CAVEAT, "audit", str(tmp_path), "--render", "--format", "jsonl"]
    run = subprocess.Popen(
        words, env=environment(CAVEAT_TEST=token), stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True, text=True
    )
    assert run.stdout
    first = json.loads(run.stdout.readline())
    assert first["type"] == "page" and first["browser"]
    if way == "interrupted":
        os.killpg(run.pid, signal.SIGINT)  # as a terminal does it: to all of the group
    elif way == "killed-browser":
        for each in Path("/proc").glob("[0-9]*"):
            try:
                ours = token.encode() in (each / "environ").read_bytes() and b"chrom" in (each / "cmdline").read_bytes().split(b"\0")[0]
            except OSError:
                continue
            if ours:
                os.kill(int(each.name), signal.SIGKILL)
    rest, said = run.communicate(timeout=300)
    expected: dict[str, Any] = {"done": 1, "interrupted": 130, "killed-browser": (1, 3)}
    assert run.returncode in (expected[way] if isinstance(expected[way], tuple) else (expected[way],)), said
    until = time.monotonic() + 20
    while (left := alive(token)) and time.monotonic() < until:
        time.sleep(0.2)
    assert not left
    if way == "killed-browser":  # one page at most is lost to it: the browser is started again
        records = [json.loads(line) for line in rest.splitlines()]
        assert len([each for each in records if each["type"] == "page"]) >= 10


# ---------------------------------------------------------------- without a browser


def run_without(words: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    code = f"import sys\n{words}"
    return subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False)


def test_a_missing_extra_a_missing_browser_and_one_that_does_not_start_are_said_with_the_remedy(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(whole(CLAIMS), encoding="utf-8")
    call = f"from caveat.cli import main\nsys.exit(main(['audit', {str(page)!r}, '--render'"
    missing = run_without(f"sys.modules['playwright'] = None\n{call}]))", environment())
    assert missing.returncode == 2 and "pip install 'caveat[browser]'" in missing.stderr
    named = command("audit", page, "--render", "--browser", tmp_path / "nothing")
    assert named.returncode == 2 and b"is no program" in named.stderr and b"apt install chromium" in named.stderr
    unfound = command("audit", page, "--render", env=environment(PATH=str(tmp_path)))
    assert unfound.returncode == 2 and b"no browser was found on PATH" in unfound.stderr
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\nexit 3\n", encoding="utf-8")
    broken.chmod(0o755)
    dead = command("audit", page, "--render", "--browser", broken)
    assert dead.returncode == 2 and b"did not start" in dead.stderr and b"--browser" in dead.stderr
    for each in (named, unfound, dead):
        assert not each.stdout


def test_a_browser_without_render_is_a_mistake() -> None:
    with pytest.raises(UsageError, match="--render only"):
        render(False, Path("/usr/bin/chromium"))


def test_a_saved_page_gets_files_of_its_folder_alone(tmp_path: Path) -> None:
    folder = tmp_path / "saved"
    (folder / "page_files").mkdir(parents=True)
    (folder / "page_files" / "a b.css").write_text("p { color: red }", encoding="utf-8")
    (folder / "long.css").write_text("p" * 200, encoding="utf-8")
    (tmp_path / "outside.css").write_text("p {}", encoding="utf-8")
    (folder / "link.css").symlink_to(tmp_path / "outside.css")
    get = beside(folder / "page.html", 100)
    assert get(FILES + "page_files/a%20b.css") == Fetched(200, {"content-type": "text/css"}, b"p { color: red }")
    for address in ("../outside.css", "%2e%2e/outside.css", "link.css", "/etc/passwd", "long.css", "missing.css", "page_files", "\0"):
        assert get(FILES + address) is None
    assert get("http://clinic.example/theme.css") is None and get("file:///etc/passwd") is None
