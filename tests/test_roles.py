"""Roles as a reader of `caveat read` sees them: what is taken out, what stays, and why."""

from __future__ import annotations

import pytest

from caveat.model import Role
from caveat.roles import stripped
from labelled_pages import PROSE, html, labelled, role_of

NOTICE = "<p>We use cookies to see which pages are read.</p><button>Accept</button><button>Settings</button>"
COOKIES = {
    "CookieYes": '<div class="cky-consent-container cky-box-bottom-left"><div class="cky-notice">{}</div></div>',
    "Cookie Law Info": '<div id="cookie-law-info-bar"><span>{}</span></div>',
    "Complianz": '<div id="cmplz-cookiebanner-container"><div class="cmplz-cookiebanner">{}</div></div>',
    "OneTrust": '<div id="onetrust-consent-sdk"><div id="onetrust-banner-sdk" role="region">{}</div></div>',
    "Cookiebot": '<div id="CybotCookiebotDialog" role="dialog">{}</div>',
    "Moove": '<aside id="moove_gdpr_cookie_info_bar" class="moove-gdpr-dark-scheme">{}</aside>',
    "Osano": '<div role="dialog" class="cc-window cc-floating">{}</div>',
    "Borlabs": '<div id="BorlabsCookieBox" class="BorlabsCookie">{}</div>',
    "iubenda": '<div id="iubenda-cs-banner">{}</div>',
    "Quantcast": '<div class="qc-cmp2-container">{}</div>',
    "Usercentrics": '<div id="usercentrics-root">{}</div>',
    "Klaro": '<div class="klaro">{}</div>',
    "Termly": '<div class="termly-styles-module-root">{}</div>',
    "Hu-manity": '<div id="cookie-notice" role="dialog" class="cn-position-bottom">{}</div>',
    "of its own": '<div class="site-cookie-banner__inner">{}</div>',
    "no name at all": "<div><div>{}</div></div>",
}


@pytest.mark.parametrize("maker", COOKIES)
def test_a_cookie_notice_is_taken_out(maker: str) -> None:
    page = html(COOKIES[maker].format(NOTICE))
    assert role_of(page, "We use cookies") is Role.COOKIE
    assert role_of(page, "Accept") is Role.COOKIE
    assert role_of(page, "Settings") is Role.COOKIE
    assert role_of(page, "Osteoarthritis wears down") is Role.CONTENT


@pytest.mark.parametrize("maker", [maker for maker in COOKIES if maker not in ("of its own", "no name at all")])
def test_a_dialogue_known_by_name_needs_no_known_words(maker: str) -> None:
    page = html(COOKIES[maker].format("<p>Votre vie privée compte pour nous.</p>"))
    assert role_of(page, "Votre vie privée") is Role.COOKIE


SIGN_UP = "<h3>Bone and joint letter</h3><p>Subscribe to our newsletter.</p>"
FIELD = '<form><input type="email" placeholder="Email"><button>Subscribe</button></form><p>You can leave at any time.</p>'
NEWSLETTERS = {
    "Bloom": '<div class="et_bloom_form_container et_bloom_popup">{}</div>',
    "MC4WP": '<div class="widget widget_mc4wp_form_widget">{}</div>',
    "Mailchimp": '<div id="mc_embed_signup">{}</div>',
    "Klaviyo": '<div class="klaviyo-form-XyZ12">{}</div>',
    "ConvertKit": '<div class="formkit-form" data-sv-form="1">{}</div>',
    "MailPoet": '<div class="mailpoet_form mailpoet_form_below_posts">{}</div>',
    "OptinMonster": '<div id="om-holder-abc">{}</div>',
    "Hustle": '<div class="hustle-ui hustle-popup">{}</div>',
    "Squarespace": '<div class="sqs-block newsletter-block sqs-block-newsletter">{}</div>',
    "Jetpack": '<div class="jetpack_subscription_widget">{}</div>',
    "of its own": '<section class="c-newsletter_signup_box">{}</section>',
    "no name at all": "<section><div>{}</div></section>",
}


