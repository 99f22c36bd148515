"""What a business answers, by the link in its mail; and what the BIA makes of it. The link answers once."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.businesses import actions, records
from cityalert.businesses.confirming.asking import Unnamed, digest
from cityalert.businesses.leave import need_change
from cityalert.businesses.models import Asking, Business, Contact, Function, Hushed
from cityalert.businesses.records import Field
from cityalert.lib import words
from cityalert.lib.refusals import NotThere
from partners.actor import Actor

MOST_OF_NOTE = 500
_OWN = ("name", "address", "languages")
_CALLED = ("name", "phone", "email")
# Of others there these are shown as "•• 0123" only: who has the link need not have their number.
_VEILED = ("phone", "email")


def by_token(token: str, *, at: datetime) -> Asking:
    """What a link asks, its business with its contacts. Raises NotThere for one that is unknown, used or over."""
    found = _open(at).filter(digest=digest(token)).prefetch_related("business__contacts").first()
    if found is None:
        raise NotThere
    return found


def fields(asking: Asking) -> dict[str, Field]:
    """What they may correct: the business, whoever is called there, and their own language."""
    names = [*_OWN, f"{asking.function}_language"]
    names += [f"{function}_{name}" for function in Function.values for name in _CALLED]
    return {name: field for name, field in records.plain().items() if name in names}


def veiled(asking: Asking) -> set[str]:
    """The fields of others, which are not shown in full. Left empty they stay as they are."""
    return {f"{one}_{name}" for one in Function.values for name in _VEILED if one != asking.function}


@transaction.atomic
def confirm(token: str, *, at: datetime) -> None:
    """All of it is right."""
    asking = _hold(token, at)
    _vouch(asking, Function.values, at)
    _answer(asking, Asking.State.CONFIRMED, at)
    record(Verb.BUSINESS_CONFIRMED, Unnamed(asking.partner_id), asking.business, at=at)


@transaction.atomic
def propose(token: str, typed: Mapping[str, str], note: str, *, at: datetime) -> None:
    """Say what has changed. It waits for the BIA; who is not spoken of is confirmed. Raises actions.NotUsable."""
    asking = _hold(token, at)
    hidden, known = veiled(asking), fields(asking)
    said = {
        name: text for name, text in typed.items() if name in known and (text.strip() or name not in hidden)
    }
    before = records.of(asking.business)
    kept, wrong = records.clean(known, said)
    after = records.tidy({**before, **kept})
    wrong = {**records.faults(after), **wrong}
    if wrong:
        raise actions.NotUsable(detail={name: str(sentence) for name, sentence in wrong.items()})
    changed = {name: kept[name] for name in records.differences(before, {**before, **kept})}
    note = words.block(note)[:MOST_OF_NOTE]
    if not changed and not note:
        return confirm(token, at=at)
    touched = {
        function for function in Function.values for name in changed if name.startswith(f"{function}_")
    }
    # Words may be about anybody: then only whoever wrote them is sure.
    sure = {asking.function} if note else set(Function.values)
    _vouch(asking, sure - touched, at)
    asking.proposed, asking.note = changed, note
    _answer(asking, Asking.State.CHANGED, at)
    facts = {"fields": sorted(changed), "note": bool(note)}
    record(Verb.BUSINESS_CHANGE_PROPOSED, Unnamed(asking.partner_id), asking.business, at=at, **facts)
    return None


@transaction.atomic
def stop(token: str, *, at: datetime) -> None:
    """Ask this address no more, for this BIA."""
    asking = _hold(token, at)
    Hushed.objects.get_or_create(partner_id=asking.partner_id, email=asking.email, defaults={"at": at})
    _answer(asking, Asking.State.STOPPED, at)
    record(Verb.BUSINESS_HUSHED, Unnamed(asking.partner_id), asking.business, at=at)


@transaction.atomic
def accept(actor: Actor, asking_id: UUID, *, at: datetime) -> Business:
    """Take over what they said. Raises actions.NotUsable where it no longer holds together."""
    asking = _proposal(actor, asking_id)
    business = actions.change(actor, asking.business, asking.proposed, at=at)
    _decide(actor, asking, Asking.State.ACCEPTED, at)
    record(Verb.BUSINESS_PROPOSAL_ACCEPTED, actor, business, at=at, fields=sorted(asking.proposed))
    return business


@transaction.atomic
def decline(actor: Actor, asking_id: UUID, *, at: datetime) -> Business:
    """Leave it as it is."""
    asking = _proposal(actor, asking_id)
    _decide(actor, asking, Asking.State.DECLINED, at)
    record(Verb.BUSINESS_PROPOSAL_DECLINED, actor, asking.business, at=at, fields=sorted(asking.proposed))
    return asking.business


def _open(at: datetime) -> QuerySet[Asking]:
    # Whoever is not called there any more does not answer for it either.
    still_there = Contact.objects.filter(
        business=OuterRef("business"), function=OuterRef("function"), email=OuterRef("email")
    )
    return Asking.objects.select_related("business", "partner", "by").filter(
        Exists(still_there), state=Asking.State.ASKED, expires_at__gt=at, business__archived_at=None,
        partner__is_active=True,
    )  # fmt: skip


def _hold(token: str, at: datetime) -> Asking:
    held = _open(at).select_for_update(of=("self",)).filter(digest=digest(token)).first()
    if held is None:
        raise NotThere
    return held


def _answer(asking: Asking, state: Asking.State, at: datetime) -> None:
    asking.state, asking.answered_at = state, at
    asking.save(update_fields=["state", "answered_at", "proposed", "note"])


def _vouch(asking: Asking, functions: "set[str] | list[str]", at: datetime) -> None:
    theirs = Contact.objects.filter(business=asking.business_id, function__in=functions)
    theirs.exclude(phone="", email="").update(confirmed_at=at)


def _proposal(actor: Actor, asking_id: UUID) -> Asking:
    need_change(actor)
    waiting = Asking.objects.filter(partner=actor.partner_id, state=Asking.State.CHANGED)
    asking = waiting.select_for_update(of=("self",)).select_related("business").filter(pk=asking_id).first()
    if asking is None:
        raise NotThere
    return asking


def _decide(actor: Actor, asking: Asking, state: Asking.State, at: datetime) -> None:
    asking.state, asking.decided_at, asking.decided_by = state, at, actor.user
    asking.save(update_fields=["state", "decided_at", "decided_by"])
