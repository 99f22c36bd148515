"""Alerts for programs: to everybody what is public, and to the holder of a key what its partner may know."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cityalert.accounts.throttle import throttled
from cityalert.alerts import marking
from cityalert.alerts import queries as alerts
from cityalert.alerts.lifecycle import State
from cityalert.alerts.models import Alert
from cityalert.alerts.sharing import is_for_all
from cityalert.lib import clock, tenancy
from cityalert.lib.refusals import NotThere
from cityalert.public import keys, queries
from cityalert.public.addresses import cap_of, page_of, whole
from cityalert.public.answers import answer
from cityalert.public.feeds import FORMATS
from cityalert.public.feeds.entries import Feed, entries

CAP_TYPE = "application/cap+xml; charset=utf-8"
_ID = "urn:cityalert"


@require_safe
def feed(request: HttpRequest, language: str, form: str) -> HttpResponse:
    """The public alerts of two days."""
    at = clock.now()
    with translation.override(language):
        said = Feed(
            title=_("Alerts in %(city)s") % {"city": settings.CITY_NAME},
            page=whole(reverse("public:current", args=[language])),
            address=whole(request.path),
            key=f"{_ID}:{settings.CAP_SENDER}:public:{language}",
            language=language,
            entries=entries(
                queries.messages(at), language, at, page=lambda one: page_of(one, language), cap=cap_of
            ),
        )
        body = FORMATS[form].write(said)
    return answer(
        request, body, content_type=FORMATS[form].content_type, language=language, changed_at=said.changed_at
    )


@require_safe
def cap(request: HttpRequest, alert_id: UUID) -> HttpResponse:
    """One public message in CAP 1.2, as it was published."""
    try:
        text = queries.cap(alert_id)
    except NotThere:
        return answer(request, "", content_type="text/plain; charset=utf-8", status=404)
    return answer(request, text, content_type=CAP_TYPE)


@require_safe
@throttled("partner-feed", "120/m/ip")
def of_partner(request: HttpRequest, token: str, language: str, form: str) -> HttpResponse:
    """What the key's partner said or was told in two days, each entry with its marking."""
    at = clock.now()
    partner = keys.partner_of(token, at=at)
    with tenancy.acting(partner_id=partner.pk), translation.override(language):
        said = Feed(
            title=_("Alerts for %(partner)s") % {"partner": partner.name},
            page=whole(reverse("alerts:inbox")),
            address=whole(request.path),
            key=f"{_ID}:{settings.CAP_SENDER}:partner:{partner.pk}:{language}",
            language=language,
            entries=entries(
                _lately(partner.pk, at),
                language,
                at,
                page=lambda one: _page(one, language),
                cap=lambda one: whole(reverse("public:partner_cap", args=[token, one.pk])),
                label=lambda one: marking.shown_in(one.tlp),
            ),
        )
        body = FORMATS[form].write(said)
    return answer(
        request,
        body,
        content_type=FORMATS[form].content_type,
        language=language,
        changed_at=said.changed_at,
        is_private=True,
    )


@require_safe
@throttled("partner-feed", "120/m/ip")
def cap_of_partner(request: HttpRequest, token: str, alert_id: UUID) -> HttpResponse:
    """One of them in CAP 1.2."""
    partner = keys.partner_of(token, at=clock.now())
    with tenancy.acting(partner_id=partner.pk):
        text = queries.get_xml(_for_programs(partner.pk).filter(pk=alert_id))
    return answer(request, text, content_type=CAP_TYPE, is_private=True)


def _lately(partner_id: UUID, at: datetime) -> list[Alert]:
    lately = Q(published_at__gt=at - queries.FEED_FOR) | Q(state=State.PUBLISHED, expires_at__gt=at)
    found = _for_programs(partner_id).filter(lately).prefetch_related("infos").defer("cap_xml", "shapes")
    return list(found.order_by("-published_at")[: queries.AT_MOST])


def _for_programs(partner_id: UUID) -> QuerySet[Alert]:
    """TLP:RED is for the persons it was given to: a program that whoever reads is none of them."""
    return alerts.said_to(partner_id).filter(tlp__in=marking.for_feeds_of(partner_id))


def _page(alert: Alert, language: str) -> str:
    """The public page where there is one; else the partner's own, behind its door."""
    if is_for_all(alert):
        return page_of(alert, language)
    return whole(reverse("alerts:detail", args=[alert.pk]))
