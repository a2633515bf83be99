"""What stands beside a page's body is read, and keeps its place apart."""

import json

from caveat.model import Capture, Page, Place
from caveat.reading import read


def page(html: str) -> Page:
    found = read(Capture("knees.html", html.encode()))
    assert isinstance(found, Page), found
    return found


def texts(html: str, place: Place) -> list[str]:
    found = page(html + "<p>Knees")
    return [found.quote(block) for block in found.blocks if block.place is place]


def linked(value: object) -> str:
    return f"<script type=application/ld+json>{json.dumps(value)}</script>"


def test_title_and_meta() -> None:
    head = (
        "<title>Knees cured</title><meta name=Description content='We &lt;b&gt;cure&lt;/b&gt; knees'>"
        "<meta name=keywords content='lupus, knees'>"
        "<meta property=og:title content='Cells heal'><meta property=og:description content='Cells heal'>"
        "<meta property=og:image content=k.png>"
        "<meta name=viewport content=width>"
    )
    assert texts(head, Place.TITLE) == ["Knees cured"]
    assert texts(head, Place.META) == ["We cure knees", "lupus, knees"]
    assert texts(head, Place.OPEN_GRAPH) == ["Cells heal"]


def test_the_body_comes_first_in_the_reading_copy() -> None:
    assert page("<title>T</title><img alt=A><p>B").text == "B\nT\nA"


def test_linked_data_gives_its_texts_and_answers_stand_under_their_question() -> None:
    html = linked(
        {
            "@graph": [
                {
                    "@type": "MedicalBusiness",
                    "name": "Moss Clinic",
                    "url": "https://x.example",
                    "description": "<p>We cure.</p><p>Gently.</p>",
                },
                {"@type": "Question", "name": "Is it safe?", "acceptedAnswer": {"@type": "Answer", "text": "It is &amp; was <i>safe</i>."}},
                {"@type": "Review", "reviewBody": "Helped me \ud800 well"},
            ]
        }
    )
    assert texts(html, Place.JSON_LD) == ["Moss Clinic", "We cure.", "Gently.", "Is it safe?", "It is & was safe.", "Helped me \ufffd well"]
    found = page(html + "<p>Knees")
    assert next(block.heading for block in found.blocks if "was safe" in found.quote(block)) == ("Is it safe?",)


def test_broken_linked_data_is_left_out_with_a_note() -> None:
    found = page("<script type=application/ld+json>{'name': oops</script>" + linked({"name": "Moss Clinic"}) + "<p>Knees")
    assert "JSON-LD is broken" in " ".join(found.notes)
    assert found.text == "Knees\nMoss Clinic"
    assert texts(linked([[[]]]).replace("[[[]]]", "[" * 100_000), Place.JSON_LD) == []


def test_words_on_pictures_and_labels() -> None:
    html = (
        "<img alt='A healed  knee'><img alt='A healed knee'><p title='Knees'>a<a href=x aria-label='Cures lupus'>b</a>"
        "<svg><text>Before and after</text></svg>"
    )
    assert texts(html, Place.ALT) == ["A healed knee", "Before and after"]
    assert texts(html, Place.LABEL) == ["Cures lupus"]  # the other label is what the body says anyway


def test_data_that_scripts_build_the_page_from() -> None:
    state = {
        "props": {
            "slug": "our-knees-page",
            "css": "p { color: red }",
            "text": "Our cells cure lupus in ten days.",
            "seen": "Knees are what we treat.",
        }
    }
    told = ["Our cells cure lupus in ten days."]
    body = "<p>Knees are what we treat. Always.</p>"
    assert texts(f"<script id=__NEXT_DATA__ type=application/json>{json.dumps(state)}</script>{body}", Place.EMBEDDED) == told
    assert texts(f"<script>window.__STATE__ = {json.dumps(state)};</script>{body}", Place.EMBEDDED) == told
    pushed = json.dumps([1, f"4:{json.dumps(['$', 'p', None, state])}\n"])
    assert texts(f"<script>self.__next_f.push({pushed})</script>{body}", Place.EMBEDDED) == told
    assert texts("<script>window.run = {a: function() { return 'we cure all of it' }}</script>", Place.EMBEDDED) == []


def test_a_page_that_is_all_data_is_read_from_it() -> None:
    told = "Our cells cure lupus in ten days, and nobody here has ever had to come back to us for it. " * 3
    assert "cure lupus" in page(f"<div id=root></div><script type=application/json>{json.dumps([told])}</script>").text
