"""Passing on: an alert that was received, or a notice of the BIA's own, to its own member businesses and no others."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cityalert.alerts import content, marking
from cityalert.alerts.lifecycle import State
from cityalert.alerts.models import Alert
from cityalert.alerts.vocabulary import MsgType, Status
from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.businesses import queries
from cityalert.businesses.cascading import reachable, wording
from cityalert.businesses.cascading.wording import Said
from cityalert.businesses.leave import need_change
from cityalert.businesses.models import Business, Cascade, Contact, Target
from cityalert.delivery import outbox
from cityalert.delivery.audience import NOBODY, Audience
from cityalert.lib import words
from cityalert.lib.language import Language
from cityalert.lib.refusals import Refusal
from cityalert.lib.severity import Severity
from cityalert.lib.tlp import Tlp
from partners.actor import Actor

OWN_LASTS = timedelta(hours=12)

_TARGETS = """
    SELECT DISTINCT 'member'::text AS kind, t.partner_id, t.subscriber_id, 1 AS call_order
    FROM businesses_target t WHERE t.cascade_id = %(cascade)s AND t.subscriber_id IS NOT NULL
"""


class MayNotTravel(Refusal):
    """Its label keeps it where it is."""

    code = "may_not_travel"
    sentence = _("Its TLP label does not allow it to go to your members. Ask whoever sent it.")


class NotNow(Refusal):
    """Only what is going on, and real, is passed on."""

    code = "not_to_pass_on"
    sentence = _("Only an alert that is going on can be passed on; an exercise stays among those it is for.")


class NobodyThere(Refusal):
    """The choice leaves no contact."""

    code = "nobody_there"
    status = 422
    sentence = _("No business of this choice has a contact that can be reached. Choose others.")


class NothingSaid(Refusal):
    """A notice needs words."""

    code = "nothing_said"
    status = 422
    sentence = _(
        "Say in one line what is happening, in at most 140 characters, and what to do in at most 600."
    )


@dataclass(frozen=True)
class Choice:
    """Which businesses: all, or those of a levy class or with a tag."""

    levy_class: str = ""
    tag: str = ""


def chosen(actor: Actor, choice: Choice) -> list[Business]:
    """The businesses of a choice, with their contacts; never another BIA's, none from the archive."""
    found = queries.visible_to(actor).filter(archived_at=None)
    if choice.levy_class:
        found = found.filter(levy_class=choice.levy_class)
    if choice.tag:
        found = found.filter(tags__contains=[choice.tag])
    return list(found.prefetch_related("contacts").order_by("name"))


def check_may_pass_on(alert: Alert, *, at: datetime) -> None:
    """Raises NotNow, MayNotTravel."""
    is_on = alert.state == State.PUBLISHED and alert.expires_at is not None and alert.expires_at > at
    if not is_on or alert.msg_type == MsgType.CANCEL or alert.status != Status.ACTUAL:
        raise NotNow
    if not marking.is_for_clients(alert):
        raise MayNotTravel


@transaction.atomic
def pass_on(actor: Actor, alert: Alert, choice: Choice, *, note: str = "", key: str, at: datetime) -> Cascade:
    """Pass an alert on to the chosen businesses. The same key again gives what was sent under it."""
    need_change(actor)
    check_may_pass_on(alert, at=at)
    said = content.words_in(alert, actor.language)
    cascade = Cascade(
        alert=alert, headline=said.headline, instruction=said.instruction, severity=alert.severity, tlp=alert.tlp,
        note=words.line(note)[: wording.MOST_OF_NOTE],
    )  # fmt: skip
    return _send(actor, cascade, wording.of_alert(alert), choice, alert.expires_at or at, key=key, at=at)


@transaction.atomic
def say(
    actor: Actor, headline: str, instruction: str, severity: int, choice: Choice, *, key: str, at: datetime
) -> Cascade:
    """Tell the chosen businesses something of the BIA's own. The same key again gives what was sent under it."""
    need_change(actor)
    headline, instruction = words.line(headline), words.block(instruction)
    if not headline or len(headline) > 140 or len(instruction) > 600 or severity not in Severity.values:
        raise NothingSaid(field="headline")
    cascade = Cascade(headline=headline, instruction=instruction, severity=severity, tlp=Tlp.AMBER)
    return _send(actor, cascade, wording.of_cascade(cascade), choice, at + OWN_LASTS, key=key, at=at)


def post(
    cascade: Cascade, said: Mapping[str, Said], expires_at: datetime, follows: list[int], *, at: datetime
) -> None:
    """Hand it to delivery: to its targets, or as the correction of what it follows to whoever heard that."""
    cascade.notice = outbox.post(
        key=cascade.topic,
        partner_id=cascade.partner_id,
        topic=cascade.topic,
        series=cascade.topic,
        texts=wording.texts(cascade.partner, said, cascade),
        cards={language: {} for language in Language.values},
        severity=Severity(cascade.severity),
        audience=NOBODY if follows else Audience(_TARGETS, {"cascade": cascade.pk}),
        at=at,
        expires_at=expires_at,
        follows=follows,
    )
    cascade.save(update_fields=["notice"])


def _send(
    actor: Actor,
    cascade: Cascade,
    said: Mapping[str, Said],
    choice: Choice,
    expires_at: datetime,
    *,
    key: str,
    at: datetime,
) -> Cascade:
    earlier = Cascade.objects.filter(partner=actor.partner_id, key=key[:80]).first()
    if earlier is not None:
        return earlier
    businesses = chosen(actor, choice)
    contacts = [contact for one in businesses for contact in one.contacts.all()]
    if not any(contact.is_reachable for contact in contacts):
        raise NobodyThere
    reachable.ensure(contacts, at=at)
    cascade.partner, cascade.key, cascade.sent_at, cascade.sent_by = actor.partner, key[:80], at, actor.user
    cascade.levy_class, cascade.tag = choice.levy_class, choice.tag
    cascade.save(force_insert=True)
    Target.objects.bulk_create(_targets(cascade, businesses))
    post(cascade, said, expires_at, [], at=at)
    record(
        Verb.CASCADE_SENT, actor, cascade, at=at, alert=str(cascade.alert_id or ""), tlp=cascade.tlp,
        businesses=len(businesses), contacts=len(contacts),
    )  # fmt: skip
    return cascade


def _targets(cascade: Cascade, businesses: list[Business]) -> list[Target]:
    """A line for every contact, and one for each business that has none: nobody is left out of the count unseen."""
    nobody = Contact(function="")
    return [
        Target(
            partner_id=cascade.partner_id, cascade=cascade, business=one, business_name=one.name,
            contact_name=contact.name, function=contact.function, subscriber_id=contact.subscriber_id,
        )
        for one in businesses
        for contact in (list(one.contacts.all()) or [nobody])
    ]  # fmt: skip
