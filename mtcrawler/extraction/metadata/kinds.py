"""What sort of piece a page is, as it is labelled: before its description, above its headline, or by its section."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice, takewhile
from typing import Final

from mtcrawler.extraction.body.observation import Observation
from mtcrawler.extraction.metadata.statements import Statements
from mtcrawler.markup.lists import LISTS
from mtcrawler.model.article import Kind

_LABELS: Final[dict[Kind, str]] = {
    "opinion": """
        opinion|opinions|op-ed|op-eds|editorial|editorials|comment|commentary|column|columns|columnists
        |leading article|guest essay|letters|meinung|meinungen|kommentar|kommentare|leitartikel|kolumne
        |kolumnen|gastbeitrag|opinión|opinion & analysis|columnas|tribuna|opinião|opinioni|editoriale
        |commenti|opinie|opinies|columnisten|tribune|tribunes|chronique|chroniques|éditorial|opinia
        |opinie i komentarze|komentarz|åsikt|åsikter|ledare|debatt|kronikk|mening|meninger|debat|мнение
        |мнения|колонка|колонки|думка|думки|блоги|görüş|yazarlar|köşe yazısı|رأي|آراء|opini|quan điểm|社説|社论
        |社論|评论|評論|时评|오피니언|사설|칼럼|דעות|विचार
    """,
    "analysis": """
        analysis|news analysis|analyse|analysen|analyses|análisis|análise|analisi|analiza|analizy|analys
        |analyser|анализ|аналитика|аналіз|аналітика|analiz|تحليل|تحليلات|分析|深度分析|분석|विश्लेषण
    """,
    "video": "video|videos|vídeo|vídeos|vidéo|vidéos|wideo|видео|відео|فيديو|视频|視頻|影音|動画|영상|वीडियो",
    "gallery": """
        gallery|galleries|photo gallery|photo galleries|picture gallery|in pictures|photos|photo essay
        |slideshow|galerie|bildergalerie|fotostrecke|fotogalerie|diaporama|en images|galería|galerías
        |fotogalería|en imágenes|galeria|fotogaleria|galleria|fotogallery|fotoserie|bildspel|фотогалерея
        |фоторепортаж|galeri|foto galeri|معرض الصور|图集|圖集|写真|화보
    """,
    "podcast": """
        podcast|podcasts|pódcast|pódcasts|подкаст|подкасты|подкасти|بودكاست|播客|ポッドキャスト|팟캐스트|पॉडकास्ट
    """,
}
_KINDS: Final = {" ".join(name.split()): kind for kind, names in _LABELS.items() for name in names.split("|")}
"""The kinds by what labels say, in small letters."""
_NAMES: Final = frozenset("tribune tribunes tribuna letters".split())
"""Labels over a headline that are names, too, of papers and of sections with something else."""
_BAR: Final = " | "
LONGEST: Final = 30
"""Characters of a label."""
ABOVE: Final = 2
"""Segments right above the headline that may be a label."""
HEADER: Final = 50
"""Words beside label and headline in the element that holds both: a subtitle, a byline, a date."""
LINKED: Final = 0.5
_MENUS: Final = LISTS | {"nav"}


def labelled_kind(page: Statements, shown: Observation, section: str | None) -> Kind | None:
    """What the first label that names a kind calls the piece; None for plain news.

    `section` is the name of its section, or the last step of that one's address.
    """
    return next(filter(None, _kinds(page, shown, section)), None)


def _kinds(page: Statements, shown: Observation, section: str | None) -> Iterable[Kind | None]:
    for text in page.descriptions[:1]:
        label, bar, _ = text.partition(_BAR)
        yield _kind(label) if bar else None
    for index in range(max(0, shown.headline - ABOVE), max(0, shown.headline)):
        if (kind := _kind(shown.segments[index].text)) and _is_label(shown, index):
            yield kind
    if section and (name := section.replace("-", " ").replace("_", " ")).strip().lower() not in _NAMES:
        yield _kind(name)


def _kind(label: str) -> Kind | None:
    return _KINDS.get(label.strip().lower()) if len(label) <= LONGEST else None


def _is_label(shown: Observation, index: int) -> bool:
    """Whether a segment stands in the element that holds the headline and little else, and is none of several links."""
    header, element = shown.holders[shown.headline], shown.segments[index].element
    inside = list(takewhile(lambda one: one is not header, (element, *element.iterancestors())))
    if header not in (element, *element.iterancestors()):
        return False
    if any(one.tag in _MENUS and len(list(islice(one.iter("a"), 2))) > 1 for one in inside):
        return False
    within = set(header.iter())
    held = [at for at, segment in enumerate(shown.segments) if segment.element in within]
    if sum(shown.segments[at].linked > LINKED for at in held if at < shown.headline) > ABOVE:
        return False
    return sum(len(shown.words[at]) for at in held if at not in {index, shown.headline}) <= HEADER
