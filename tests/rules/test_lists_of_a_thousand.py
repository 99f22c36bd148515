"""A list of a thousand costs at most five statements, what each of its rows may and says included."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.utils import timezone

from cityalert.accounts.models import User
from cityalert.agreements import queries as agreements
from cityalert.alerts import content
from cityalert.alerts import queries as alerts
from cityalert.businesses import listing, storing
from cityalert.businesses import queries as businesses
from cityalert.businesses.reach import silence
from cityalert.directory import search
from cityalert.duty import queries as duty
from cityalert.joining import queries as joining
from partners.groups import queries as groups
from partners.members import queries as members
from partners.models import Membership, Partner, Site
from partners.roles import Role
from partners.sharing import Participant, SharingGroup
from partners.sites import queries as sites
from tests.alerts.writing import draft, published
from tests.businesses.bia import many
from tests.cast import JOINED_AT, KING_AND_BAY

pytestmark = pytest.mark.django_db
COUNT, MOST = 1_000, 5


def copies(table: str, original: Any, **changed: str) -> None:
    """`COUNT` more rows like one that is there; `changed` columns are SQL, `n` the number of the copy."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_identity = 'NO'"
            " ORDER BY ordinal_position",
            [table],
        )
        columns = [row[0] for row in cursor.fetchall()]
        said = ", ".join(changed.get(column, f"o.{column}") for column in columns)
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {said}"
            f" FROM {table} o, generate_series(1, {COUNT}) AS n WHERE o.id = %s",
            [original],
        )


def key(kind: str) -> str:
    """SQL of the nth copy's key, known to whoever refers to it."""
    return f"md5('{kind}' || n)::uuid"


@pytest.fixture
def crowd(cast, at) -> None:
    """A thousand partners with a site each, in a thousand groups; a thousand members, sites and businesses of a BIA."""
    bia = cast.bao.partner
    others = Partner.objects.bulk_create(
        Partner(kind="corporate", name=f"Tower {n}", name_skeleton=f"tower{n}", short_name=f"T{n}")
        for n in range(COUNT)
    )
    here = Point(*KING_AND_BAY, srid=4326)
    Site.objects.bulk_create(
        Site(partner=partner, name=f"Site {n}", location=here)
        for n, one in enumerate(others)
        for partner in (one, bia)
    )
    users = User.objects.bulk_create(
        User(email=f"m{n}@bia.example", name=f"Member {n}") for n in range(COUNT)
    )
    Membership.objects.bulk_create(
        Membership(user=user, partner=bia, role=Role.OPERATOR, valid_from=JOINED_AT) for user in users
    )
    shared = SharingGroup.objects.bulk_create(
        SharingGroup(host=bia, name=f"Group {n}", purpose="-") for n in range(COUNT)
    )
    Participant.objects.bulk_create(
        Participant(
            group=group, partner=bia, host=bia, state="joined", invited_at=at, invited_by=bia, answered_at=at
        )
        for group in shared
    )
    many(bia, COUNT, at)


@pytest.fixture
def alerted(cast, at) -> None:
    """A thousand alerts that Corin was told of, and a thousand drafts."""
    alert, unsaid = published(cast.avery, at), draft(cast.avery, at)
    notice = "(SELECT id FROM delivery_notice WHERE key = 'n' || n)"
    copies("delivery_notice", alert.notice_id, key="'n' || n", topic="'t' || n", series="'s' || n")
    copies(
        "alerts_alert", alert.pk, id=key("a"), series=key("a"), notice_id=notice, idempotency_key="'n' || n"
    )
    copies("alerts_alert", unsaid.pk, id=key("d"), series=key("d"))
    for kind, one in (("a", alert), ("d", unsaid)):
        for info in one.infos.all():
            copies("alerts_info", info.pk, alert_id=key(kind))
    screen = alert.notice.recipients.get(kind="screen", partner=cast.corin.partner)
    copies("delivery_recipient", screen.pk, notice_id=notice, token="left(md5('t' || n), 16)")


def lists(cast, at) -> Iterator[tuple[str, Any]]:
    """What is listed, and how it is read for its page."""
    bao, avery, corin = (who.actor(at) for who in (cast.bao, cast.avery, cast.corin))
    today = timezone.localdate(at)

    def of_members() -> list[Any]:
        found = list(members.members_of(bao, at))
        factors = members.with_factor(found)
        return [(members.state_of(one, at), members.lacks_factor(one, factors), one.site) for one in found]

    def of_groups() -> list[Any]:
        found = groups.standings(bao)
        counted = groups.counts(found)
        return [(one.may_run, one.may_leave, one.may_invite, counted[one.group.pk]) for one in found]

    def of_partners() -> list[Any]:
        found = list(joining.partners())
        signed = agreements.standings([one.pk for one in found], at)
        return [(one.member_count, [each.needs_attention for each in signed[one.pk]]) for one in found]

    def of_businesses() -> list[Any]:
        silent = silence(bao.partner_id)
        return [
            listing.line(one, silent, today=today, at=at).missing
            for one in businesses.visible_to(bao).prefetch_related("contacts")
        ]

    yield "members", of_members
    yield "groups", of_groups
    yield "partners", of_partners
    yield "businesses", of_businesses
    yield "businesses for an import", lambda: list(storing.whole(businesses.visible_to(bao)))
    yield "sites", lambda: list(sites.visible_to(bao).prefetch_related("keyholders"))
    yield "sites on a map", lambda: sites.on_a_map(sites.visible_to(bao))["features"]
    yield "roster", lambda: [list(one.duties.all()) for one in duty.roster(bao, at)]

    yield "alerts", lambda: [said(one) for one in alerts.tray(corin, at)]
    yield "inbox", lambda: [said(one) for one in alerts.inbox(corin)]
    yield "drafts", lambda: [said(one) for one in alerts.drafts(avery)]


def said(alert: Any) -> Any:
    """What a row says of an alert."""
    return content.words_in(alert, "en").headline, alert.partner.name, getattr(alert, "response", "")


def test_every_list(cast, crowd, alerted, at, django_assert_max_num_queries):
    for name, read in lists(cast, at):
        with django_assert_max_num_queries(MOST, info=name):
            assert len(read()) >= COUNT, name
    with django_assert_max_num_queries(MOST):
        assert len(search.find(search.Query(text="tower"), at)) == search.PAGE + 1
