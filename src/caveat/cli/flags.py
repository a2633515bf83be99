"""The arguments and options of the commands: their names, their values and what the help says of them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from caveat.cli import options
from caveat.cli.verdict import FailOn
from caveat.model import Decision

FETCHING = "Fetching"

Targets = Annotated[
    list[str] | None,
    Argument(metavar="TARGET", help="Files, folders, web archives (WARC), addresses, or - for standard input.", show_default=False),
]
Target = Annotated[str, Argument(metavar="TARGET", help="A file, an address, or - for standard input.", show_default=False)]
Spot = Annotated[
    str | None,
    Argument(
        metavar="TARGET[:LINE[:COLUMN]]", help="A file, an address, or - for standard input; a place as in reports.", show_default=False
    ),
]
Line = Annotated[
    int | None, Option(min=1, metavar="N", help="The line, apart from the target, which is then taken as it is.", show_default=False)
]
Every = Annotated[bool, Option("--all", help="Explain every sentence of the page.")]
StdinLine = Annotated[str | None, Option("-:", metavar="LINE", help="As in -:12, that line of standard input.", show_default=False)]
FilesFrom = Annotated[
    list[str] | None,
    Option("--files-from", metavar="FILE", help="Read targets from a list, one a line; - for standard input.", show_default=False),
]
Column = Annotated[str, Option(metavar="NAME", help="The lists are CSV, and this column holds the targets.", show_default=False)]
IdColumn = Annotated[str, Option(metavar="NAME", help="The column of their ids, which stand in the report.", show_default=False)]
DryRun = Annotated[bool, Option("--dry-run", help="Say what would be fetched, and what robots.txt says to it; fetch no page.")]
Format = Annotated[
    options.Format | None,
    Option(
        help="How the report is written; jsonl comes page by page, parquet is for --cluster [default: terminal; with --cluster: jsonl].",
        show_default=False,
    ),
]
ReadFormat = Annotated[options.ReadFormat, Option(help="How it is written.")]
Output = Annotated[
    Path | None,
    Option("--output", "-o", metavar="FILE", help="Write the report to a file; of --cluster to a folder.", show_default=False),
]
Stance = Annotated[options.StanceChoice, Option(help="Who speaks: one who sells or one who informs; auto: each page tells.")]
Jurisdiction = Annotated[
    list[str] | None,
    Option(
        metavar="PLACE",
        help="Judge by the law of this place: a country (US, AU, CA for Canada, DE, GB, JP, MX), the EU, or a state (US-CA, US-FL …);"
        " DE includes EU. May be repeated.",
        show_default="US",
    ),
]
AsOf = Annotated[
    str,
    Option(
        metavar="DATE",
        help="Apply the law, and the list of approved products, as they stood on this day, as in 2024-05-01, or today"
        " [default: the day until which the rules know the law].",
        show_default=False,
    ),
]
Fail = Annotated[FailOn, Option(help="Lowest severity that makes the exit code 1.")]
Rules = Annotated[
    list[Path] | None,
    Option("--rules", metavar="DIR", help="Add the rules of a folder; may be repeated.", show_default=False),
]
Only = Annotated[list[str] | None, Option(metavar="ID", help="Judge by this rule alone; may be repeated.", show_default=False)]
Skip = Annotated[list[str] | None, Option(metavar="ID", help="Leave this rule out; may be repeated.", show_default=False)]
ShowHeldBack = Annotated[bool, Option("--show-held-back", help="Show what matched a rule and was let off, and why.")]
Ignore = Annotated[
    list[Path] | None,
    Option(
        "--ignore",
        metavar="FILE",
        help="Findings decided on, which do not count; may be repeated [default: ./caveat-ignore.toml, if there is one].",
        show_default=False,
    ),
]
NoIgnore = Annotated[bool, Option("--no-ignore", help="Count every finding, whatever was decided.")]
Today = Annotated[str, Option(metavar="DATE", help="The day by which decisions expire [default: today, UTC].", show_default=False)]
Version = Annotated[bool, Option("--version", help="Show the version and the digest of the shipped rules.")]
Color = Annotated[options.Color, Option(help="Colour on a terminal; auto heeds NO_COLOR.")]
Width = Annotated[int | None, Option(min=20, metavar="N", help="Columns of the terminal report [default: the terminal's, else 80].")]
MaxSize = Annotated[str, Option(metavar="SIZE", help="Largest page that is read.")]
Timeout = Annotated[float, Option(min=0.1, metavar="SECONDS", help="Longest wait for one answer of a site.", rich_help_panel=FETCHING)]
Contact = Annotated[
    str,
    Option(metavar="TEXT", help="A mail address or page of yours, told to the sites asked.", show_default=False, rich_help_panel=FETCHING),
]
Delay = Annotated[
    float,
    Option(min=0, metavar="SECONDS", help="Pause between two requests to one host, a quarter more or less.", rich_help_panel=FETCHING),
]
Parallel = Annotated[
    int, Option(min=1, max=500, metavar="N", help="Hosts asked at once, each one request at a time.", rich_help_panel=FETCHING)
]
Retries = Annotated[
    int,
    Option(min=0, max=10, metavar="N", help="Repetitions when a site is busy or a connection breaks.", rich_help_panel=FETCHING),
]
IgnoreRobots = Annotated[
    bool, Option("--ignore-robots", help="Read what robots.txt asks robots not to read; needs --reason.", rich_help_panel=FETCHING)
]
RobotsReason = Annotated[
    str, Option("--reason", metavar="TEXT", help="Why; stands in the report.", show_default=False, rich_help_panel=FETCHING)
]
AllowPrivate = Annotated[
    bool, Option("--allow-private", help="Read addresses of private networks and of this machine too.", rich_help_panel=FETCHING)
]
Insecure = Annotated[
    bool, Option("--insecure", help="Read sites whose certificate cannot be trusted; the report says so.", rich_help_panel=FETCHING)
]
Resolve = Annotated[
    list[str] | None,
    Option(
        metavar="HOST[:PORT]:ADDRESS[:PORT]",
        help="Connect to this address in place of the host's own; may be repeated.",
        show_default=False,
        rich_help_panel=FETCHING,
    ),
]
Keep = Annotated[
    Path | None,
    Option(
        "--keep",
        metavar="DIR",
        help="Keep fetched pages here, and use those that are young enough [default: none are kept].",
        show_default=False,
        rich_help_panel=FETCHING,
    ),
]
MaxAge = Annotated[
    str,
    Option(metavar="AGE", help="How old a page of --keep may be (90m, 12h, 7d); older ones are asked for again.", rich_help_panel=FETCHING),
]
_SITES = "Whole sites"
Crawl = Annotated[bool, Option("--crawl", help="Go on from each address to those of its site that it leads to.", rich_help_panel=_SITES)]
MaxPages = Annotated[
    int | None,
    Option(min=1, metavar="N", help="Addresses of one site that are asked for [default: 200].", show_default=False, rich_help_panel=_SITES),
]
Depth = Annotated[
    int | None,
    Option(min=0, metavar="N", help="Links from the start to the farthest page [default: 5].", show_default=False, rich_help_panel=_SITES),
]
Include = Annotated[
    list[str] | None,
    Option(
        metavar="PATTERN",
        help="Ask only for paths like this ('/therapies/*'); may be repeated.",
        show_default=False,
        rich_help_panel=_SITES,
    ),
]
Exclude = Annotated[
    list[str] | None,
    Option(metavar="PATTERN", help="Ask for no path like this ('/blog/*'); may be repeated.", show_default=False, rich_help_panel=_SITES),
]
NoSitemap = Annotated[bool, Option("--no-sitemap", help="Follow links alone, and read no sitemap.", rich_help_panel=_SITES)]
Render = Annotated[
    bool, Option("--render", help="Render pages in headless Chromium (1280 × 800 px) first, and measure type, colours, distances.")
]
Browser = Annotated[
    Path | None, Option("--browser", metavar="PATH", help="The Chromium of --render [default: the one on PATH].", show_default=False)
]
LookUp = Annotated[
    bool,
    Option("--look-up", help="Ask Crossref, PubMed and ClinicalTrials.gov about the studies that claims cite."),
]
Cache = Annotated[
    Path | None,
    Option("--cache", metavar="DIR", help="Where --look-up keeps answers [default: the platform's folder for caches].", show_default=False),
]
CacheDays = Annotated[float, Option(min=0, metavar="DAYS", help="How long a kept answer is good for.")]
LookUpAt = Annotated[
    list[str] | None,
    Option(metavar="NAME=URL", help="Ask a mirror in a service's place (crossref=https://…); may be repeated.", show_default=False),
]
_LONG = "Long runs"
Jobs = Annotated[
    int | None,
    Option(
        min=1,
        metavar="N",
        help="Processes that judge; 1: this one [default: one a processor, for more than a few pages].",
        show_default=False,
        rich_help_panel=_LONG,
    ),
]
Journal = Annotated[
    Path | None,
    Option(metavar="FILE", help="Keep the state of every target in a new file, to go on by.", show_default=False, rich_help_panel=_LONG),
]
Resume = Annotated[
    Path | None,
    Option(
        metavar="FILE",
        help="Go on with the run of a journal: its targets and options are taken from there.",
        show_default=False,
        rich_help_panel=_LONG,
    ),
]
Log = Annotated[options.Log, Option(help="Tell on stderr what happens, one JSON object a line.", rich_help_panel=_LONG)]
NoProgress = Annotated[bool, Option("--no-progress", help="Show no progress on a terminal.", rich_help_panel=_LONG)]

_CLUSTER = "Many machines"
Cluster = Annotated[
    str | None,
    Option(
        metavar="local|ADDRESS",
        help="Audit WARC files, a partition each, on the cluster of a Dask scheduler (tcp://…), or on processes of this machine.",
        show_default=False,
        rich_help_panel=_CLUSTER,
    ),
]
NoPrefilter = Annotated[
    bool,
    Option(
        "--no-prefilter",
        help="With --cluster, parse every page, those too whose bytes name no therapy.",
        rich_help_panel=_CLUSTER,
    ),
]

FindingIds = Annotated[list[str], Argument(metavar="ID…", help="Ids of findings, as the JSON report has them.", show_default=False)]
Decided = Annotated[Decision, Option(help="Is the finding mistaken, accepted for now, or reported?", show_default=False)]
Reason = Annotated[str, Option(metavar="TEXT", help="Why, for whoever reads the report.", show_default=False)]
Who = Annotated[str, Option(metavar="NAME", help="Who decides.", show_default=False)]
Expires = Annotated[str, Option(metavar="DATE", help="The last day on which it holds.", show_default=False)]
FromReport = Annotated[
    Path | None,
    Option("--from", metavar="REPORT", help="JSON report to note page, rule and quote from; stale entries need it.", show_default=False),
]
Decisions = Annotated[Path, Option("--file", metavar="FILE", help="The file to add to.")]
DecidedOn = Annotated[str, Option("--date", metavar="DATE", help="When it was decided [default: today, UTC].", show_default=False)]

Law = Annotated[bool, Option("--law", help="Show whose law each rule rests on, and from when until when it is in force.")]
Measured = Annotated[bool, Option("--measured", help="Show what each rule scored on the labelled text of the project.")]
RuleId = Annotated[str, Argument(metavar="ID", help="The rule's id.", show_default=False)]
ProductName = Annotated[str, Argument(metavar="NAME", help="One product, by its brand or proper name [default: all].", show_default=False)]
NewId = Annotated[str, Argument(metavar="ID", help="What the rule finds, in small letters and hyphens.", show_default=False)]
Pack = Annotated[Path | None, Argument(metavar="[DIR]", help="A folder of rules [default: the shipped rules].", show_default=False)]
Kind = Annotated[options.Draft, Option(help="What the rule is about.")]
Language = Annotated[
    options.Language | None,
    Option(help="Draft the words of a rule that is there, in this language.", show_default=False),
]
Folder = Annotated[Path, Option("--dir", metavar="DIR", help="Where the file goes.")]
SchemaName = Annotated[
    options.Schema,
    Argument(
        metavar="report|read|explain|plan|verify|replay",
        help="What audit, read, explain … or audit --dry-run writes as JSON.",
        show_default=False,
    ),
]

_EVIDENCE = "Evidence"
Evidence = Annotated[
    Path | None,
    Option(
        "--evidence",
        metavar="DIR",
        help="Keep what was sent, received and read, and the rules, in a new folder [default: nothing is kept].",
        rich_help_panel=_EVIDENCE,
        show_default=False,
    ),
]
Timestamp = Annotated[
    str,
    Option(
        "--timestamp",
        metavar="URL",
        help="Have the evidence stamped at the end by an authority (RFC 3161) [default: no stamp].",
        rich_help_panel=_EVIDENCE,
        show_default=False,
    ),
]
Kept = Annotated[Path, Argument(metavar="DIR", help="A folder that `caveat audit --evidence` made.", show_default=False)]
Head = Annotated[
    str,
    Option("--head", metavar="HASH", help="The hash that the run printed and you noted down elsewhere.", show_default=False),
]
TsaRoots = Annotated[
    Path | None,
    Option("--tsa-roots", metavar="FILE", help="Certificates (PEM) of authorities whose time stamps you trust.", show_default=False),
]
RulesOfToday = Annotated[bool, Option("--rules-of-today", help="Judge by this version's shipped rules in place of the stored ones.")]
