"""Who wrote it and where it is from, as Chinese pages say it in the lines above and below a text."""

from __future__ import annotations

import re
from typing import Final

from mtcrawler.extraction.signing_words import is_newsroom, is_nobody

_NAME: Final = r"[\u4e00-\u9fff]{2,4}(?:·[\u4e00-\u9fff]{1,6})?"
_PART: Final = r"[ \u3000\xa0、，,]{1,4}"
_NAMES: Final = rf"({_NAME}(?![\u4e00-\u9fff])(?:{_PART}{_NAME}(?![\u4e00-\u9fff:：])){{0,7}})"
_ROLES: Final = (
    "(?:本报|本网|本刊|本台|本社|新华社|中新社|实习|見習|见习|特约|特約|首席|驻[\u4e00-\u9fff]{2,4})?"
    "(?:记者|記者|通讯员|通訊員|实习生|實習生|特派员|特派員|评论员|評論員|撰稿人)"
)
_LABELLED: Final = re.compile(
    r"(?:作\s{0,4}者|撰文|撰稿|文字|采写|採寫|原创作者|署名|本文作者|(?<![\u4e00-\u9fff])文)[ \u3000\xa0]{0,3}[:：/／]"
    rf"[ \u3000\xa0]{{0,4}}(?:{_ROLES})?[ \u3000\xa0:：]{{0,3}}{_NAMES}"
)
_BRACKETED: Final = re.compile(
    rf"[（(〔【\[［][\u4e00-\u9fff]{{0,6}}?{_ROLES}[ \u3000\xa0:：]{{0,3}}"
    rf"({_NAME}(?:{_PART}(?:{_ROLES}[ \u3000\xa0:：]{{0,3}})?{_NAME}){{0,5}})(?![\u4e00-\u9fff])"
    r"[^（）()〔〕【】\[\]［］]{0,12}[）)〕】\]］]"
)
_OPENING: Final = re.compile(
    rf"\A[ \u3000\xa0（(【\[]{{0,4}}(?:[\u4e00-\u9fff]{{2,8}}[ \u3000\xa0])?{_ROLES}[ \u3000\xa0:：]{{0,4}}"
    rf"({_NAME}(?:{_PART}(?:{_ROLES}[ \u3000\xa0:：]{{0,3}})?{_NAME}){{0,5}})[ \u3000\xa0）)】\]]{{0,4}}"
    r"(?:文|摄|报道|報道|報導|/文|综合报道)?[ \u3000\xa0）)】\]]{0,3}\Z"
)
_HAN: Final = re.compile(r"[\u4e00-\u9fff]")
_OTHERS: Final = re.compile(r"[\u3041-\u30fa\uac00-\ud7af]")
_ROLE: Final = re.compile(_ROLES)
_OF_HEAD: Final = re.compile(
    r"(?:来\s{0,4}源|來源|稿源|信息来源|新闻来源|文章来源|作\s{0,4}者|时\s{0,4}间|時間|日期|编辑|編輯|责编|責編|录入|发布人|发布单位|"
    r"点击|點擊|浏览|瀏覽|阅读次数|访问量|评论|字号|字体|字體|人气|热度|原标题|原題|副标题)[^\w\n]{0,4}[:：\[【（(]"
)
_NOBODY: Final = frozenset(
    "新华社 中新社 新华网 人民网 责任编辑 电讯 点击 浏览 时间 日期 作者 摄影 摄影报道 报道".split()
)
_FAMILIES: Final = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦"
    "邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯"
    "纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏"
    "宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝張劉陳楊黃趙吳孫馬羅鄭謝許韓馮鄧蕭葉蘇呂鍾譚陸賈韋鄒熊閻龍陶"
    "賀顧龔萬錢嚴湯齊喬龐顏莊聶魯歐關蘭寧紀單華農車盧連麥婁黨費衛應閔鄔邊師榮叢鞏"
)
"""Family names of one sign, all common ones, and of two."""
_TWO_SIGNS: Final = frozenset(
    "欧阳 歐陽 司马 司馬 上官 诸葛 諸葛 皇甫 东方 東方 尉迟 公孙 公孫 慕容 令狐 司徒 夏侯 端木".split()
)
SHORT: Final = 160
"""Characters of a line that tells who wrote it, where it is from, or when it came out."""
HEAD: Final = 120
"""Characters at the two ends of a text in which its reporter may be named in brackets."""


def is_chinese(text: str) -> bool:
    """Whether a text has Chinese characters, and is neither Japanese nor Korean."""
    return not text.isascii() and _HAN.search(text) is not None and _OTHERS.search(text) is None


def ends_sentence(text: str) -> bool:
    """Whether a text ends as a sentence does, or with a note in brackets."""
    return text.rstrip("”』」’\"'")[-1:] in set("。！？…；：）)")


def says_who(line: str) -> bool:
    """Whether a line has the label of an author, or begins with a role as a reporter's does, whoever is named."""
    return len(line) <= SHORT and (_LABELLED.search(line) or _OPENING.match(line)) is not None


def names_in_line(line: str) -> list[str]:
    """The people whom a line beside a text says to have written it: after a label, or as reporters in a line alone."""
    if len(line) > SHORT:
        return []
    labelled = _LABELLED.search(line) or _OPENING.match(line)
    return _each(labelled[1]) if labelled else []


def reporters_in(text: str) -> list[str]:
    """The reporters whom a text names in brackets at its beginning or its end."""
    for end in (text[:HEAD], text[-HEAD:]):
        if found := _BRACKETED.search(end):
            return _each(found[1], surely=False)
    return []


def is_of_head(line: str) -> bool:
    """Whether a line does nothing but say where and when a text came out, and how often it was read."""
    if line.isascii() or len(line) > SHORT or line.rstrip().endswith(("。", "！", "？", "”")):
        return False
    return _OF_HEAD.search(line) is not None or _OPENING.match(line) is not None


def names_source(line: str) -> bool:
    """Whether a line says where a text is from."""
    return len(line) <= SHORT and re.search(r"(?:来\s{0,4}源|來源|稿源)[^\w\n]{0,3}[:：]", line) is not None


def _each(text: str, *, surely: bool = True) -> list[str]:
    """The names in a text; what stands first in it names somebody `surely`, or only if it looks like a name."""
    bare = _ROLE.sub(" ", text)
    names = [name.strip() for name in re.split(r"[ \u3000\xa0、，,/／:：]+", bare)]
    return list(
        dict.fromkeys(name for index, name in enumerate(names) if _may_be_name(name, first=surely and not index))
    )


def _may_be_name(name: str, *, first: bool) -> bool:
    """Whether a word may name somebody; after the first name another begins with a family name, and is as short."""
    if len(name) < 2 or name in _NOBODY or is_nobody(name) or is_newsroom(name):
        return False
    if first:
        return True
    return "·" in name or (name[0] in _FAMILIES and len(name) <= 3) or name[:2] in _TWO_SIGNS
