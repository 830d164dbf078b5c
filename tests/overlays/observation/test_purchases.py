"""Labels as banners bear them: what refuses, and what refuses and buys in one, in every language of the vocabulary."""

from __future__ import annotations

import pytest

from mtcrawler.overlays.observation.lexicon import lexicon

REFUSALS = {
    "ar": ["رفض الكل", "رفض ملفات تعريف الارتباط"],
    "cs": ["Odmítnout vše", "Pokračovat bez souhlasu"],
    "da": ["Afvis alle", "Kun nødvendige"],
    "de": ["Alle ablehnen", "Nur notwendige Cookies"],
    "el": ["Απόρριψη όλων", "Μόνο τα απαραίτητα"],
    "en": ["Reject all", "Continue without accepting"],
    "es": ["Rechazar todo", "Continuar sin aceptar"],
    "fi": ["Hylkää kaikki", "Vain välttämättömät"],
    "fr": ["Tout refuser", "Continuer sans accepter"],
    "hi": ["सभी अस्वीकार करें"],
    "hu": ["Összes elutasítása", "Csak a szükségesek"],
    "id": ["Tolak semua"],
    "it": ["Rifiuta tutto", "Continua senza accettare"],
    "ja": ["すべて拒否", "拒否する"],
    "ko": ["모두 거부"],
    "nl": ["Alles weigeren", "Alleen noodzakelijk"],
    "no": ["Avvis alle", "Kun nødvendige"],
    "pl": ["Odrzuć wszystko", "Tylko niezbędne"],
    "pt": ["Rejeitar tudo", "Continuar sem aceitar"],
    "ro": ["Refuz toate", "Doar cele necesare"],
    "ru": ["Отклонить все", "Только необходимые"],
    "sv": ["Avvisa alla", "Endast nödvändiga"],
    "tr": ["Tümünü reddet", "Yalnızca gerekli"],
    "uk": ["Відхилити все", "Тільки необхідні"],
    "zh": ["全部拒绝", "仅必要"],
}
PURCHASES = {
    "ar": ["رفض والاشتراك", "رفض مقابل 2.99$"],
    "cs": ["Odmítnout a předplatit", "Odmítnout za 59 Kč", "Odmítnout a zaplatit"],
    "da": ["Afvis og abonner", "Afvis for 29 kr.", "Afvis og betal"],
    "de": ["Ablehnen und abonnieren", "Ablehnen für 2,99 €", "Ohne Einwilligung für 3,99 € weiterlesen"],
    "el": ["Απόρριψη και συνδρομή", "Απόρριψη για 2,99 €"],
    "en": ["Reject for £2.99", "Continue without tracking for 1.99", "Reject and subscribe", "Decline for $1 a month"],
    "es": ["Rechazar cookies y hacerse socio", "Rechazar y suscribirse", "Rechazar por 1,99 €"],
    "fi": ["Hylkää ja tilaa", "Hylkää hintaan 2,99 €"],
    "fr": ["Refuser et s'abonner", "Refuser pour 1,99 €", "Continuer sans accepter pour 2 €"],
    "hi": ["अस्वीकार करें और सदस्यता लें", "₹99 में अस्वीकार करें"],
    "hu": ["Elutasítom és előfizetek", "Elutasítás 990 Ft-ért"],
    "id": ["Tolak dan berlangganan", "Tolak seharga Rp 15.000"],
    "it": ["Rifiuta e abbonati", "Rifiuta a 1,99 €"],
    "ja": ["拒否して購読する", "月額300円で拒否"],
    "ko": ["거부하고 구독하기", "1,900원에 거부"],
    "nl": ["Weigeren en abonneren", "Weigeren voor € 2,99"],
    "no": ["Avvis og abonner", "Avvis for 29 kr"],
    "pl": ["Odrzuć i subskrybuj", "Odrzuć za 9,99 zł"],
    "pt": ["Rejeitar e assinar", "Rejeitar por R$ 4,90"],
    "ro": ["Refuz și mă abonez", "Refuz pentru 9,99 lei"],
    "ru": ["Отклонить и подписаться", "Отклонить за 99 ₽"],
    "sv": ["Avvisa och prenumerera", "Avvisa för 29 kr"],
    "tr": ["Reddet ve abone ol", "29,90 TL karşılığında reddet"],
    "uk": ["Відхилити і передплатити", "Відхилити за 49 грн"],
    "zh": ["拒绝并订阅", "支付6元拒绝"],
}


@pytest.mark.parametrize("language", REFUSALS)
def test_what_refuses_is_read_as_a_refusal(language: str) -> None:
    """A plain refusal, or what allows only the necessary, is understood in every language."""
    read = {label: lexicon().meaning(label) for label in REFUSALS[language]}
    assert set(read.values()) <= {"refuse", "necessary"}, read


@pytest.mark.parametrize("language", PURCHASES)
def test_what_refuses_and_buys_in_one_is_a_purchase(language: str) -> None:
    """A label that names a price, or joins anything to the refusal, is never pressed, whatever it refuses."""
    read = {label: lexicon().meaning(label) for label in PURCHASES[language]}
    assert set(read.values()) == {"forbidden"}, read