@pytest.mark.parametrize("maker", NEWSLETTERS)
def test_a_newsletter_form_is_taken_out_with_its_heading_and_small_print(maker: str) -> None:
    page = html(NEWSLETTERS[maker].format(SIGN_UP + FIELD))
    for words in ("Bone and joint letter", "Subscribe to our newsletter", "Email", "You can leave at any time"):
        assert role_of(page, words) is Role.NEWSLETTER
    assert role_of(page, "Osteoarthritis wears down") is Role.CONTENT


def test_a_newsletter_form_within_an_article_is_one_still() -> None:
    page = labelled(
        f"<main><article><h1>Knees</h1><p>{PROSE}</p><div class='inline-box'>{SIGN_UP}{FIELD}</div><p>{PROSE} </p></article></main>"
    )
    assert role_of(page, "Subscribe to our newsletter") is Role.NEWSLETTER
    assert role_of(page, "Osteoarthritis wears down") is Role.CONTENT


def test_a_newsletter_that_makes_a_claim_is_a_newsletter_by_role() -> None:
    page = html("<div><p>Subscribe to learn how stem cells reverse arthritis.</p></div>")
    assert role_of(page, "reverse arthritis") is Role.NEWSLETTER


FIELDS = (
    "<label>First name</label><input name=first><label>Phone</label><input type=tel name=tel>"
    "<label>Which joint hurts?</label><input name=joint><textarea name=more></textarea><button>Call me</button>"
)
LEADS = {
    "Gravity": '<div class="gform_wrapper" id="gform_wrapper_3"><form>{}</form></div>',
    "Contact Form 7": '<div class="wpcf7"><form class="wpcf7-form">{}</form></div>',
    "HubSpot": '<form class="hs-form stacked">{}</form>',
    "Divi": '<div class="et_pb_module et_pb_contact_form_container">{}</div>',
    "Elementor": '<form class="elementor-form">{}</form>',
    "WPForms": '<div class="wpforms-container">{}</div>',
    "Ninja": '<div class="nf-form-cont">{}</div>',
    "of its own": '<div class="home-contact-form-wrap">{}</div>',
    "no name at all": "<form>{}</form>",
}


@pytest.mark.parametrize("maker", LEADS)
def test_a_lead_form_is_taken_out_with_the_labels_of_its_fields(maker: str) -> None:
    page = html(LEADS[maker].format(f"<h3>Request a call back</h3>{FIELDS}<p>Thank you for your interest!</p>"))
    for words in ("Request a call back", "First name", "Which joint hurts?", "Call me", "Thank you for your interest"):
        assert role_of(page, words) is Role.LEAD_FORM
    assert role_of(page, "Osteoarthritis wears down") is Role.CONTENT


@pytest.mark.parametrize(
    "wrapper",
    [
        '<form class="newsletter">{}</form>',
        '<div class="cookie-consent">{}</div>',
        '<div class="footer">{}</div>',
        '<div id="gform_wrapper_1">{}</div>',
        '<div class="menu">{}</div>',
        "<nav>{}</nav>",
        '<form method="post">{}<input type="email"></form>',
    ],
)
def test_a_wrapper_around_the_page_is_never_boilerplate(wrapper: str) -> None:
    page = labelled("<body>" + wrapper.format(f"<h1>Knees</h1><p>{PROSE}</p><p>Ask your insurer what it pays for.</p>") + "</body>")
    assert role_of(page, "Osteoarthritis wears down") is Role.CONTENT
    assert role_of(page, "Ask your insurer") is Role.CONTENT


@pytest.mark.parametrize(
    "names", ["cookies-not-set newsletter-page", "cmplz-banner-status-show", "page-footer-fixed menu-open has-cookie-banner"]
)
def test_the_names_of_the_body_say_nothing(names: str) -> None:
    assert role_of(html("", body=f'class="{names}"'), "Ask your insurer") is Role.CONTENT


