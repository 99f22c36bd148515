"""What the labels of a dossier and its parts let out, by each way there is. The rule itself is `lib.exits`."""

from cityalert.dossiers.models import Dossier, Part
from cityalert.lib.exits import ADDRESSEE, Answer, Exit, Item, Reader, may
from cityalert.lib.tlp import Tlp
from partners.actor import Actor


def may_read(actor: Actor, part: Part) -> bool:
    """On the page: parts that `queries` gave, so that the actor's partner has them."""
    return may(_item(actor, part), actor, Exit.PAGE) is Answer.WHOLE


def may_print(actor: Actor, part: Part) -> bool:
    """On the briefing, which goes from hand to hand at a post: for the organisation, not for one person."""
    return may(_item(actor, part), Reader(partner_id=actor.partner_id), Exit.PRINT) is Answer.WHOLE


def may_stand_in_a_calendar(actor: Actor, dossier: Dossier) -> bool:
    """By its name. Calendars are mostly kept by somebody who works for the organisation and is not of it."""
    item = Item(Tlp(dossier.tlp), frozenset({actor.partner_id}))
    return may(item, Reader(client_of=actor.partner_id), Exit.FEED) is Answer.WHOLE


def may_be_told(dossier: Dossier) -> bool:
    """By its name, to those who are invited, in what goes through others' hands."""
    item = Item(Tlp(dossier.tlp))
    return all(may(item, ADDRESSEE, way) is Answer.WHOLE for way in (Exit.SMS, Exit.EMAIL, Exit.PUSH))


def _item(actor: Actor, part: Part) -> Item:
    return Item(Tlp(part.tlp), frozenset({actor.partner_id}), frozenset(part.people))
