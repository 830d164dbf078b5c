"""Asking for money, in every way the publisher does: teaser, banner, bar and three donation messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.newspaper.markup.labels import LABELS

if TYPE_CHECKING:
    from tests.newspaper.markup.paper import Paper
    from tests.newspaper.story import Edition

# What each message says: heading, salutation, paragraphs. Short labels are those readers know; the rest is ours.
CLASSIC: dict[Edition, tuple[str, str]] = {
    "en": ("We report from outside the borders.", "Readers like you keep the presses running"),
    "ru": ("Мы пишем из-за границы.", "Газета держится на таких читателях, как вы"),
}
MESSAGE: dict[Edition, tuple[str, str, tuple[str, ...]]] = {
    "en": (
        "A Message from The Moscow Times:",
        "Dear readers,",
        (
            "These are hard months for small newsrooms. Ours has been declared unwelcome where most of its stories "
            "happen, and those who talk to us take a risk.",
            "We think that facts should stay within reach of everyone, so nothing here is locked away. That only works "
            "when some of those who can pay for it do.",
            "A gift of any size pays for an hour of reporting. Setting up a monthly one, from the price of a coffee, "
            "takes two minutes. Thank you for reading this far.",
        ),
    ),
    "ru": (
        "Обращение The Moscow Times:",
        "Дорогие читатели!",
        (
            "Маленьким редакциям трудно. Нашу объявили нежелательной там, где происходит большинство её историй.",
            "Мы считаем, что факты должны быть доступны всем, поэтому ничего не запираем. Это возможно, только если "
            "кто-то из тех, кто может, за это платит.",
            "Любая сумма оплачивает час работы. Ежемесячный платёж, по цене чашки кофе, настраивается за две минуты.",
        ),
    ),
}
BUTTONS: dict[Edition, dict[str, str]] = {
    "en": {
        "periods": "Once,Monthly,Annual",
        "go": "Continue",
        "methods": "payment methods",
        "not_ready": "Not ready to support today?",
        "later": "Remind me later.",
        "close": "Close",
        "bar": "Reporting under pressure.",
        "bar_text": "Many newsrooms around us have gone dark. Help keep the lights on in this one.",
        "bar_later": "Maybe later",
        "favor": "… before you go, one small request.",
    },
    "ru": {
        "periods": "Один раз,Ежемесячно,Ежегодно",
        "go": "Продолжить",
        "methods": "способы оплаты",
        "not_ready": "Не готовы поддержать сегодня?",
        "later": "Напомнить позже.",
        "close": "Закрыть",
        "bar": "Работаем под давлением.",
        "bar_text": "Многие редакции вокруг нас замолчали. Помогите, чтобы в этой горел свет.",
        "bar_later": "Может быть, позже",
        "favor": "… одна маленькая просьба на прощание.",
    },
}


def _contribute(paper: Paper, medium: str) -> str:
    """The page for giving; its query is what robots.txt keeps crawlers from."""
    return paper.addresses.page(f"/contribute?utm_source=contribute&amp;utm_medium={medium}")


def teaser(paper: Paper, *, small: bool = False) -> str:
    """The line in the header."""
    labels = LABELS[paper.edition]
    if small:
        return (
            '<div class="contribute-teaser-mobile hidden-sm-up"><div class="contribute-teaser-mobile__cta">'
            f'<span>{labels["support"]}</span></div><div class="contribute-teaser-mobile__container">'
            f'<a class="contribute-teaser-mobile__container__button" '
            f'href="{_contribute(paper, "internal-header-mobile")}">{labels["contribute"]}</a></div></div>'
        )
    return (
        '<div class="site-header__contribute contribute-teaser hidden-xs">'
        f'<div class="contribute-teaser__cta mb-1">{labels["support"]}</div>'
        f'<a class="contribute-teaser__button" href="{_contribute(paper, "internal-header")}">'
        f"{labels['contribute']}</a></div>"
    )


def banner(paper: Paper) -> str:
    """The box below an article."""
    buttons = BUTTONS[paper.edition]
    _, _, texts = MESSAGE[paper.edition]
    return (
        f'<div class="contribute-banner p-3 mb-3">\n<h4>{buttons["favor"]}</h4>\n<p>{texts[0]}</p>\n'
        f'<p><span class="contribute-banner__strike">{texts[2]}</span></p>\n'
        f'<a class="contribute-banner__button" href="{_contribute(paper, "internal-article")}">'
        f"{buttons['go']}</a>\n</div>"
    )


def bar(paper: Paper) -> str:
    """The bar that slides in from below; it is in the page from the start, only off the screen."""
    labels, buttons = LABELS[paper.edition], BUTTONS[paper.edition]
    return f"""<div class="contribute-bar" y-use="contribute.Bar">
  <div class="container"><div class="row-flex"><div class="col"><div class="contribute-bar__content-container">
    <div class="contribute-bar__content">
      <header class="contribute-bar__header"><h3 class="header--style-3">{buttons["bar"]}</h3></header>
      <p>{buttons["bar_text"]}</p>
      <div class="">
        <a href="{_contribute(paper, "internal-footer-bar")}"
          class="button button--contribute">{labels["contribute"]}</a>
        <a class="button button--later" y-name="contributeLater">{buttons["bar_later"]}</a>
      </div>
    </div>
  </div></div></div></div>
