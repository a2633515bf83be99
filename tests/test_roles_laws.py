"""Laws of labelling that hold for any page, however odd."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from caveat.model import Page, Role
from caveat.roles import label, stripped
from caveat.rulebook import scan
from labelled_pages import PROSE, book, labelled

NAMES = st.sampled_from(
    [
        "",
        "cky-consent",
        "newsletter",
        "footer",
        "menu",
        "gform_wrapper",
        "card-footer",
        "site-cookie-bar",
        "accordion",
        "row-3",
        "et_bloom",
        "x" * 60,
    ]
)
TAGS = st.sampled_from(
    ["div", "p", "nav", "footer", "article", "main", "form", "ul", "li", "h1", "h2", "aside", "details", "td", "blockquote"]
)
TEXTS = st.sampled_from(
    [
        PROSE,
        "We use cookies.",
        "Subscribe to our newsletter",
        "Home",
        "Results may vary.",
        "Book your free consultation",
        "Thank you!",
        "Email",
        "© 2026 Larkmere",
        "Doe, J. et al. (2019). Cells. J Odd 3, 14.",
        "\u202egnp.exe\u202c \u200b \x1b[31m",
        '<input type="email">',
        "ſtem ﬁbre İI",
    ]
)
TREES = st.recursive(
    TEXTS,
    lambda inner: st.builds(
        lambda tag, names, parts: f'<{tag} class="{names}">{" ".join(parts)}</{tag}>', TAGS, NAMES, st.lists(inner, min_size=1, max_size=4)
    ),
    max_leaves=25,
)


def bare(page: Page) -> Page:
    return replace(page, blocks=tuple(block._replace(role=Role.CONTENT, reason="", repeats=1) for block in page.blocks))


@settings(max_examples=120, deadline=None)
@given(TREES)
def test_labels_change_nothing_but_roles_and_are_the_same_twice(source: str) -> None:
    page = labelled(f"<p>{PROSE}</p>{source}")
    again = label(page, scan(book(), page), book())
    assert again == page
    assert label(bare(page), scan(book(), bare(page)), book()) == page
    assert bare(page).text == page.text


@settings(max_examples=120, deadline=None)
@given(TREES)
def test_every_role_has_a_reason_and_every_count_is_true(source: str) -> None:
    page = labelled(f"<p>{PROSE}</p>{source}")
    for block in page.blocks:
        assert bool(block.reason) == (block.role is not Role.CONTENT)
        assert "\n" not in block.reason
        assert block.repeats >= 1
    assert sum(each.blocks for each in stripped(page)) == sum(
        block.role in (Role.COOKIE, Role.NEWSLETTER, Role.LEAD_FORM, Role.NAVIGATION, Role.FOOTER) for block in page.blocks
    )


@settings(max_examples=80, deadline=None)
@given(st.lists(st.one_of(st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=60), TEXTS), max_size=12))
def test_any_text_can_be_labelled(lines: list[str]) -> None:
    page = labelled("\n".join([PROSE, *lines]), "page.txt")
    assert all(isinstance(block.role, Role) and block.repeats > 0 for block in page.blocks)