@pytest.mark.parametrize(
    "names",
    [
        "elementor-widget elementor-widget-text-editor",
        "hero-banner",
        "progress-bar",
        "informed-consent",
        "consent-section",
        "latest-news",
        "announcement-bar",
        "share-your-story",
        "recommended-treatments",
        "related-conditions",
        "social-proof",
        "treatment-menu",
    ],
)
def test_words_within_a_name_are_no_reason(names: str) -> None:
    page = html(f'<div class="{names}"><p>Exosome injections restored full movement in both of her shoulders within a month.</p></div>')
    assert role_of(page, "restored full movement") is Role.CONTENT


@pytest.mark.parametrize(
    "element", ["article", 'div role="tabpanel"', "details open", 'div class="accordion-item"', 'div class="et_pb_toggle accordion"']
)
def test_panels_and_articles_are_content_in_a_menu_too(element: str) -> None:
    tag = element.split()[0]
    claim = "Our cells rebuild the meniscus, the labrum and the rotator cuff without an operation, and the swelling is gone the next day."
    page = html(f'<div class="menu"><a href="#">Home</a> <a href="#">Prices</a><{element}><p>{claim}</p></{tag}></div>')
    assert role_of(page, "rebuild the meniscus") is Role.CONTENT


@pytest.mark.parametrize(
    "text",
    [
        "Before the injection you sign an informed consent form. You may withdraw your consent at any time, and nobody will ask why.",
        "Grandmother's oatmeal cookies take twelve minutes. These cookies keep for a week in a tin, and children love them.",
        "In last spring's newsletter we told the story of a runner whose knee did not get better.",
        "A site sets a cookie, and the browser sends it back with each request. Cookies from other domains are not readable.",
    ],
)
def test_consent_cookies_and_newsletters_as_a_matter_of_the_text_stay(text: str) -> None:
    assert role_of(html(f"<div><p>{text}</p></div>"), text[:30]) is Role.CONTENT


def test_a_policy_on_cookies_keeps_its_text_and_loses_its_banner() -> None:
    policy = "".join(
        f"<p>{text}</p>"
        for text in (
            "This privacy policy explains what becomes of the data that you leave with us when you visit, call or write.",
            "Our website uses cookies and similar technologies to remember your choices and to count visits to each page of it.",
            "You can block cookies in your browser, but parts of the site may then fail to work as they were meant to.",
            "We send our newsletter to those who signed up for it, and you can unsubscribe at any time with one click.",
            "You may ask us what we hold about you, have it put right, or have it removed from our files for good.",
        )
    )
    page = labelled(
        f'<h1>Privacy policy</h1><div class="text">{policy}</div><div><div><p>This website uses cookies.</p><button>OK</button></div></div>'
    )
    for words in ("Our website uses cookies", "You can block cookies", "We send our newsletter", "have it put right"):
        assert role_of(page, words) is Role.CONTENT
    assert role_of(page, "This website uses cookies") is Role.COOKIE


DISCLAIMERS = (
    "These statements have not been evaluated by the Food and Drug Administration.",
    "Individual results may vary.",
    "THIS NOTICE MUST BE PROVIDED TO YOU UNDER FLORIDA LAW.",
    "The information on this website is not medical advice.",
    "Possible complications include infection and bleeding.",
    "We may earn a commission when you buy through links on this page.",
    "Please consult your physician before you begin any treatment.",
    "Opinions in this column are the author's own and do not reflect those of the clinic.",
)


@pytest.mark.parametrize("sentence", DISCLAIMERS)
@pytest.mark.parametrize(
    "wrapper",
    [
        "<footer>{}</footer>",
        '<div class="footer-bottom">{}</div>',
        '<div class="newsletter-box">{}</div>',
        "<nav>{}</nav>",
        "<div>{}</div>",
    ],
)
def test_a_disclaimer_is_kept_wherever_it_stands(sentence: str, wrapper: str) -> None:
    page = html(wrapper.format(f"<p>© 2026 Larkmere Wellness</p><p>{sentence}</p><p>Sign up for our newsletter</p>"))
    assert role_of(page, sentence) is Role.DISCLAIMER


