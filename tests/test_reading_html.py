"""HTML becomes the blocks a reader sees, in order, each text in exactly one."""

from caveat.model import Block, Capture, Page, Place
from caveat.reading import read


def page(body: str) -> Page:
    found = read(Capture("https://clinic.example/knees", f"<html lang=en-GB>{body}".encode(), media_type="text/html"))
    assert isinstance(found, Page), found
    return found


def blocks(body: str, place: Place = Place.BODY) -> list[tuple[str, str]]:
    found = page(body)
    return [(block.kind.value, found.quote(block)) for block in found.blocks if block.place is place]


def block(body: str, text: str) -> Block:
    found = page(body)
    return next(block for block in found.blocks if found.quote(block) == text)


def test_each_kind_of_block() -> None:
    assert blocks(
        "<h1>Knees</h1><p>We <b>treat</b> knees.</p>Loose <i>words</i><ul><li>one<li><p>two</p></ul><dl><dt>PRP<dd>Plasma</dl>"
        "<table><caption>Fees</caption><tr><th>Visit<td>50</table><figure><img src=k><figcaption>A knee</figcaption></figure>"
        "<blockquote><p>It helped.</p></blockquote><button>Call</button>"
        "<input type=submit value=Send><a class='btn-primary' href=x>Book</a>"
        "<div role=heading aria-level=3>Hips</div><details open><summary>Why?</summary>Because.</details>"
    ) == [
        ("heading", "Knees"),
        ("paragraph", "We treat knees."),
        ("paragraph", "Loose words"),
        ("item", "one"),
        ("item", "two"),
        ("item", "PRP"),
        ("item", "Plasma"),
        ("caption", "Fees"),
        ("cell", "Visit"),
        ("cell", "50"),
        ("caption", "A knee"),
        ("quote", "It helped."),
        ("button", "Call"),
        ("button", "Send"),
        ("button", "Book"),
        ("heading", "Hips"),
        ("summary", "Why?"),
        ("paragraph", "Because."),
    ]


def test_white_space_and_entities_fold_and_footnotes_stay() -> None:
    assert blocks("<p>  New\n\t cartilage&nbsp;&amp; bone<sup>7</sup>\n grow &lt;fast&gt;. ") == [
        ("paragraph", "New cartilage & bone7 grow <fast>.")
    ]


def test_texts_side_by_side_are_not_glued() -> None:
    assert blocks("<div>skin<div>Read more</div>now</div>") == [("paragraph", "skin"), ("paragraph", "Read more"), ("paragraph", "now")]
    assert blocks("<p>softer skin<a href=x>Read more</a>") == [("paragraph", "softer skin Read more")]
    assert blocks("<div><a href=a>Home</a><a href=b>about</a></div>") == [("paragraph", "Home about")]
    assert blocks("<p><span>30 days</span><span>No surgery</span>") == [("paragraph", "30 days No surgery")]
    assert blocks("<p><span class=cap>A</span>rthritis and NAD<sup>+</sup>, osteo<wbr>arthritis") == [
        ("paragraph", "Arthritis and NAD+, osteoarthritis")
    ]


def test_line_breaks() -> None:
    assert blocks("<p>One line<br>and its end.<br><br>Another.<br/> <br/>Third.") == [
        ("paragraph", "One line and its end."),
        ("paragraph", "Another."),
        ("paragraph", "Third."),
    ]
    assert blocks("<h2>Knee<br><br>pain</h2>") == [("heading", "Knee pain")]
    listed = "<p>We treat:<br>• knees<br>• hips and<br>backs</p>"
    assert blocks(listed) == [("paragraph", "We treat:"), ("item", "knees"), ("item", "hips and backs")]
    assert block(listed, "knees").group == block(listed, "hips and backs").group >= 0
    assert blocks("<div>Knee pain<br>Hip pain<br>Lupus</div>") == [("item", "Knee pain"), ("item", "Hip pain"), ("item", "Lupus")]
    assert blocks("<pre>We treat\nknees.\n\nAnd hips.</pre>") == [("paragraph", "We treat knees."), ("paragraph", "And hips.")]


def test_a_layout_table_gives_its_blocks_and_a_table_of_data_its_cells() -> None:
    assert blocks("<table><tr><td>Menu<td><h2>Knees</h2><p>We treat.</p>Call.</table>") == [
        ("cell", "Menu"),
        ("heading", "Knees"),
        ("paragraph", "We treat."),
        ("paragraph", "Call."),
    ]
    assert blocks("<table><tr><td><p>5 weeks</p><td><div>$90</div></table>") == [("cell", "5 weeks"), ("cell", "$90")]


def test_groups() -> None:
    body = "<ul><li>a<ul><li>b<li>c</ul><li>d</ul><ul><li>e</ul><table><tr><td>f<td>g<tr><td>h</table><p>i"
    groups = {text: block(body, text).group for text in "abcdefghi"}
    assert groups["a"] == groups["d"]
    assert groups["b"] == groups["c"]
    assert groups["f"] == groups["g"] == groups["h"]
    assert len({groups["a"], groups["b"], groups["e"], groups["f"]}) == 4
    assert groups["i"] == -1


