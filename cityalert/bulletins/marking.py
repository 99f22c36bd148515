"""What the label of a bulletin lets out, by each way there is. The rule itself is `lib.exits`."""

from cityalert.bulletins.models import Bulletin
from cityalert.lib.exits import ADDRESSEE, Answer, Exit, Item, may
from cityalert.lib.tlp import Tlp
from partners.actor import Actor

_CARRIED = (Exit.SMS, Exit.EMAIL, Exit.PUSH, Exit.VOICE)


def may_read(actor: Actor, bulletin: Bulletin, named: frozenset[int]) -> bool:
    """On the page: a bulletin that `queries` gave, so that their partner has it. `named`: whom RED was told to."""
    item = Item(Tlp(bulletin.tlp), frozenset({actor.partner_id}), named)
    return may(item, actor, Exit.PAGE) is Answer.WHOLE


def may_be_told(tlp: Tlp) -> bool:
    """Whole, in what goes through others' hands; else they are told that there is something, and where."""
    return all(may(Item(tlp), ADDRESSEE, way) is Answer.WHOLE for way in _CARRIED)
