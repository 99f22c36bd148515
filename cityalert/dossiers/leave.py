"""Who may write in a dossier: whoever of a partner that takes part may answer alerts; the frame is the host's."""

from django.utils.translation import gettext_lazy as _

from cityalert.dossiers import queries
from cityalert.dossiers.models import Dossier, Part
from cityalert.lib.refusals import NotThere, Refusal
from partners.actor import Actor
from partners.roles import Permission


class IsClosed(Refusal):
    """Closed is closed, until the host opens it again."""

    code = "dossier_closed"
    status = 409
    sentence = _("This event is over and its dossier is closed. Its host can open it again.")


def may_write(actor: Actor) -> bool:
    """For the buttons; the dossier itself is asked in `written`."""
    return actor.may(Permission.ANSWER)


def written(actor: Actor, dossier: Dossier) -> Dossier:
    """The dossier, held, if the actor may write in it. Raises NotThere, IsClosed."""
    if not may_write(actor):
        raise NotThere
    dossier = _held(queries.get_for(actor, dossier.pk))
    if dossier.closed_at:
        raise IsClosed
    return dossier


def may_host(actor: Actor, dossier: Dossier) -> bool:
    """For the page of the frame; `hosted` asks again when it is written."""
    return dossier.partner_id == actor.partner_id and may_write(actor)


def hosted(actor: Actor, dossier: Dossier, *, may_be_closed: bool = False) -> Dossier:
    """The dossier, held, if the actor keeps it. Raises NotThere, IsClosed."""
    dossier = _held(queries.get_for(actor, dossier.pk))
    if not may_host(actor, dossier):
        raise NotThere
    if dossier.closed_at and not may_be_closed:
        raise IsClosed
    return dossier


def own_part(actor: Actor, part: Part) -> Part:
    """The part, held, if it is the actor's partner's own. Raises NotThere, IsClosed."""
    found = queries.part_for(actor, part.pk)
    if found.partner_id != actor.partner_id:
        raise NotThere
    written(actor, found.dossier)
    return Part.objects.select_for_update(of=("self",)).select_related("dossier").get(pk=found.pk)


def _held(dossier: Dossier) -> Dossier:
    return Dossier.objects.select_for_update().defer("area", "shapes").get(pk=dossier.pk)
