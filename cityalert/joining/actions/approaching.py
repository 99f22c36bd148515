"""Asking an organisation to apply: by the network, or by a partner that will sponsor it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cityalert.accounts import letters
from cityalert.agreements import queries as agreements
from cityalert.agreements.rules import Act
from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.joining.actions import links
from cityalert.joining.models import Approach
from cityalert.lib import words
from cityalert.lib.language import Language
from cityalert.lib.refusals import NotThere, Refusal
from partners import names
from partners.actor import Actor, Staff
from partners.roles import Permission

GOOD_FOR = timedelta(days=30)
# Mails that one partner may cause in a day.
PER_DAY = 20


class EnoughForToday(Refusal):
    """Nobody sends mails to the whole city through us."""

    code = "enough_for_today"
    status = 429
    sentence = _("Your organisation has invited many today. Go on tomorrow.")


@transaction.atomic
def approach(
    actor: Actor | Staff,
    name: str,
    kind: str,
    contact: tuple[str, str],
    *,
    language: Language,
    at: datetime,
) -> Approach:
    """Send somebody (name, e-mail) a link to the form, filled in. A partner that does so is asked to sponsor later."""
    sponsor = None
    if isinstance(actor, Actor):
        if not actor.may(Permission.MANAGE):
            raise NotThere
        agreements.check(actor.partner, Act.SPONSOR, at=at)
        sponsor = actor.partner
        today = Approach.objects.filter(sponsor=sponsor, made_at__gt=at - timedelta(days=1))
        if today.count() >= PER_DAY:
            raise EnoughForToday
    name = words.line(name)
    names.check(name)
    token = links.new_token()
    made = Approach.objects.create(
        name=name,
        kind=kind,
        contact_name=words.line(contact[0]),
        contact_email=contact[1].strip().lower(),
        language=language,
        sponsor=sponsor,
        made_by=actor.user,
        made_at=at,
        expires_at=at + GOOD_FOR,
        digest=links.digest(token),
    )
    facts = {
        "approach": made,
        "sponsor": sponsor,
        "link": settings.PUBLIC_URL + reverse("joining:invited", args=[token]),
        "days": GOOD_FOR.days,
    }
    letters.post("joining/mail/invited", made.contact_email, language, facts, at=at)
    record(Verb.APPLICANT_INVITED, actor, made, at=at, kind=kind)
    return made
