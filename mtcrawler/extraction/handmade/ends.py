"""Lines at the two ends of a text that are none of it, told by what they say: signatures, closings, notices."""

from __future__ import annotations

import re
from typing import Final

from mtcrawler.extraction.handmade import signed_lines
from mtcrawler.extraction.metadata import chinese
from mtcrawler.model.article import Block, Paragraph

LONGEST: Final = 400
"""Characters of a line that closes a text; notices of whose it is are long."""
BRIEF: Final = 80
"""Characters of one that only leads on."""
_CLOSING: Final = re.compile(
    r"""[\s\u3000【（(\[［〔*※■◎●·•>＞-]{0,6}(?:
    (?:责任|見習|见习|实习|值班|本文|网络|文字|助理|主任)?(?:编\s{0,4}辑|編輯|责编|責編|责任编辑|責任編輯|编审|校对|审核|审校|监制|排版|录入)
      [^\w\n]{0,3}[:：/]
    |(?:本文|文章|稿件|信息|新闻|图片|资料|内容)?(?:来\s{0,4}源|來源|稿源|出处)[^\w\n]{0,3}[:：]
    |(?:原标题|原題|原题)[^\w\n]{0,3}[:：]|分享(?:到|至|让|给)|上一[篇页条]|下一[篇页条]|前一篇|后一篇|上页|下页
    |(?:相关|相關|延伸|推荐|更多|热门|精彩|最新|往期)(?:阅读|閱讀|新闻|新聞|链接|連結|报道|報導|文章|专题|推荐|内容|资讯|精彩|回顾|评论|视频)(?:[^\w\n]|$)
    |更多(?:精彩|内容|资讯|消息|详情)|猜你喜欢|(?:请)?点击(?:进入|查看|下方|图片|阅读|此处|这里)|进入专题|查看原文|阅读原文|余下全文
    |打印(?:本页|此文|本稿|文章)?[】\]\s|]|打印本页|打印此文|关闭(?:窗口|本页)|友善列印|发表评论|加入收藏|收藏本页|推荐给|告诉好友
    |(?:网友|读者|最新|全部|热门|发表|我要|查看|用户)评论|评论(?:列表|区)|跟帖|返回(?:顶部|首页|列表|上页|上一页)|我要(?:评论|纠错|爆料|投稿)|(?:长按|扫描|扫一扫|识别|扫码)|(?:欢迎|敬请)关注
    |关注[^\n。]{0,20}(?:公众号|微信|微博)|(?:新闻|爆料|报料|投稿|举报|读者|联系)(?:热线|电话|邮箱)
    |(?:免责|版权|特别|郑重|重要|本网)?(?:声明|聲明|提示)[^\w\n]{0,2}[:：】]|凡(?:本网|本站|注明|转载)|本(?:网|站|网站|文)(?:所|仅|转载|刊载|注明|内容)
    |未经(?:授权|许可|本)|版权(?:归|所有|声明)|转载(?:请|须|自|此)|如(?:因|有|需)[^\n。]{0,30}(?:版权|侵权|侵犯|联系本|同本网)
    |[（(]?图(?:片)?(?:来源|来自|/)|以上(?:内容|观点)[^\n]{0,20}不代表|网友评论|(?:标签|关键词|关键字|热词搜索)[^\w\n]{0,2}[:：]
    )""",
    re.VERBOSE,
)
_NOTICES: Final = re.compile(
    r"""[\s\u3000【（(\[*※]{0,6}(?:版权|转载|未经|凡(?:本网|本站|注明|转载)|(?:免责|版权|特别|郑重)声明
    |(?:扫描|扫一扫|扫码|长按)[^\n]{0,20}(?:二维码|公众号|微信))""",
    re.VERBOSE,
)
"""Sentences that are a notice by their first words."""
_STOPS: Final = frozenset(".!?。！？")
_CLOSERS: Final = " \"'”’»）)】」』"
_OTHER: Final = re.compile(
    r"""\W{0,3}(?:[#*][#*\s]{2,9}\Z|-\s?30\s?-\W*\Z|(?:back|return)\ to\b
    |(?:more|other|related)\ (?:news|stories|articles)\W*\Z|top\ of\ page
    |(?:next|previous)\ (?:story|article|page)\W*\Z|print(?:er)?[- ](?:this|friendly)
    |e-?mail\ this\ (?:story|article|page))""",
    re.VERBOSE | re.IGNORECASE,
)


def is_sentence(line: str) -> bool:
    """Whether a line ends as the sentences of a story do."""
    return line.rstrip(_CLOSERS)[-1:] in _STOPS


def closes(line: str, *, bare: bool) -> bool:
    """Whether a line below a text says no more than who made it and how to go on, or whose it is.

    Of a page that is not `bare`, as it marks or declares something, only Chinese lines are told so. A sentence is the
    story's, unless it tells whose the text is, or how its author is reached.
    """
    line = line.strip()
    if not line or len(line) > LONGEST:
        return not line
    if chinese.is_chinese(line):
        found = _CLOSING.match(line)
        if is_sentence(line):
            return found is not None and (found[0][-1] in ":：" or _NOTICES.match(line) is not None)
        return found is not None or (len(line) <= BRIEF and chinese.says_who(line))
    if not bare:
        return False
    if signed_lines.is_about_author(line):
        return True
    return (
        len(line) <= BRIEF
        and not is_sentence(line)
        and (_OTHER.match(line) or signed_lines.end_names(line)) not in (None, [])
    )


def opens(line: str, *, bare: bool) -> bool:
    """Whether a line above a text says no more than who wrote it, what that is, or where it is from; as `closes`."""
    line = line.strip()
    if is_sentence(line):
        return False
    if chinese.is_chinese(line):
        return chinese.is_of_head(line)
    return bare and len(line) <= BRIEF and (signed_lines.is_role(line) or bool(signed_lines.head_names(line)))


def with_ends_trimmed(blocks: list[Block], headline: str | None, *, bare: bool) -> list[Block]:
    """The blocks without such lines, and the headline, in the first and the last paragraph, where these have lines."""
    found = list(blocks)
    if found and isinstance(first := found[0], Paragraph) and "\n" in first.text:
        lines = first.text.split("\n")
        while len(lines) > 1 and (lines[0].strip() == headline or opens(lines[0], bare=bare)):
            lines.pop(0)
        found[0] = first.model_copy(update={"text": "\n".join(lines)})
    if found and isinstance(last := found[-1], Paragraph) and "\n" in last.text:
        lines = last.text.split("\n")
        while len(lines) > 1 and closes(lines[-1], bare=bare):
            lines.pop()
        found[-1] = last.model_copy(update={"text": "\n".join(lines)})
    return found