def test_a_disclaimer_in_one_block_with_a_copyright_line_is_kept() -> None:
    page = html("<footer><p>© 2026 Larkmere Wellness. All rights reserved. Results may vary.</p><p>12 Mill Row</p></footer>")
    assert role_of(page, "Results may vary") is Role.DISCLAIMER
    assert role_of(page, "12 Mill Row") is Role.FOOTER


def test_what_stands_under_the_heading_disclaimer_is_one() -> None:
    page = html(
        "<footer><section><h4>Disclaimer</h4><p>Larkmere runs no trials and keeps no registry.</p></section><p>12 Mill Row</p></footer>"
    )
    assert role_of(page, "runs no trials") is Role.DISCLAIMER
    assert role_of(page, "12 Mill Row") is Role.FOOTER


def test_a_cookie_dialogue_holds_no_disclaimer() -> None:
    page = html('<div class="cky-modal"><p>Cookies are not intended to diagnose any disease. Results may vary.</p></div>')
    assert role_of(page, "Results may vary") is Role.COOKIE


def test_running_text_that_mentions_a_limit_stays_content() -> None:
    text = "Our cells rebuilt her cartilage in a month. She now skis again, plays tennis and sleeps through. Results may vary."
    assert role_of(html(f"<p>{text}</p>"), "skis again") is Role.CONTENT


REFERENCES = (
    "Reference: Marlow, T., Iwu, C., et al. (2018). Cord cells in old mice. Sci Rep 8, 1120.",
    "3. Haverkamp J, Osei L. Exosomes and the meniscus: a review. J Invented Orthop. 2019;12(4):331-340.",
    "Tanaka, R. et al. Umbilical cells in horses. Cell Lett 7, 16214 (2017).",
    "doi:10.0000/larkmere.2020.118",
)


@pytest.mark.parametrize("citation", REFERENCES)
def test_a_citation_is_a_reference(citation: str) -> None:
    assert role_of(html(f"<p>{citation}</p>"), citation[:25]) is Role.REFERENCE


@pytest.mark.parametrize(
    "prose",
    [
        "In 2019 Haverkamp showed in twelve horses that exosomes close a tear, and our clinic has used them since.",
        "Researchers wrote in J Invented Orthop 2019;12(4):331-340 that exosomes close a tear, so we offer them to all with a sore knee.",
    ],
)
def test_prose_that_cites_is_content(prose: str) -> None:
    assert role_of(html(f"<p>{prose}</p>"), "exosomes close a tear") is Role.CONTENT


def test_what_stands_under_the_heading_references_and_is_dated_or_linked_is_one() -> None:
    items = '<li>Larch Hollow Gazette, “Cells for sale”, 2019</li><li><a href="/x">State board: a warning</a></li><li>Ask us for more.</li>'
    page = html(f"<section><h2>References</h2><ol>{items}</ol></section>")
    assert role_of(page, "Cells for sale") is Role.REFERENCE
    assert role_of(page, "State board") is Role.REFERENCE
    assert role_of(page, "Ask us for more") is Role.CONTENT


def test_a_reference_keeps_the_address_of_its_study() -> None:
    page = html(f'<p><a href="https://doi.org/10.0000/larkmere.2020">{REFERENCES[0]}</a></p>')
    [found] = [block for block in page.blocks if block.role is Role.REFERENCE]
    assert found.cites == ("https://doi.org/10.0000/larkmere.2020",)


def test_a_form_ten_boxes_deep_takes_its_heading_along() -> None:
    form = "<div>" * 10 + f"<form>{FIELDS}</form>" + "</div>" * 10
    page = html(f"<section><div><div><h3>Seven ways out of pain</h3></div><div>{form}</div></div></section>")
    assert role_of(page, "Seven ways out of pain") is Role.LEAD_FORM
    assert role_of(page, "Osteoarthritis wears down") is Role.CONTENT


