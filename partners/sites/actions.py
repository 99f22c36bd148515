"""Writes of sites, one function per verb. Files of many are in `placing`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import phonenumbers
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.lib import words
from cityalert.lib.refusals import NotThere, Refusal
from partners.actor import Actor
from partners.models import Keyholder, Partner, Site
from partners.roles import Permission
from partners.sites.queries import told_only_about

MAX_SITES = 5_000
MAX_KEYHOLDERS = 6
_LINES = ("name", "address", "hours_note", "hazards_note", "meeting_point")
_PLAIN = ("sector", "location", "floors", "capacity", "hours", "hazards")


class MayNotManageSites(Refusal):
    """The actor belongs to the partner, but does not manage it."""

    code = "may_not_manage_sites"
    status = 403
    sentence = _("Only an owner or administrator can change this partner's sites.")


class NameTaken(Refusal):
    """A partner's sites have different names."""

    code = "site_name_taken"
    status = 422
    sentence = _(
        "There is a site with this name already. If it is archived, restore it; else choose another name."
    )


class TooManySites(Refusal):
    """Enough for any city's transit."""

    code = "too_many_sites"
    sentence = _(
        "A partner may have 5,000 sites. Archive those that are given up, or ask the network's administrator."
    )


class SiteInUse(Refusal):
    """Members who are told about this site alone would hear nothing any more."""

    code = "site_in_use"


class KeyholderRefused(Refusal):
    """Somebody who cannot be called."""

    code = "keyholder_refused"
    status = 422
    sentence = _("Give each keyholder a name and a telephone number, like 416 555 0123.")


@transaction.atomic
def add(actor: Actor, *, at: datetime, **values: Any) -> Site:
    """A new site; `values` as `edit` takes them."""
    check_may_manage(actor, actor.partner)
    if Site.objects.filter(partner=actor.partner).count() >= MAX_SITES:
        raise TooManySites
    site = Site(partner=actor.partner)
    keyholders = values.pop("keyholders", ())
    _set(site, values)
    _save(site, force_insert=True)
    _keep_keyholders(site, keyholders)
    record(Verb.SITE_ADDED, actor, site, at=at, keyholders=len(keyholders))
    return site


@transaction.atomic
def edit(actor: Actor, site: Site, *, at: datetime, **values: Any) -> Site:
    """Change what is said of a site. `keyholders` are pairs of name and telephone, in the order of calling.

    What was not given stays. The log keeps which fields changed, not what stands in them: an entry is for ever,
    and a telephone number is not.
    """
    site = _locked(actor, site)
    keyholders = values.pop("keyholders", None)
    changed = _set(site, values)
    if changed:
        _save(site, update_fields=changed)
    if keyholders is not None and _keep_keyholders(site, keyholders):
        changed.append("keyholders")
    if changed:
        record(Verb.SITE_CHANGED, actor, site, at=at, fields=sorted(changed))
    return site


@transaction.atomic
def archive(actor: Actor, site: Site, *, at: datetime) -> Site:
    """Give a site up: no alert reaches it any more, and what was said about it stays. Again changes nothing."""
    site = _locked(actor, site)
    if site.archived_at is None:
        if alone := told_only_about(site).count():
            raise SiteInUse(
                ngettext(
                    "%(n)d member is told about this site only. Change that first, or they would hear nothing.",
                    "%(n)d members are told about this site only. Change that first, or they would hear nothing.",
                    alone,
                )
                % {"n": alone}
            )
        site.archived_at = at
        site.save(update_fields=["archived_at"])
        record(Verb.SITE_ARCHIVED, actor, site, at=at)
    return site


@transaction.atomic
def restore(actor: Actor, site: Site, *, at: datetime) -> Site:
    """Take an archived site back into use. Again changes nothing."""
    site = _locked(actor, site)
    if site.archived_at is not None:
        site.archived_at = None
        site.save(update_fields=["archived_at"])
        record(Verb.SITE_RESTORED, actor, site, at=at)
    return site


def check_may_manage(actor: Actor, partner: Partner) -> None:
    """Refuse whoever does not manage the partner; to another partner nothing is there."""
    if actor.partner_id != partner.pk:
        raise NotThere
    if not actor.may(Permission.MANAGE, for_=partner):
        raise MayNotManageSites


def phone_of(typed: str) -> str:
    """A telephone number as E.164, or KeyholderRefused; without a country it is one of North America."""
    try:
        number = phonenumbers.parse(typed, "CA")
    except phonenumbers.NumberParseException as error:
        raise KeyholderRefused(field="keyholders") from error
    if not phonenumbers.is_possible_number(number):
        raise KeyholderRefused(field="keyholders")
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _locked(actor: Actor, site: Site) -> Site:
    found = Site.objects.select_for_update().filter(pk=site.pk, partner=actor.partner).first()
    if found is None:
        raise NotThere
    check_may_manage(actor, found.partner)
    return found


def _set(site: Site, values: Mapping[str, Any]) -> list[str]:
    clean = {name: words.line(values[name]) for name in _LINES if name in values}
    clean |= {name: values[name] for name in _PLAIN if name in values}
    if "notes" in values:
        clean["notes"] = words.block(values["notes"])
    changed = [name for name, value in clean.items() if getattr(site, name) != value]
    for name in changed:
        setattr(site, name, clean[name])
    return changed


def _save(site: Site, **how: Any) -> None:
    try:
        with transaction.atomic():
            site.save(**how)
    except IntegrityError as error:
        if "site_named_once" not in str(error):
            raise
        raise NameTaken(field="name") from error


def _keep_keyholders(site: Site, keyholders: Sequence[tuple[str, str]]) -> bool:
    """Make these the site's keyholders; whether that changed anything."""
    wanted = [(words.line(name), phone_of(phone)) for name, phone in keyholders]
    if len(wanted) > MAX_KEYHOLDERS or not all(name for name, _phone in wanted):
        raise KeyholderRefused(field="keyholders")
    if wanted == list(site.keyholders.order_by("position").values_list("name", "phone")):
        return False
    site.keyholders.all().delete()
    Keyholder.objects.bulk_create(
        Keyholder(partner_id=site.partner_id, site=site, position=position, name=name, phone=phone)
        for position, (name, phone) in enumerate(wanted, start=1)
    )
    return True
