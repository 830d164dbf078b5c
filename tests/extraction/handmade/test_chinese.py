"""Chinese pages: tables and line breaks for paragraphs, and lines around a text that are always said alike."""

from __future__ import annotations

from datetime import date

import pytest

from mtcrawler.api import read
from mtcrawler.extraction.metadata.chinese import is_of_head, names_in_line, reporters_in

URL = "http://www.haigang.example/shehui/48213.shtml"
HEADLINE = "古灯塔保留灯火 议会讨论近五小时"
STORY = (
    "海港市议会星期四经过近五个小时的讨论，决定让老灯塔的灯继续亮下去。",
    "自一九九八年起看守灯塔的何秀英告诉议员，仅十月份的几场风暴里，就有九条渔船靠着灯光找到了回港的路。",
    "财政官员原本希望在防波堤上换一座便宜的信标灯，这样每年可以省下四万元的灯油和修理费用。",
    "坐在后排的渔民看到信标灯的图纸都笑了，其中一位问，这东西上面有没有给海鸥坐的凳子。",
    "测量人员说，塔身很牢固，楼梯需要换新的铁件，如果本月动工，可以在结冰之前完成。",
    "相关费用将在明年春天再次审议，届时港务处会统计冬季经过海角的船只数量。",
)
LINKS = "".join(f"<li><a href='/n/{number}.htm'>秋粮收购价格公布第{number}批名单</a></li>" for number in range(30))
COMMENTS = "".join(
    f"<li>网友{number} 说得很有道理，希望有关部门早点拿出办法来，大家都在等一个答复。</li>" for number in range(5)
)


def page(
    body: str, head: str = "2011年03月07日 09:12　来源：海港日报", after: str = "", headline: str | None = None
) -> str:
    """A story in a table with a menu, a column of links and a footer."""
    shown = headline or f"<div align=center><font size=5><b>{HEADLINE}</b></font></div>"
    return (
        f"<html><head><title>{HEADLINE}_海港在线</title></head><body><p>首页 | 新闻 | 体育</p>"
        f"<table><tr><td>{shown}</td></tr><tr><td align=center>{head}</td></tr><tr><td id=zoom>{body}</td></tr>"
        f"<tr><td>{after}</td></tr></table><ul>{LINKS}</ul><p>版权所有 海港在线 备案号 05012345</p></body></html>"
    )


def paragraphs() -> str:
    """The story as paragraphs that begin with two blanks."""
    return "".join(f"<p>　　{text}</p>" for text in STORY)


@pytest.mark.parametrize(
    "body",
    [
        paragraphs(),
        "<br>".join(f"　　{text}" for text in STORY),
        "<br>&nbsp;&nbsp;&nbsp;&nbsp;".join(STORY),
        "<br><br>".join(STORY),
        "".join(f"<div>　　{text}</div>" for text in STORY),
        "".join(f"<p><font face='宋体'>　　{text}</font></p>" for text in STORY),
    ],
)
def test_however_paragraphs_are_made_they_are_paragraphs(body: str) -> None:
    """Blanks after a line break begin a paragraph, and those that indent it are none of its words."""
    found = read(page(body), URL)
    assert (found.headline, found.text) == (HEADLINE, "\n\n".join(STORY))
    assert (found.page, found.published_date) == ("article", date(2011, 3, 7))


@pytest.mark.parametrize(
    "closing",
    [
        "<br>　　[责任编辑：罗成]",
        "<p align=right>（编辑：罗成）</p>",
        "<p>　　原标题：灯塔的灯不灭</p>",
        "<p>　　本文来源：海港日报</p>",
        "<p>　　本报记者 李晓峰</p>",
        "<br>　　相关链接<br>　　·<a href='/1.htm'>渔船回港避风</a><br>　　·<a href='/2.htm'>港务处公布数据</a>",
        "<br>【<a>发表评论</a>】【<a>打印此文</a>】【<a>关闭窗口</a>】",
        "<p>　　更多精彩内容，请点击进入<a href='/zt'>专题频道</a></p>",
        "<p>　　扫描下方二维码，关注海港在线公众号，了解更多身边事。</p>",
        "<p>　　声明：凡注明“来源：海港在线”的作品，均为本网合法拥有版权的作品，转载请注明出处，违者必究。</p>",
        "<p>上一篇：<a href='/1.htm'>渔船回港避风</a><br>下一篇：没有了</p>",
    ],
)
def test_what_closes_a_text_is_none_of_it(closing: str) -> None:
    """The editor, the source, notices and ways on stand in the element of the text and are left out of it."""
    body = "<br>".join(f"　　{text}" for text in STORY) if closing.startswith("<br>") else paragraphs()
    assert read(page(body + closing), URL).text == "\n\n".join(STORY)


