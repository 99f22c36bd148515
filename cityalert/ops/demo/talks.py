"""Three conversations of the demo's last days: two partners, a sharing group, and named people about what is RED."""

from uuid import UUID

from django.contrib.gis.geos import Point
from django.db.models import F

from cityalert.lib.tlp import Tlp
from cityalert.messaging import actions
from cityalert.messaging.actions import Saying, Whom
from cityalert.messaging.models import Conversation
from cityalert.ops.demo.history import Past, Story
from cityalert.ops.demo.identity import uid
from partners.groups.queries import addressable

HOUR = 60.0
KING_AND_BAY = Point(-79.3807, 43.6487, srid=4326)


def told(past: Past) -> list[Story]:
    """All three, and that nobody is written to about what they have not read of them."""
    return [_doors(past), _district(past), _porter(past), _quiet()]


def _doors(past: Past) -> Story:
    yield 5 * HOUR
    avery, corin = past.actor("avery"), past.actor("corin")
    them = Whom(partners=frozenset({corin.partner_id}))
    talk = actions.open_conversation(avery, "Somebody tries doors on Bay St", them, at=past.at)
    _say(past, "avery", talk, "Two reports since noon of a man trying side doors. Have you seen anybody?")
    yield 5 * HOUR - 9
    _say(
        past,
        "corin",
        talk,
        "Yes, on the loading dock at 13:10. Grey jacket, left when spoken to.",
        reply_to=1,
    )
    yield 5 * HOUR - 11
    _say(past, "avery", talk, "Here is where he went.", place=KING_AND_BAY, place_name="King St W & Bay St")
    actions.pin(avery, talk, 3, at=past.at)
    yield 5 * HOUR - 30
    actions.react(corin, talk, 3, "on_it", at=past.at)
    _say(past, "corin", talk, "Side doors are locked, our patrol passes every half hour.")


def _district(past: Past) -> Story:
    yield 27 * HOUR
    host = past.actor("bao")
    group = addressable(host.partner_id).filter(host=host.partner_id).order_by("name").first()
    if group is None:
        return
    them = Whom(groups=frozenset({group.pk}))
    talk = actions.open_conversation(host, "Street closures this week", them, tlp=Tlp.GREEN, at=past.at)
    _say(past, "bao", talk, "Adelaide is closed between Bay and Yonge from Thursday, 07:00 to 19:00.")
    yield 26 * HOUR
    _say(
        past, "bao", talk, "La rue Adelaide rouvre chaque soir à 19 h; les livraisons passent par Temperance."
    )
    yield 25 * HOUR
    actions.edit(
        host, talk, 1, "Adelaide is closed between Bay and Yonge from Thursday, 06:00 to 19:00.", at=past.at
    )


def _porter(past: Past) -> Story:
    yield 3 * HOUR
    avery, sam, corin = (past.actor(name) for name in ("avery", "sam", "corin"))
    them = Whom(people=frozenset((one.user_id, one.partner_id) for one in (sam, corin)))
    talk = actions.open_conversation(avery, "For the three of us", them, tlp=Tlp.RED, at=past.at)
    _say(past, "avery", talk, "The one who called us works in the building. Keep his name out of every log.")
    yield 3 * HOUR - 4
    _say(past, "corin", talk, "Understood. Only I speak with him.", reply_to=1)


def _quiet() -> Story:
    yield 1
    Conversation.objects.update(told_position=F("last_position"))


def _say(past: Past, who: str, talk: Conversation, text: str, **more: object) -> None:
    key: UUID = uid("post", f"{talk.subject} {text}")
    actions.post(past.actor(who), talk, Saying(text, **more), client_id=key, at=past.at)  # type: ignore[arg-type]
