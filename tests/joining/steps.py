"""What people do on the way into the network, each a step through the pages."""

import re
import typing
from datetime import timedelta

from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cityalert.accounts import letters
from cityalert.agreements import queries as agreements
from cityalert.agreements.rules import TO_JOIN
from cityalert.joining import actions
from cityalert.joining.actions.applying import Said
from cityalert.joining.forms import began_at
from cityalert.joining.models import Application, Check
from cityalert.lib import clock
from cityalert.lib.language import Language
from partners.actor import Staff
from partners.roles import Role
from tests.door import let_in

MAIL = "mo@harbour.example"
SAID = {
    "name": "Harbour Square Mall",
    "kind": "venue",
    "address": "207 Queens Quay W",
    "website": "harbour.example",
    "contact_name": "Mo Abidi",
    "contact_role": "Head of security",
    "contact_email": MAIL,
    "contact_phone": "416-555-0177",
    "sponsor_name": "Lakeside Arena",
    "why": "We look after forty thousand visitors a day.",
}


def said(**changes):
    """The form, filled in by somebody who took a minute."""
    return SAID | {"began": began_at(clock.now() - timedelta(minutes=1))} | changes


def apply(client=None, **changes):
    """Send the form; gives the answer."""
    return (client or Client()).post(reverse("joining:apply"), said(**changes))


def link_in(words, address=MAIL):
    """The link in the latest mail with these words in its subject."""
    letters.send_due(at=clock.now())
    found = [one for one in mail.outbox if address in one.to and words in one.subject]
    return re.findall(r"http://localhost:\d+(/\S+)", str(found[-1].body))[0]


def confirmed(client, **changes):
    """An application whose address is confirmed; `client` is the applicant's browser, on their own page."""
    assert apply(client, **changes).status_code == 302
    client.post(link_in("Confirm", changes.get("contact_email", MAIL)))
    return Application.objects.latest("submitted_at")


def waiting(at):
    """An application to be checked, without a mail."""
    said = typing.cast(Said, SAID | {"website": "https://harbour.example"})
    application = actions.apply(said, Language.EN, at=at)
    Application.objects.filter(pk=application.pk).update(state="vetting", confirmed_at=at)
    return application


def half_way(cast, at):
    """One that a partner was asked about, with a check and a signature; and somebody invited to apply."""
    application, staff = waiting(at), Staff(cast.nadia.user)
    text = agreements.current()[TO_JOIN[0]]
    actions.sign(application, text, sha256=text.sha256, name="Mo Abidi", role="Head of security", at=at)
    actions.identity(staff, application, Check.Kind.DOMAIN, "Theirs since 2009", at=at)
    actions.ask(staff, application, cast.bao.partner, at=at)
    contact = ("Lee Grant", "lee@corktown.example")
    actions.approach(staff, "Corktown Business Association", "bia", contact, language=Language.EN, at=at)
    return application


def sign_all(client):
    """The applicant signs what there is to sign."""
    for kind in TO_JOIN:
        text = agreements.current()[kind]
        form = {"name": "Mo Abidi", "role": "Head of security", "may_sign": "on", "sha256": text.sha256}
        assert client.post(reverse("joining:sign", args=[text.pk]), form).status_code == 302


def do(staff, application, act, **said):
    """One act on the network's page; gives the answer."""
    return staff.post(reverse("joining:act", args=[application.pk, act]), said)


def call(staff, application, **changes):
    """Write down a call."""
    form = {
        "number": "416 555 0100",
        "number_found": "The city’s directory",
        "called_at": timezone.localtime(clock.now()).strftime("%Y-%m-%dT%H:%M"),
        "spoke_with": "Ines Roy, reception",
        "found": "Mo runs security there, and applied.",
    }
    return do(staff, application, "call-back", **(form | changes))


def look(staff, application):
    """Write down a check of the domain."""
    return do(
        staff, application, "identity", kind="domain", found="Registered to the same address since 2009"
    )


def vouch(manager, application, partner, staff, answer="yes"):
    """The partner is asked, and answers."""
    do(staff, application, "sponsor", partner=partner.pk)
    asked = application.sponsorships.get(partner=partner)
    return manager.post(
        reverse("joining:answer", args=[asked.pk]), {"words": "They share our loading dock", "answer": answer}
    )


def approve(staff, application, **changes):
    """Press the button."""
    form = {"short_name": "Harbour Sq", "network_role": "Network administrator"} | changes
    return do(staff, application, "approve", **form)


def second_staff(cast):
    """Somebody else who runs the installation."""
    sasha = cast.join("sasha", cast.partners["city"], Role.VIEWER)
    sasha.user.is_staff = True
    sasha.user.save()
    return let_in(Client(), sasha)
