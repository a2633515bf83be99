"""The index of rules that stands in rules/README.md: written from the files, so that it cannot say anything else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from caveat.rulebook.rules import BoilerplateRule, CaveatRule, ClaimRule, CueRule, Lexicon, Rule, StanceRule, WallRule

BEGIN, END = "<!-- index: begin -->", "<!-- index: end -->"
_HEADINGS: tuple[tuple[type[Rule], str, str], ...] = (
    (ClaimRule, "Claims", "| rule | category | severity | since | what it finds |\n| --- | --- | --- | --- | --- |"),
    (CaveatRule, "Caveats", "| rule | mode | severity | law | since | what it finds |\n| --- | --- | --- | --- | --- | --- |"),
    (CueRule, "Cues", "| cue | says | reach | what it is |\n| --- | --- | --- | --- |"),
    (StanceRule, "Stance", "| cue | speaks for | weight | what it is |\n| --- | --- | --- | --- |"),
    (BoilerplateRule, "Boilerplate", "| rule | role | | what it labels |\n| --- | --- | --- | --- |"),
    (WallRule, "Walls", "| rule | failure | words at most | what it finds |\n| --- | --- | --- | --- |"),
)


def index(rules: Mapping[str, Rule], lexicons: Mapping[str, Lexicon], translated: Mapping[str, Sequence[str]]) -> str:
    """
    The tables of all rules and lexicons in Markdown, without the marks they stand between.

    `translated`: language → the ids that have words in it.
    """
    parts = []
    for kind, heading, head in _HEADINGS:
        rows = [_row(rule) for name, rule in sorted(rules.items()) if isinstance(rule, kind)]
        parts.append(f"### {heading} ({len(rows)})\n\n{head}\n" + "\n".join(rows))
    words = [f"| `<{name}>` | {len(lexicon.words)} | {lexicon.about} |" for name, lexicon in sorted(lexicons.items())]
    parts.append(f"### Lexicons ({len(words)})\n\n| in patterns | entries | what it holds |\n| --- | --- | --- |\n" + "\n".join(words))
    for language, names in translated.items():
        listed = ", ".join(f"`{name}`" for name in sorted(names))
        parts.append(f"### In the language `{language}` ({len(names)})\n\n{listed}")
    return "\n\n".join(parts) + "\n"


def _row(rule: Rule) -> str:
    cells: tuple[str, ...]
    match rule:
        case ClaimRule():
            cells = (rule.category, rule.severity, rule.in_force_from.isoformat(), rule.title)
        case CaveatRule():
            cells = (rule.mode, rule.severity, " ".join(rule.jurisdictions), rule.in_force_from.isoformat(), rule.title)
        case CueRule():
            cells = (rule.says, rule.reach, rule.about)
        case StanceRule():
            cells = (rule.stance, f"{rule.weight:g}", rule.about)
        case BoilerplateRule():
            cells = (rule.role, "", rule.title)
        case WallRule():
            cells = (rule.failure, str(rule.most), rule.title)
    return f"| `{rule.id}` | {' | '.join(cells)} |"
