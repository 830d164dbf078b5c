"""Words that stand where a text is signed and are no person's: roles, agencies, papers and their desks, firms."""

from __future__ import annotations

import re
from typing import Final

ROLE: Final = (
    r"(?:editor|correspondent|reporter|columnist|journalist|writer|critic|contributor|photographer"
    r"|redakteur(?:in)?|korrespondent(?:in)?|journaliste|periodista|giornalista|redactor"
    r"|редактор|корреспондент|обозреватель|журналист)"
)
"""A pattern of the words for what somebody is who writes, in the singular; no name is one of them."""

OFFICE: Final = r"(?:director|analyst|producer)"
"""The same for those who may write, and of whom others write."""

AGENCIES: Final = frozenset(
    " ".join(name.split())
    for name in """
    afp | agence france presse | ap | associated press | the associated press | ansa | apa | belga | bloomberg |
    bne intellinews | bne | bbc | bbc news | bbc russian | cnn | current time | deutsche welle | dpa | dw | efe |
    interfax | irna | itar tass | kommersant | kyodo | lenta | mediazona | meduza | novaya gazeta |
    novaya gazeta europe | prime | rbc | reuters | rferl | rfe/rl | radio free europe | ria | ria novosti | ritzau |
    tass | the bell | the conversation | the insider | unian | ukrinform | upi | vedomosti | vot tak | vtimes |
    wire reports | xinhua | istories | agentstvo | novosti | афп | ап | рейтер | рейтерс | интерфакс | тасс |
    риа новости | риа | коммерсантъ | ведомости | медуза | медиазона | рбк | united press international |
    press association | canadian press | the canadian press | press trust of india | pti | ani | ians |
    afprelaxnews | deutsche presse agentur | agencies | wire services | knight ridder | knight ridder tribune |
    dow jones | time warner | scripps howard | mcclatchy tribune | gannett | mcclatchy | advance publications |
    anonymous | 新华社 | 新華社 | 中新社 | 中通社 | 新华网 | 新華網 | 人民网 | 人民網 | 中新网 |
    路透社 | 法新社 | 美联社 | 共同社 | 中央社
    """.split("|")
)
"""Agencies and chains of papers, in small letters, with blanks for hyphens."""

PAPERS: Final = frozenset(
    """
    agence agencia agentur agenzia broadcasting bulletin bureau bureaus bureaux büro chronicle courier department desk
    dispatch examiner express foundation gazeta gazette globe group guardian herald independent insider institute
    journal magazine media network newspaper newspapers newsroom observer office radio redakcja rédaction
    redaktionsnetzwerk telegram telegraph television times tv university zeitung
    """.split()
)
"""Words of the names of papers, bureaus, desks and houses, which are no family names."""

ALSO_FAMILIES: Final = frozenset("post service".split())
"""Such words that are names of families, too."""

FIRMS: Final = frozenset(
    """
    communications company corp corporation enterprises gmbh holdings inc incorporated llc ltd plc publications
    publishing
    """.split()
)
"""Words of the names of firms."""

_OF_NOBODY: Final = re.compile(
    r"小[编編]|[编編](?:辑|輯|者|集)|[采採][编編]|편집|本[站网網报報刊台社]|网络|網路|網絡|网友|網友|佚名|未知|不[详詳明]|匿名"
    r"|[管站]理[员員]|站[长長]|原[创創]|[转轉](?:载|載|自|帖)|摘自|[来來]源|整理|[综綜]合|[记記]者|责编|責編"
)
"""What Chinese and Korean pages write in the place of a name: whoever put it there, or where it was taken from."""

_CHINESE_PAPER: Final = re.compile(
    r"[网網]\Z|电视台|電視台|电台|電台|(?:[日晚早晨時时商周都快])[报報]\Z|[报報]讯|報訊|快讯|资讯|新闻|新聞|通讯社|通訊社"
)

_OF_ROOM: Final = re.compile(
    r"\b(?:staff|editors?|editorial (?:board|team)|reporters?|редакция|корреспондент)\b",
    re.IGNORECASE,
)
_WORD: Final = re.compile(r"[^\W\d_]+")


def is_nobody(name: str) -> bool:
    """Whether what stands in the place of a name says only that somebody put it there, or where it was taken from."""
    return not name.isascii() and _OF_NOBODY.search(name) is not None


def is_agency(name: str) -> bool:
    """Whether a name is that of agencies and nobody else, or says no more than that the staff wrote it."""
    lowered = " ".join(name.lower().split())
    if _OF_ROOM.search(lowered):
        return True
    parts = [part.strip(" .«»\"'").replace("-", " ") for part in re.split(r"[/,|]", lowered)]
    return all(not part or part in AGENCIES for part in parts) or lowered.replace("-", " ") in AGENCIES


def is_newsroom(name: str, *, surely: bool = False) -> bool:
    """Whether a name is that of a paper, a bureau or a firm, by its words; `surely` none that a person may have."""
    words = set(_WORD.findall(name.lower()))
    if any(word.endswith(("redaktion", "redaktionen")) for word in words) or _CHINESE_PAPER.search(name):
        return True
    return not words.isdisjoint(PAPERS | FIRMS if surely else PAPERS | FIRMS | ALSO_FAMILIES)