def test_a_consent_dialogue_goes_though_it_is_the_longest_text_of_the_page() -> None:
    terms = "".join(
        f"<p>Cookies of kind {n} count visits to each page, and the makers of the shop see that count every week.</p>" for n in range(9)
    )
    page = labelled(f"<body><h2>Hair</h2><p>Exosomes bring lost hair back in eight weeks.</p><div class='cky-modal'>{terms}</div></body>")
    assert role_of(page, "Cookies of kind 3") is Role.COOKIE
    assert role_of(page, "bring lost hair back") is Role.CONTENT


def test_links_between_bars_are_a_menu_and_a_link_called_disclaimer_is_a_link() -> None:
    page = html(
        "<footer><a href='/d'>Disclaimer</a></footer>", before="<p><a href=1>Home</a> | <a href=2>Prices</a> | <a href=3>Visit us</a></p>"
    )
    assert role_of(page, "Home | Prices") is Role.NAVIGATION
    assert role_of(page, "Disclaimer") is Role.FOOTER


@pytest.mark.parametrize("link", ["home", "Menu", "Related articles"])
def test_a_bare_link_beside_paragraphs_takes_none_of_them_along(link: str) -> None:
    page = labelled(f"<h1>Exosomes</h1><p>Our exosomes regrow cartilage in arthritic knees.</p><a href=/>{link}</a>")
    assert [block.role for block in page.blocks[:2]] == [Role.CONTENT, Role.CONTENT]
    assert role_of(page, link) is Role.NAVIGATION


def test_menus_lists_of_other_pages_and_comment_forms_are_navigation() -> None:
    teasers = "".join(f'<div class="card"><h3><a href="/{n}">How patient number {n} got back on her feet</a></h3></div>' for n in range(5))
    comment = (
        "<form><label>Your email address will not be published.</label><textarea></textarea>"
        '<input name="author"><button>Post comment</button></form>'
    )
    page = html(
        f"<div><h2>Related articles</h2>{teasers}</div>{comment}", before='<a href="#c">Skip to content</a><nav><a href="/">Home</a></nav>'
    )
    for words in ("Skip to content", "Home", "How patient number 3", "Post comment", "will not be published"):
        assert role_of(page, words) is Role.NAVIGATION


def test_a_list_of_conditions_in_the_text_is_no_menu() -> None:
    links = "".join(
        f'<li><a href="/{name}">{name}</a></li>' for name in ("Lupus", "Gout", "Psoriasis", "Sciatica", "Autism", "Stroke", "ALS", "MS")
    )
    page = labelled(f"<main><h1>What we treat</h1><p>{PROSE}</p><ul>{links}</ul></main>")
    assert role_of(page, "Psoriasis") is Role.CONTENT


def test_a_footer_goes_but_the_end_of_a_quotation_stays() -> None:
    page = html("<blockquote><p>I ski again.</p><footer>Ruth, 71</footer></blockquote><footer><p>12 Mill Row, Larch Hollow</p></footer>")
    assert role_of(page, "Ruth, 71") is Role.CONTENT
    assert role_of(page, "12 Mill Row") is Role.FOOTER


def test_every_block_taken_out_says_why() -> None:
    page = html(COOKIES["CookieYes"].format(NOTICE) + SIGN_UP + FIELD + "<footer>12 Mill Row</footer>")
    reasons = {block.role: block.reason for block in page.blocks}
    assert reasons[Role.COOKIE] == "cookie: class cky-consent-container"
    assert reasons[Role.FOOTER] == "footer: <footer>"
    assert all(block.reason.startswith(block.role.replace("-", " ")) for block in page.blocks if block.role is not Role.CONTENT)
    assert not any(block.reason for block in page.blocks if block.role is Role.CONTENT)


def test_what_was_stripped_is_summed_up() -> None:
    page = html(COOKIES["CookieYes"].format(NOTICE) + "<footer><p>12 Mill Row</p><p>Results may vary.</p></footer>")
    found = {each.role: each for each in stripped(page)}
    assert found.keys() == {Role.COOKIE, Role.FOOTER}
    assert (found[Role.COOKIE].blocks, found[Role.COOKIE].repeats) == (3, 1)
    assert found[Role.COOKIE].sample == "We use cookies to see which pages are read."