</div>"""


def modal(paper: Paper) -> str:
    """The donation message that comes over the page, if this newspaper has one of that sort."""
    if paper.modal == "classic":
        first, second = CLASSIC[paper.edition]
        return (
            '<div class="contribute-modal" y-use="contribute.Modal">\n<div class="contribute-modal__wrapper">\n'
            f'<p>{first}</p>\n<p class="contribute-modal__bold">{second}</p>\n'
            f'<a y-name="contribute-btn" class="button" target="_blank" href="{_contribute(paper, "modal")}">'
            f"{LABELS[paper.edition]['contribute']}</a>\n"
            '<span y-name="close" class="contribute-modal__close"></span>\n</div>\n</div>'
        )
    if paper.modal == "overlay":
        return (
            '<div class="tmt-message tmt-message--overlay" role="dialog" aria-modal="true" hidden>'
            f'<div class="tmt-message__backdrop"></div>{_message(paper, close=True)}</div>'
        )
    return ""


def inline(paper: Paper) -> str:
    """The donation message that stands between the paragraphs, if this newspaper has it there."""
    if paper.modal != "inline":
        return ""
    return f'<div class="tmt-message tmt-message--inline">{_message(paper, close=False)}</div>'


def _message(paper: Paper, *, close: bool) -> str:
    heading, salutation, texts = MESSAGE[paper.edition]
    buttons = BUTTONS[paper.edition]
    cross = (
        f'<button type="button" class="tmt-message__close" aria-label="{buttons["close"]}">×</button>' if close else ""
    )
    tabs = "".join(
        f'<button type="button" class="tmt-message__period{" active" if place == 1 else ""}">{name}</button>'
        for place, name in enumerate(buttons["periods"].split(","))
    )
    return (
        f'<div class="tmt-message__panel">{cross}<h4 class="tmt-message__heading">{heading}</h4>\n'
        f"<p><strong>{salutation}</strong></p>\n" + "\n".join(f"<p>{text}</p>" for text in texts) + f"\n"
        f'<div class="tmt-message__periods">{tabs}</div>\n'
        '<div class="tmt-message__amounts"><button type="button">$5</button>'
        '<button type="button" class="active">$10</button><button type="button">$25</button></div>\n'
        f'<a class="tmt-message__go" href="{_contribute(paper, "message")}">{buttons["go"]}</a>\n'
        f'<div class="tmt-message__methods">{buttons["methods"]}</div>\n'
        f'<div class="tmt-message__later"><span>{buttons["not_ready"]}</span>\n'
        f'<button type="button" class="tmt-message__remind">{buttons["later"]}</button></div></div>'
    )
