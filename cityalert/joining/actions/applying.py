"""What whoever applies does: apply, open their link, mend what was returned, sign the agreements."""

from datetime import datetime, timedelta
from typing import TypedDict

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from cityalert.agreements.actions import NotNamed, TextChanged
from cityalert.agreements.models import Agreement
from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.joining import checklist, facts, states
from cityalert.joining.actions import links, sponsoring
from cityalert.joining.actions.holding import hold
from cityalert.joining.models import Application, Approach, Link, SignedText
from cityalert.joining.states import OPEN, State
from cityalert.lib import phones, words
from cityalert.lib.language import Language
from cityalert.lib.refusals import NotThere, Refusal
from partners import known, names

# Mails that strangers can have sent to one address in a day.
PER_DAY = 3


class NoSuchNumber(Refusal):
    """It must be a number one can call."""

    code = "no_such_number"
    status = 422
    sentence = _("This is no telephone number. Write it as 416-555-0123, or with the country's code.")


class Said(TypedDict):
    """What an applicant writes."""

    name: str
    kind: str
    address: str
    website: str
    contact_name: str
    contact_role: str
    contact_email: str
    contact_phone: str
    sponsor_name: str
    why: str


@transaction.atomic
def apply(
    said: Said, language: Language, *, approach: Approach | None = None, at: datetime
) -> Application | None:
    """Take an application and send a link that confirms the address.

    None when the address had as many mails today as strangers may cause; the caller says the same then.
    Raises names.NamePretends, known.NameOfPartner, NoSuchNumber.
    """
    application = Application(language=language, submitted_at=at, numbers=[])
    _write_down(application, said)
    today = Application.objects.filter(
        contact_email=application.contact_email, submitted_at__gt=at - timedelta(days=1)
    )
    if today.count() >= PER_DAY:
        return None
    application.save(force_insert=True)
    if approach is not None:
        approach.application = application
        approach.save(update_fields=["application"])
    links.write(application, "confirm", at=at)
    record(Verb.APPLICATION_RECEIVED, None, application, at=at, kind=application.kind)
    return application


@transaction.atomic
def open_link(token: str, *, at: datetime) -> Application:
    """Use a link, once. The first also confirms the address. Used, run out, unknown: NotThere, all the same."""
    link = (
        Link.objects.select_for_update(of=("self",))
        .select_related("application")
        .filter(digest=links.digest(token), used_at=None, expires_at__gt=at)
        .first()
    )
    if link is None:
        raise NotThere
    link.used_at = at
    link.save(update_fields=["used_at"])
    application = hold(link.application)
    if application.state == State.RECEIVED:
        _confirm(application, at)
    return application


@transaction.atomic
def ask_for_link(email: str, *, at: datetime) -> None:
    """Send the latest open application of this address a new link; nothing for an address without one."""
    mine = Application.objects.filter(contact_email=email.strip().lower()).exclude(state=State.REFUSED)
    application = mine.order_by("-submitted_at").first()
    if application is None:
        return
    recent = application.links.filter(expires_at__gt=at + links.GOOD_FOR - timedelta(minutes=5))
    if recent.exists():
        return  # a mail is on its way: whoever presses again does not get ten
    links.write(application, "link", at=at)


@transaction.atomic
def change(application: Application, said: Said, *, at: datetime) -> Application:
    """Send a returned application again. What was checked of something else has to be checked anew."""
    application = hold(application)
    states.check(application.state, State.VETTING)
    was = application.about
    email = application.contact_email
    _write_down(application, said)
    # The link went to this address: another would have to be confirmed.
    application.contact_email = email
    application.about = facts.fingerprint(application)
    application.state, application.reason = State.VETTING, ""
    application.submitted_at = at
    application.save()
    links.write(application, "received_again", at=at)
    record(Verb.APPLICATION_CHANGED, None, application, at=at, checked_anew=application.about != was)
    return application


@transaction.atomic
def sign(
    application: Application, agreement: Agreement, *, sha256: str, name: str, role: str, at: datetime
) -> None:
    """Sign a text that whoever joins signs. Again changes nothing."""
    application = hold(application)
    if application.state not in OPEN:
        raise states.NotNow
    texts = dict(checklist.signed_texts(application)[0])
    if agreement not in texts or agreement.sha256 != sha256:
        raise TextChanged
    name, role = words.line(name), words.line(role)
    for field, value in (("name", name), ("role", role)):
        if not 0 < len(value) <= 120:
            raise NotNamed(field=field)
    signed = SignedText(
        application=application, agreement=agreement, sha256=sha256, about=application.about,
        signer_name=name, signer_role=role, signed_at=at,
    )  # fmt: skip
    try:
        with transaction.atomic():
            signed.save(force_insert=True)
    except IntegrityError:  # pressed twice
        return
    record(Verb.APPLICATION_SIGNED, None, application, at=at, agreement=agreement.pk, text=sha256)


def forget(*, at: datetime) -> None:
    """Delete what nobody confirmed while the link was good; a chore of the night."""
    unconfirmed = Application.objects.filter(state=State.RECEIVED, submitted_at__lt=at - links.GOOD_FOR)
    unconfirmed.delete()


def _confirm(application: Application, at: datetime) -> None:
    application.state, application.confirmed_at = State.VETTING, at
    application.save(update_fields=["state", "confirmed_at"])
    links.write(application, "received", at=at)
    approach = Approach.objects.select_related("sponsor").filter(application=application).first()
    if approach and approach.sponsor:
        sponsoring.put(application, approach.sponsor, at)
    record(Verb.APPLICATION_CONFIRMED, None, application, at=at)


def _write_down(application: Application, said: Said) -> None:
    for field, value in said.items():
        clean = words.block(str(value)) if field == "why" else words.line(str(value))
        setattr(application, field, clean)
    names.check(application.name)
    known.check(application.name)
    application.contact_email = application.contact_email.lower()
    number = phones.e164(application.contact_phone)
    if not number:
        raise NoSuchNumber(field="contact_phone")
    application.contact_phone = number
    if number not in application.numbers:
        application.numbers = [*application.numbers, number]
    application.about = facts.fingerprint(application)