def test_what_stands_below_the_end_of_a_text_is_none_of_it() -> None:
    """Comments below a list of related stories are left out, though they are sentences as the story's are."""
    after = f"<div>相关新闻</div><ul>{LINKS[: LINKS.index('<li>', 200)]}</ul><ul>{COMMENTS}</ul>"
    assert read(page("<br>　　".join(STORY), after=after), URL).text == "\n\n".join(STORY)


def test_a_list_of_links_in_a_text_does_not_end_it() -> None:
    """Paragraphs of the same element below such a list are the story's."""
    links = "<div><p>【相关阅读】</p><p><a href='/1.htm'>渔船回港避风</a></p></div>"
    told = "".join(f"<p>　　{text}</p>{links if number == 3 else ''}" for number, text in enumerate(STORY))
    assert read(page(told), URL).text == "\n\n".join(STORY)


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("2009年11月23日 08:40　来源：海港晚报　作者：李晓峰", ["李晓峰"]),
        ("作者：李晓峰 陈雨 我要评论", ["李晓峰", "陈雨"]),
        ("作者： 欧阳小雨、陈雨　编辑：罗成", ["欧阳小雨", "陈雨"]),
        ("本报记者 李晓峰 通讯员 陈雨", ["李晓峰", "陈雨"]),
        ("文/本报记者 李晓峰", ["李晓峰"]),
        ("责任编辑：罗成", []),
        ("来源：海港日报　编辑：罗成", []),
        ("作者：佚名", []),
        ("作者：小编", []),
        ("文/王小编", []),
        ("作者：本站原创", []),
        ("作者：网络整理", []),
        ("作者：新浪网", []),
        ("作者：站长", []),
        ("作者：周迅", ["周迅"]),
        ("记者走访了三个渔村", []),
    ],
)
def test_a_chinese_line_names_who_wrote_it_and_no_editor_or_source(line: str, names: list[str]) -> None:
    """Labels tell authors from those who edited a text and where it is from."""
    assert names_in_line(line) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (f"海港社十一月七日电 (记者 李晓峰){STORY[0]}", ["李晓峰"]),
        (f"本报讯（记者 李晓峰 实习生 陈雨）{STORY[0]}", ["李晓峰", "陈雨"]),
        (f"〔記者李曉峰／海港報導〕{STORY[0]}", ["李曉峰"]),
        (f"{STORY[5]}（记者李晓峰）", ["李晓峰"]),
        (f"{STORY[5]}（完）", []),
        ("（记者在现场看到，渔船都回来了）", []),
    ],
)
def test_reporters_are_named_in_brackets_at_the_ends_of_a_text(text: str, names: list[str]) -> None:
    """They are authors, and their brackets stay in the paragraph."""
    assert reporters_in(text) == names
    told = f"<p>{text}</p>"
    found = read(page(paragraphs() + told if STORY[5] in text else told + paragraphs()), URL)
    assert ([one.name for one in found.authors], text in found.text) == (names, True)


def test_a_short_name_in_a_marked_byline_is_an_author() -> None:
    """A name of two signs is no scrap of a word."""
    found = read(page(f"{paragraphs()}<p class='author'>赵倩</p>"), URL)
    assert [one.name for one in found.authors] == ["赵倩"]


def test_the_line_of_source_and_date_in_a_marked_byline_names_nobody() -> None:
    """Where an element called after the author says source, date and more, only the name after its label is one."""
    head = "<span class='author'>来源：海港日报 时间：2011-03-07 点击：32</span>"
    assert read(page(paragraphs(), head), URL).authors == []


@pytest.mark.parametrize(
    ("line", "is_head"),
    [
        ("发布时间：2012-11-16 来源：市政府办公室 浏览次数：1032 次", True),
        ("【字号：大 中 小】【打印】", True),
        ("他说：“来源：不明。”", False),
        (STORY[0], False),
        ("Source: Star", False),
    ],
)
def test_a_line_of_the_head_says_nothing_else(line: str, is_head: bool) -> None:
    """A sentence that has such a label in it is a sentence."""
    assert is_of_head(line) is is_head


@pytest.mark.parametrize("name", ["本站原创", "小编", "小編", "佚名", "网络", "本站编辑部", "转载自网络", "编辑部"])
def test_nobody_is_named_in_a_byline_that_names_nobody(name: str) -> None:
    """Whoever put a text there, or where it was taken from, is no author: marked, labelled or declared."""
    marked = f"<p class='author'>{name}</p>"
    for html in (page(paragraphs() + marked), page(paragraphs(), f"<p>作者：{name}</p>")):
        assert read(html, URL).authors == []
    declared = f"<meta name='author' content='{name}'>"
    assert read(page(paragraphs()).replace("<body>", f"{declared}<body>", 1), URL).authors == []


def test_a_label_that_names_nobody_closes_a_text_all_the_same() -> None:
    """The line stays out of the text, whoever it names."""
    assert read(page(f"{paragraphs()}<p>作者：小编</p>"), URL).text == "\n\n".join(STORY)
