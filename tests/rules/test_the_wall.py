"""Row level security: a query forgotten in Python still leaks nothing. Everything here is asked in raw SQL."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.urls import reverse

from cityalert.alerts.templates import Template
from cityalert.auditor.models import Round
from cityalert.bulletins.models import Addressee, Bulletin, Correction, Origin, Proposal, Reading
from cityalert.delivery import fanout, receipts, reports, sending
from cityalert.directory.models import Alarm, Canary
from cityalert.dossiers import parts
from cityalert.dossiers.kinds import Kind
from cityalert.exchange.actions import receive
from cityalert.exchange.models import Source
from cityalert.incidents import actions as incidents
from cityalert.incidents import tasks
from cityalert.incidents.models import Feedback
from cityalert.lib import tenancy
from cityalert.lib.files import Kept
from cityalert.messaging import actions as talking
from cityalert.messaging import queries as talks
from cityalert.messaging.stored import Stored
from cityalert.ops import wall
from cityalert.preferences import actions as preferences
from cityalert.records.models import Erasure, Extract, Removal
from partners import invitations
from partners.roles import Role
from partners.sharing import Participant, SharingGroup
from tests.alerts.writing import draft, published
from tests.dossiers.events import opened
from tests.exchange.samples import alert as somebody_elses_alert
from tests.joining.steps import half_way

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not settings.DATABASE_APP_ROLE, reason="here the application is itself the owner"),
]


# Tables of Django's and allauth's parts that nobody here uses; sessions and keys are looked at elsewhere.
_NOT_USED = {
    "accounts_user_groups", "accounts_user_user_permissions", "usersessions_usersession", "account_emailaddress",
    "account_emailconfirmation", "socialaccount_socialaccount", "socialaccount_socialapp",
    "socialaccount_socialtoken", "django_admin_log", "subscriptions_consent", "subscriptions_stop", "residents_asking",
    "residents_reopening",
}  # fmt: skip


def ask(statement, params=None):
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall() if cursor.description else cursor.rowcount


def count(table):
    return ask(f'SELECT count(*) FROM "{table}"')[0][0]


def acting(person):
    return tenancy.acting(partner_id=person.partner.pk, person_id=person.user.pk)


@pytest.fixture
def city(cast, at, sandbox):
    """Something in as many tables as may be: an alert that was sent and answered, a draft, a group, an invitation."""
    alert = published(cast.avery, at, escalate_after_min=5)
    draft(cast.avery, at)
    fanout.fan_out(alert.notice_id, at=at)
    sending.send_due("sms")
    assert alert.notice_id
    told = receipts.recipients_of(
        [alert.notice_id], partner_id=cast.corin.partner.pk, user_id=cast.corin.user.pk
    )
    reports.say(told, words="Smoke", photo=b"jpeg", user_id=cast.corin.user.pk, via="dashboard", at=at)
    for name, is_hidden in (("Towers", False), ("Quiet", True)):
        group = SharingGroup.objects.create(name=name, host=cast.bao.partner, is_hidden=is_hidden)
        for person in (cast.bao, cast.corin, cast.vera):
            Participant.objects.create(
                group=group, partner=person.partner, host=group.host, state="joined", answered_at=at,
                invited_at=at, invited_by=group.host,
            )  # fmt: skip
    Canary.objects.create(partner=cast.noor.partner)
    Alarm.objects.create(user=cast.vera.user, partner=cast.vera.partner, reason="many", raised_at=at)
    invitations.invite(None, cast.corin.partner, "new@cityalert.example", "New", Role.VIEWER, at=at)
    half_way(cast, at)
    Template.objects.create(
        partner=cast.avery.partner, name="Gas", name_fr="Gaz", event="hazmat", category="Fire", severity=4,
        response_type="Avoid", urgency="Immediate", certainty="Likely", scope="Restricted", tlp="AMBER", lasts_min=60,
        words={},
    )  # fmt: skip
    source = Source.objects.create(partner=cast.avery.partner, name="Gas works", added_at=at)
    receive(source, somebody_elses_alert(), "", at=at)
    incident = incidents.from_alert(cast.avery.actor(at), alert, at=at)
    incidents.let_take_part(cast.avery.actor(at), incident, [cast.corin.partner.pk], at=at)
    tasks.add(
        cast.avery.actor(at), incident, tasks.Wanted("Lock the doors", cast.corin.partner.pk, None), at=at
    )
    Feedback.objects.create(
        incident=incident,
        lead=cast.avery.partner,
        partner=cast.corin.partner,
        user=cast.corin.user,
        asked_at=at,
    )
    event(cast, at)
    talked(cast, at)
    Round.objects.create(at=at, took_ms=1, head_position=0, head_hash="")
    preferences.add(cast.vera.actor(at), "email", "desk@arena.example", at=at)
    return alert


def event(cast, at):
    """One in which two take part, with what each of its tables holds."""
    dossier = opened(cast.vera, at, cast.corin)
    data = {"title": "Gate", "text": "", "tlp": "AMBER", "is_shared": False, "people": [], "place": ""}
    post = parts.add(cast.vera.actor(at), dossier, Kind.POST, data, at=at)
    plan = {**data, "file": Kept("p.pdf", "application/pdf", b"%PDF-")}
    parts.add(cast.vera.actor(at), dossier, Kind.DOCUMENT, plan, at=at)
    parts.tick(cast.vera.actor(at), post, is_on=True, at=at)
    dossier.ties.create(series=dossier.pk, tied_at=at)
    said = {"partner": cast.vera.partner, "author": cast.vera.user}
    bulletin = Bulletin.objects.create(title="Scams", text="-", published_at=at, **said)
    for whom in (cast.corin, cast.noor):
        to = {"bulletin": bulletin, "partner": whom.partner, "sender": cast.vera.partner}
        Addressee.objects.create(**to)
        Reading.objects.create(user=whom.user, **to)
    Proposal.objects.create(
        bulletin=bulletin, partner=cast.noor.partner, sender=cast.vera.partner, author=cast.noor.user, text="-",
        proposed_at=at,
    )  # fmt: skip
    Correction.objects.create(bulletin=bulletin, sender=cast.vera.partner, text="-", made_at=at)
    Origin.objects.create(bulletin=bulletin, partner_seal="-", author_seal="-")


def talked(cast, at):
    """A conversation of Avery's and Corin's, with all that can become of a post."""
    avery, corin = cast.avery.actor(at), cast.corin.actor(at)
    them = talking.Whom(partners=frozenset({cast.corin.partner.pk}))
    talk = talking.open_conversation(avery, "Doors", them, at=at)
    said = talking.Saying("Which one, @Corin Walsh?", files=[Stored("file", "a.txt", "text/plain", b"a")])
    talking.post(avery, talk, said, client_id=uuid4(), at=at)
    talking.edit(avery, talk, 1, "Which door, @Corin Walsh?", at=at)
    talking.react(corin, talk, 1, "understood", at=at)


def tables():
    return {
        name: (has_wall, is_forced)
        for name, has_wall, is_forced in ask(
            "SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class"
            " WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
            " AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = pg_class.oid AND d.deptype = 'e')"
        )
    }


def test_every_table_says_whose_its_rows_are():
    assert sorted(tables()) == sorted([*wall.WALLED, *wall.OPEN])


def test_what_is_walled_is_so_for_everybody():
    assert {name for name, state in tables().items() if state == (True, True)} == set(wall.WALLED)


def test_the_roles_own_nothing_and_cannot_bypass_it():
    for role in (settings.DATABASE_APP_ROLE, settings.DATABASE_ACROSS_ROLE):
        assert ask(
            "SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = %s", [role]
        ) == [(False, False, False)]
        assert ask("SELECT count(*) FROM pg_tables WHERE tableowner = %s", [role]) == [(0,)]
    app = settings.DATABASE_APP_ROLE
    assert ask("SELECT rolinherit FROM pg_roles WHERE rolname = %s", [app]) == [(False,)]


def test_what_policies_asked_before_is_gone(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT proname FROM pg_proc WHERE proname IN ('heard_notice', 'know_alert')")
        assert cursor.fetchall() == []


def test_nobody_sees_nothing(city):
    with tenancy.acting():
        assert {table for table in wall.WALLED if count(table)} == set()


def test_the_city_has_rows_to_see(city):
    # Where the policy is the plainest, one table with rows stands for all.
    empty = {table for table in wall.WALLED if not count(table) and wall.WALLED[table] != wall.BY_PARTNER}

    assert count("partners_site")
    assert empty == {
        "partners_partnergrouppermission", "partners_groupinvitation", "alerts_alert_references", "delivery_receipt",
        "records_removal", "records_erasure", *_NOT_USED,
    }  # fmt: skip


def test_otto_sees_his_own_and_nothing_else(cast, city):
    with acting(cast.otto):
        seen = {table: count(table) for table in wall.WALLED}
        assert ask("SELECT user_id FROM partners_membership") == [(cast.otto.user.pk,)]
        assert ask("SELECT partner_id FROM partners_site") == [(cast.otto.partner.pk,)]
        assert set(ask("SELECT name FROM partners_partner")) == {
            # his own, and those that may alert him
            *((cast.partners[key].name,) for key in ("outside", "police", "bia")),
        }
    assert {table for table, rows in seen.items() if rows} <= {
        "partners_partner", "partners_membership", "partners_partneruserpermission", "partners_site",
        "subscriptions_subscriber", "subscriptions_contactpoint", "agreements_signing", "accounts_user",
    }  # fmt: skip


def test_a_hidden_group_shows_a_member_nobody_else(cast, city):
    rows = (
        "SELECT p.partner_id FROM partners_participant p JOIN partners_sharinggroup g ON g.id = p.group_id"
        " WHERE g.name = %s"
    )
    with acting(cast.corin):
        assert len(ask(rows, ["Towers"])) == 3
        assert ask(rows, ["Quiet"]) == [(cast.corin.partner.pk,)]
    with acting(cast.bao):
        assert len(ask(rows, ["Quiet"])) == 3
    with acting(cast.otto):
        assert count("partners_sharinggroup") == count("partners_participant") == 0


def test_who_wrote_it_sees_how_far_it_came_and_who_was_told_does_not(cast, city):
    # Of what is no alert nobody is the sender: who takes part in a hidden conversation would show.
    everybody = ask("SELECT count(*) FROM delivery_recipient WHERE sender_id IS NOT NULL")[0][0]
    with acting(cast.avery):
        assert count("delivery_recipient") == everybody
        assert count("delivery_delivery") > 0
        assert ask("SELECT count(*) FROM subscriptions_contactpoint WHERE subscriber_id <> %s",
                   [cast.avery.subscriber.pk]) == [(0,)]  # fmt: skip
    with acting(cast.corin):
        assert ask("SELECT DISTINCT partner_id FROM delivery_recipient") == [(cast.corin.partner.pk,)]
        assert ask("SELECT state FROM alerts_alert") == [("published",)]


def test_who_takes_part_in_an_incident_sees_it_and_what_they_were_asked(cast, city):
    of_it = [
        f"incidents_{name}" for name in ("incident", "participation", "tie", "moment", "task", "feedback")
    ]
    for person, sees in ((cast.avery, True), (cast.corin, True), (cast.vera, False), (cast.otto, False)):
        with acting(person):
            assert [bool(count(table)) for table in of_it] == [sees] * len(of_it), person
    with tenancy.acting(partner_id=cast.corin.partner.pk, person_id=cast.vera.user.pk):
        assert count("incidents_feedback") == 0


def test_who_takes_part_in_a_conversation_sees_it_from_when_they_came(cast, city, at):
    of_it = [name for name in wall.WALLED if name.startswith("messaging_")]
    for person, sees in ((cast.avery, True), (cast.corin, True), (cast.vera, False), (cast.otto, False)):
        with acting(person):
            assert [bool(count(table)) for table in of_it] == [sees] * len(of_it), person
    avery = cast.avery.actor(at)
    (talk,) = talks.visible_to(avery)
    talking.invite(avery, talk, talking.Whom(partners=frozenset({cast.vera.partner.pk})), at=at)
    talking.post(avery, talk, talking.Saying("Now you hear it"), client_id=uuid4(), at=at)
    with acting(cast.vera):
        assert ask("SELECT position FROM messaging_post") == [(2,)]
        assert count("messaging_wording") == count("messaging_content") == 0


def test_what_a_partner_took_out_of_a_conversation_is_its_own(cast, city, at):
    (talk,) = talks.visible_to(cast.corin.actor(at))
    extract = Extract.objects.create(
        conversation=talk, partner=cast.corin.partner, reference="7", made_at=at, made_by=cast.corin.user, entries=1,
        head="h",
    )  # fmt: skip
    Removal.objects.create(extract=extract, position=1, what="post", ground="safety")
    Erasure.objects.create(conversation=talk, erased_at=at, posts=1)
    own, gone = ("records_extract", "records_removal"), "records_erasure"
    for person, took, hears in ((cast.corin, 1, 1), (cast.avery, 0, 1), (cast.vera, 0, 0), (cast.otto, 0, 0)):
        with acting(person):
            assert [*map(count, own), count(gone)] == [took, took, hears], person


def test_nobody_writes_another_partners_rows(cast, city):
    elsewhere = [cast.corin.partner.pk]
    with acting(cast.otto):
        assert ask("UPDATE partners_site SET name = 'mine' WHERE partner_id = %s", elsewhere) == 0
        assert ask("DELETE FROM partners_membership WHERE partner_id = %s", elsewhere) == 0
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            ask(
                "INSERT INTO partners_site (id, partner_id, name, address, location)"
                " VALUES (gen_random_uuid(), %s, 'mine', '', 'SRID=4326;POINT(-79 43)')",
                elsewhere,
            )
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            ask("UPDATE partners_site SET partner_id = %s", elsewhere)


def test_the_connection_forgets_for_whom_it_stood(cast, city):
    sites = []
    for person in (cast.corin, cast.otto, cast.corin):
        with acting(person):
            sites.append(ask("SELECT partner_id FROM partners_site"))
    assert sites == [[(cast.corin.partner.pk,)], [(cast.otto.partner.pk,)], [(cast.corin.partner.pk,)]]


def test_what_was_taken_in_a_transaction_that_failed_is_taken_again(cast, city):
    with acting(cast.otto):
        with pytest.raises(IntegrityError), transaction.atomic(), acting(cast.corin):
            ask("INSERT INTO partners_site SELECT * FROM partners_site")
        assert ask("SELECT partner_id FROM partners_site") == [(cast.otto.partner.pk,)]
        with transaction.atomic():
            with acting(cast.corin):
                assert ask("SELECT partner_id FROM partners_site") == [(cast.corin.partner.pk,)]
            transaction.set_rollback(True)
        assert ask("SELECT partner_id FROM partners_site") == [(cast.otto.partner.pk,)]


def test_across_ends_with_its_block(cast, city):
    with acting(cast.otto):
        with tenancy.across("a test"):
            assert count("partners_site") == 7
        assert count("partners_site") == 1


def test_membership_that_ended_shows_nothing(cast, city, client, at):
    cast.corin.membership.valid_until = at - timedelta(seconds=1)
    cast.corin.membership.valid_from = at - timedelta(days=1)
    cast.corin.membership.save()
    client.force_login(cast.corin.user)

    assert client.get(reverse("alerts:inbox")).status_code == 404