def test_headings_above() -> None:
    body = "<h1>Clinic</h1><nav><h4>Menu</h4></nav><h2>Knees</h2><p>a<h3>Cost</h3><p>b<ul><li><h5>Card</h5>c</ul><p>d<h2>Hips</h2><p>e"
    assert block(body, "a").heading == ("Clinic", "Knees")
    assert block(body, "Cost").heading == ("Clinic", "Knees")
    assert block(body, "b").heading == ("Clinic", "Knees", "Cost")
    assert block(body, "c").heading == ("Clinic", "Knees", "Cost", "Card")
    assert block(body, "d").heading == ("Clinic", "Knees", "Cost")
    assert block(body, "e").heading == ("Clinic", "Hips")
    assert block("<h1>" + "long " * 30 + "</h1><p>a", "a").heading == (("long " * 30)[:120],)
    assert block("<details open><summary>Is it safe?</summary><p>Yes.</details><p>a", "Yes.").heading == ("Is it safe?",)
    assert block("<h3>" + "A whole paragraph in large type. " * 9 + "</h3><p>a", "a").heading == ()


def test_what_is_hidden_has_its_place_and_splits_no_sentence() -> None:
    body = (
        "<p>We treat <span style='display: none'>and cure</span> knees.</p><div hidden>Secret</div><div aria-hidden=true>Icon</div>"
        "<p style='visibility:hidden'>Gone</p><p class=collapsed>By class</p><details><summary>More</summary><p>Folded</details>"
        "<div role=tabpanel hidden>Tab</div><p class=wow style='visibility:hidden;animation-name:fade'>Fades in</p>"
    )
    assert [text for _, text in blocks(body)] == ["We treat knees.", "By class", "More", "Fades in"]
    assert [text for _, text in blocks(body, Place.HIDDEN)] == ["and cure", "Secret", "Icon", "Gone"]
    assert [text for _, text in blocks(body, Place.DETAILS)] == ["Folded", "Tab"]


def test_details_in_details() -> None:
    body = (
        "<details><summary>a</summary>b<details open><summary>c</summary>d</details></details><details open><summary>e</summary>f</details>"
    )
    assert [text for _, text in blocks(body)] == ["a", "e", "f"]
    assert [text for _, text in blocks(body, Place.DETAILS)] == ["b", "c", "d"]


def test_what_no_reader_sees_is_left_out() -> None:
    unseen = (
        "<style>p{}</style><script>cure()</script><template>t</template><!-- c --><iframe>i</iframe><noscript>n</noscript><video>v</video>"
    )
    assert blocks(unseen + "<p>Knees") == [("paragraph", "Knees")]
    assert blocks("<noscript><p>Knees heal here.</p></noscript>") == [("paragraph", "Knees heal here.")]


def test_elements_say_where_a_block_stands() -> None:
    found = page(
        "<div id=Top class='Cookie-Bar  Dark' aria-label='Your Choice'><p>We use <a href=x>cookies here</a>.</p><form class=mc4wp>"
        "<label>Name</label><input name=name><input type=email placeholder=Mail><input type=hidden>"
        "<select><option>UK</select></form></div><p>Knees"
    )
    first = found.blocks[0]
    chain = []
    at = first.element
    while at >= 0:
        chain.append(found.elements[at])
        at = chain[-1].parent
    assert [element.tag for element in chain] == ["p", "div", "body", "html"]
    assert chain[1].names == "top cookie-bar dark your choice"
    assert (first.link_words, chain[0].words, chain[0].link_words) == (2, 4, 2)
    assert chain[1].words == 7
    assert (chain[1].email_field, chain[1].form_fields) == (True, 3)
    assert (chain[0].email_field, chain[0].form_fields) == (False, 0)


def test_title_language_and_address() -> None:
    found = page("<head><title> Knees\n&amp; hips </title><link rel=canonical href=https://clinic.example/k></head><p>x")
    assert (found.title, found.language, found.url) == ("Knees & hips", "en", "https://clinic.example/k")
    bare = page("<svg><title>Logo mark</title></svg><h1>Knees</h1>")
    assert (bare.title, bare.url) == ("Knees", "")
    capture = Capture("x.html", b"<link rel=canonical href=https://a.example><p>x", url="https://b.example/")
    kept = read(capture)
    assert isinstance(kept, Page)
    assert (kept.url, kept.language, kept.sha256) == ("https://b.example/", "", capture.sha256)


def test_nothing_that_harms_a_terminal_survives() -> None:
    found = page("<title>\x1b]0;owned\x07</title><p class='\x1b[31m'>kn\x1b[31mees &#27;[2J&#xd800;\x9b1m \u2028 end")
    assert found.text.splitlines() == ["kn[31mees [2J\ufffd1m end", "]0;owned"]
    assert not any("\x1b" in element.names for element in found.elements)


def test_a_page_that_shows_little_and_runs_scripts_says_so() -> None:
    assert "JavaScript" in " ".join(page("<script>a</script><script>b</script><p>Loading").notes)
    assert page("<p>Loading").notes == ()
