"""Words that speak for or against a text: in the names of classes, and at the opening of a line."""

from __future__ import annotations

import re
from typing import Final

AGAINST: Final = frozenset(
    """
    account action actions ad ads advert advertisement advertising also alert announcement anzeige app audio author
    avatar badge banner bio bottom box breadcrumb breadcrumbs button buttons byline caption captions card carousel
    chat clutter comment comments consent contact cookie cookies copyright corrections credit credits cta date
    dateline disclaimer discussion disqus donate donation dropdown embed excerpt facebook feed filter follow foot
    footer form gallery gdpr hidden icon icons inline inlinelink interstitial jump kommentar kommentare label labels
    legal lightbox list listing live login logo mailing marketing masthead media menu meta metadata minor modal more
    most nav navbar navigation newsletter next offer offers outbrain overlay pagination partner paywall player
    popular popup poll prev print profile promo promotion publicidad publicite pullquote purchase quiz rail rating
    readmore recirc recirculation recommend recommendation recommendations recommended register related relacionadas
    reklama review search secondary see share sharing shop side sidebar signup skip slider slideshow social source
    sources sponsor sponsored sponsors story-list subscribe subscriber subscription suggested summary support tab tabs
    taboola tag tags teaser teasers ticker timeline timestamp tip toc toolbar tools tooltip top topic topics trending
    tweet twitter upsell utility video weather werbung whatsapp widget widgets
    """.split()
)
BODY: Final = frozenset("article story post entry news content blog main page item single text".split())
TEXT: Final = frozenset("body content text copy paragraphs paragraph inner main html prose rich".split())
FOR: Final = frozenset(
    """
    articlebody articletext articlecontent bodytext contentbody copy entrycontent fliesstext maincontent newstext
    paragraph paragraphs postbody postcontent prose richtext storybody storycontent storytext textblock wysiwyg
    """.split()
)

OPENING: Final = re.compile(
    r"""
    [^\w@©]{0,6}(?:
    read\ (?:more|also|next|the|our|on)|also\ read|more\ (?:on|from|about|news|stories|like)|see\ (?:also|more|the)
    |related|recommended|you\ (?:may|might)|sign\ (?:up|in)|log\ ?in|subscrib|newsletter|follow\b|join\ (?:us|our|the)
    |share|click|download|advert|ad\b|sponsored|copyright|©|\(c\)|all\ rights|terms|privacy|contact|comments?\b
    |leave\ a|photo|image|picture|credit|source|by\ |published|updated|posted|last\ (?:modified|updated)|tags?\b
    |topics?\b|filed|correction|editor.s\ note|disclaimer|get\ (?:the|our|more)|watch|listen|about\ the|support\ |donat
    |print|e-?mail|facebook|twitter|whatsapp|register|continue|loading|skip|explore|don.t\ miss|what\ to\ (?:read|know)
    |this\ (?:article|story|post)\ |originally\ |have\ a\ |got\ a\ |\d+\ (?:comments?|min)
    |lesen\ sie|mehr\ (?:zum|dazu|lesen|aus|von|über)|lese(?:n|tipp)|auch\ interessant|foto|bild|quelle|anzeige|abonn
    |teilen|startseite|kommentar|zur\ startseite|stand:|von\ [A-ZÄÖÜ]|das\ könnte|hier\ (?:geht|lesen)|jetzt\s
    |lire\ |à\ lire|publicité|partager|par\ [A-ZÉ]|publié|mis\ à\ jour|voir\ aussi|vos\ commentaires|crédit
    |sur\ le\ même
    |lee\ |leer\ |te\ puede|suscr|compart|publicidad|lea\ |ver\ más|por\ [A-ZÁ]|mira\ |síguenos|más\ (?:sobre|noticias)
    |leia|veja|saiba|assine|siga|publicado|atualizado
    |leggi|condividi|iscriviti|segui|guarda|pubblicit|di\ [A-Z]\w+\ [A-Z]
    |lees\ |deel\b|volg|meer\ (?:over|lezen)|door\ [A-Z]|läs\ |dela\b|följ|les\ (?:også|mer)|læs\ |del\b|følg|annonse?
    |czytaj|udostępnij|zobacz|polub|oprac|źródło|fot\b|čtěte|sdílet|zdroj|olvas|megoszt|citește|distribuie|oku|paylaş
    |haberin|kaynak|читайте|подпис|поделит|реклама|фото|источник|теги|комментар|материалы\ по|смотрите|автор|следите
    |поширит|джерело|підпис|διαβάστε|ακολουθήστε|اقرأ|شارك|اشترك|تابع|المصدر|إقرأ|קראו|צילום|שתפו|यह\ भी|पढ़ें|शेयर
    |相关|推荐|责任编辑|来源|编辑|分享|扫描|原标题|更多|下载|相關|責任編輯|延伸閱讀|更多|記者|关注|関連|続きを|シェア|広告|写真|会員|フォロー
    |더보기|관련|기자|구독|무단|저작권|ติดตาม|อ่าน|xem\ thêm|theo\ dõi|baca\ juga|simak
    )
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""How lines begin that are on a page beside the article, in the languages that newspapers have."""
SENTENCE: Final = re.compile(r"[.!?…。！？؟।۔։][\"'”’»)\]」』]*$")
NO_LETTERS: Final = re.compile(r"[\W\d_]*")
