"""Plain text keeps its own lines, and its lines make the blocks."""

from caveat.model import Capture, Failure, Kind, Page
from caveat.reading import read


def page(text: str) -> Page:
    found = read(Capture("knees.txt", text.encode()))
    assert isinstance(found, Page), found
    return found


def kinds(text: str) -> list[tuple[str, str]]:
    found = page(text)
    return [(block.kind.value, found.quote(block)) for block in found.blocks]


LONG = "Cells of your own may be taken from the hip and put into the knee on the same day."


def test_lines_are_blocks_and_places_are_the_files_own() -> None:
    found = page(f"\ufeff{LONG}\r\n\r\n  {LONG}\r{LONG}")
    assert [found.place_of(block.start) for block in found.blocks] == [(1, 1), (3, 3), (4, 1)]
    assert found.quote(found.blocks[1]) == LONG


def test_a_line_broken_for_width_goes_on() -> None:
    broken = "Cells of your own may be taken from the hip, and they\nare put into the knee."
    assert kinds(f"{broken}\n{LONG}") == [("paragraph", " ".join(broken.split("\n"))), ("paragraph", LONG)]
    assert len(page(f"{broken}\n{LONG}").blocks[0].sentences) == 1
    assert len(kinds("We treat knees\nand hips")) == 2  # a short line was not broken for width
    assert len(kinds(LONG + "\nand hips")) == 2


def test_a_text_broken_at_one_width_throughout() -> None:
    text = (
        "The cells are taken from the hip of the person who is to be treated by\n"
        "Dr. Moss. They are put into the knee on the same day, and there they may\n"
        "Help. Nobody knows for how long. A trial of this began in the spring, in\n"
        "Riverbend, and has not ended.\n\nAnother one began in the summer in a place that is called Far Riverbend,\nToo.\n"
    )
    assert [quote[:12] for _, quote in kinds(text)] == ["The cells ar", "Another one "]


def test_bullets_are_items_of_one_group() -> None:
    found = page("We treat:\n- knees\n• hips\n  and backs\n1. lupus\nCall us.\n* ankles")
    assert kinds(found.text)[1:4] == [("item", "knees"), ("item", "hips and backs"), ("item", "lupus")]
    groups = [block.group for block in found.blocks]
    assert groups[0] == groups[4] == -1
    assert groups[1] == groups[2] == groups[3] != groups[5]


def test_short_lines_above_longer_ones_are_headings() -> None:
    found = page(f"Riverbend Clinic\n\nCan Cells Heal a Knee?\n{LONG}\n\nOur fees:\n- one\n\nCall us now.\n{LONG}\n\nFees\n- ninety")
    told = {found.quote(block): block for block in found.blocks}
    assert told["Can Cells Heal a Knee?"].kind is told["Riverbend Clinic"].kind is told["Fees"].kind is Kind.HEADING
    assert told[LONG].heading == ("Riverbend Clinic", "Fees") or told[LONG].heading == ("Riverbend Clinic", "Can Cells Heal a Knee?")
    assert told["Our fees:"].kind is told["Call us now."].kind is Kind.PARAGRAPH
    assert told["ninety"].heading[-1] == "Fees"


def test_marked_headings_and_rules() -> None:
    assert kinds("# Knees\n## Fees\nNinety.\n------\nCall.") == [
        ("heading", "Knees"),
        ("heading", "Fees"),
        ("paragraph", "Ninety."),
        ("paragraph", "Call."),
    ]
    assert page("# Knees\n## Fees\nNinety.").blocks[2].heading == ("Knees", "Fees")


def test_tabs_make_cells() -> None:
    found = page("Visit\tFee\nFirst\t90\n")
    assert [block.kind for block in found.blocks] == [Kind.CELL] * 4
    assert len({block.group for block in found.blocks}) == 1
    assert [found.place_of(block.start) for block in found.blocks] == [(1, 1), (1, 7), (2, 1), (2, 7)]


def test_a_text_of_endless_lines_is_refused() -> None:
    failure = read(Capture("knees.txt", b"a\n" * 600_000))
    assert isinstance(failure, Failure)
    assert "500,000 lines" in failure.reason


def test_controls_become_spaces_in_place() -> None:
    assert page("kn\x1b[31mees\x00\u2028 end\x9b").text == "kn [31mees   end "
