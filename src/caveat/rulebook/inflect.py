"""Gives the English endings of a word marked `~` in a rule file: -s, -es, -ed, -ing, and the irregular forms of common verbs."""

from __future__ import annotations

import re

_IRREGULAR_ROWS = """
be is are was were been being am | have has had having | do does did done doing | go goes went gone going
get gets got gotten getting | come comes came coming | become becomes became becoming | overcome overcomes overcame overcoming
give gives gave given giving | take takes took taken taking | make makes made making | bring brings brought bringing
find finds found finding | feel feels felt feeling | leave leaves left leaving | keep keeps kept keeping | win wins won winning
beat beats beaten beating | put puts putting | let lets letting | see sees saw seen seeing | rise rises rose risen rising
fall falls fell fallen falling | shrink shrinks shrank shrunk shrinking | fight fights fought fighting | hold holds held holding
lose loses lost losing | wake wakes woke woken waking | tell tells told telling | say says said saying
show shows showed shown showing | wear wears wore worn wearing | build builds built building | rebuild rebuilds rebuilt rebuilding
grow grows grew grown growing | regrow regrows regrew regrown regrowing | undo undoes undid undone undoing | lay lays laid laying
sleep sleeps slept sleeping | stand stands stood standing | run runs ran running | swear swears swore sworn swearing
begin begins began begun beginning | choose chooses chose chosen choosing | drive drives drove driven driving
rewind rewinds rewound rewinding | send sends sent sending | hear hears heard hearing | know knows knew known knowing
mean means meant meaning | throw throws threw thrown throwing | sell sells sold selling | buy buys bought buying
think thinks thought thinking | teach teaches taught teaching | cut cuts cutting | shut shuts shutting | spread spreads spreading
hurt hurts hurting | break breaks broke broken breaking | freeze freezes froze frozen freezing
speak speaks spoke spoken speaking | write writes wrote written writing | draw draws drew drawn drawing
drink drinks drank drunk drinking | sit sits sat sitting | stick sticks stuck sticking | strike strikes struck striking
lead leads led leading | feed feeds fed feeding | meet meets met meeting | pay pays paid paying | spend spends spent spending
lend lends lent lending | weave weaves wove woven weaving | spring springs sprang sprung springing | seek seeks sought seeking
set sets setting | reset resets resetting | quit quits quitting | hit hits hitting | split splits splitting
forget forgets forgot forgotten forgetting | eat eats ate eaten eating | read reads reading | ride rides rode ridden riding
bid bids bidding | fit fits fitted fitting | slow slows slowed slowing | man men | woman women | child children | foot feet
tooth teeth | life lives | person people | knife knives | half halves | body bodies | stem stems stemmed stemming
stop stops stopped stopping | control controls controlled controlling | free frees freed freeing
program programs programme programmes | benefit benefits benefited benefiting benefitted benefitting | heal heals healed healing
"""
_IRREGULAR = {row.split()[0]: tuple(row.split()) for line in _IRREGULAR_ROWS.strip().splitlines() for row in line.split("|")}
_DOUBLES = re.compile(r"^[^aeiou]*[aeiou][bdgklmnprtv]$|(?:fer|mit|pel|bat|trol|cur|bid|gin)$")


def forms(word: str) -> tuple[str, ...]:
    """All endings of a base form, the base first: relieve → relieve, relieves, relieved, relieving."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word.endswith("e") and not word.endswith(("ee", "oe", "ye")):
        return (word, word + "s", word + "d", word[:-1] + "ing")
    if len(word) > 2 and word.endswith("y") and word[-2] not in "aeiou":
        return (word, word[:-1] + "ies", word[:-1] + "ied", word + "ing")
    plural = word + ("es" if word.endswith(("s", "x", "z", "ch", "sh")) else "s")
    if word.endswith(("ee", "oe", "ye")):
        return (word, plural, word + "d", word + "ing")
    stem = word + word[-1] if _DOUBLES.search(word) else word
    return (word, plural, stem + "ed", stem + "ing")
