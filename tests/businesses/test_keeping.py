"""Bao keeps the membership: the table, a business, renewing, archiving, the board, own fields. Otto finds nothing."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from cityalert.audit import queries as audit
from cityalert.businesses import actions, records, standing
from cityalert.businesses.models import Business, Contact, CustomField, Seat
from cityalert.businesses.standing import Standing, a_year_later
from cityalert.businesses.views.keeping import today
from partners.models import Partner
from partners.roles import Role
from tests.businesses.bia import CAFE, business, many
from tests.door import let_in

pytestmark = pytest.mark.django_db
TABLE = reverse("businesses:list")


def names(response):
    return [line.business.name for line in response.context["page"].lines]


def test_an_empty_table_says_what_to_do(bao):
    page = bao.get(TABLE)

    assert page.status_code == 200
    assert "No businesses yet" in page.content.decode()


def test_a_business_is_added_and_found_by_anything_one_knows_of_it(bao):
    added = bao.post(reverse("businesses:add"), CAFE, follow=True)
    assert "Café Zoé" in added.content.decode()

    for words in ("zoe", "CAFÉ", "king", "4165550123", "patio", "tremblay", "zoe king"):
        assert names(bao.get(TABLE, {"q": words})) == ["Café Zoé"], words
    assert names(bao.get(TABLE, {"q": "nothing like it"})) == []


def test_what_cannot_be_kept_gets_a_sentence_beside_it_and_nothing_typed_is_lost(bao):
    wrong = {**CAFE, "owner_phone": "555", "lapses_on": "next year", "lat": "43.6", "name": ""}

    answer = bao.post(reverse("businesses:add"), wrong)

    assert answer.status_code == 422
    assert set(answer.context["form"].errors) >= {"owner_phone", "lapses_on", "lat", "name"}
    assert 'value="next year"' in answer.content.decode()
    assert not Business.objects.exists()


def test_two_businesses_never_have_the_same_number(bao):
    bao.post(reverse("businesses:add"), {**CAFE, "key": "A1"})

    answer = bao.post(reverse("businesses:add"), {**CAFE, "name": "Other", "key": "A1"})

    assert answer.status_code == 409
    assert "has this number" in str(answer.context["form"].errors["key"])


def test_a_change_is_kept_and_told_by_the_names_of_its_fields(cast, bao, at):
    one = business(cast.bao, at)

    bao.post(
        reverse("businesses:edit", args=[one.pk]),
        {**CAFE, "owner_phone": "416 555 0199", "notes": "Rings twice"},
    )

    one = Business.objects.get()
    assert records.of(one) == records.tidy(
        {**records.of(one), "owner_phone": "+14165550199", "notes": "Rings twice"}
    )
    facts = audit.timeline(one).last().facts
    assert facts == {"fields": ["notes", "owner_phone"]}


def test_saving_what_is_there_changes_nothing(cast, bao, at):
    one = business(cast.bao, at)

    bao.post(reverse("businesses:edit", args=[one.pk]), {**CAFE, "version": actions.version(one)})

    assert [entry.verb for entry in audit.timeline(one)] == ["business.added"]


def test_whoever_saves_an_old_page_is_told(cast, bao, at):
    one = business(cast.bao, at)
    old = actions.version(one)
    actions.change(cast.bao.actor(at), one, {"notes": "new"}, at=at + timedelta(seconds=1))

    answer = bao.post(reverse("businesses:edit", args=[one.pk]), {**CAFE, "notes": "mine", "version": old})

    assert answer.status_code == 409
    assert "since you opened it" in answer.content.decode()
    assert "mine" in answer.content.decode()
    assert Business.objects.get().notes == "new"


def test_only_what_a_person_typed_anew_counts_as_confirmed(cast, at):
    later = at + timedelta(days=300)
    one = business(cast.bao, at, manager_name="Lou", manager_phone="416-555-0111")

    actions.change(cast.bao.actor(later), one, {"manager_phone": "416-555-0112"}, at=later)

    assert {c.function: c.confirmed_at for c in Contact.objects.all()} == {"owner": at, "manager": later}


def test_a_contact_without_anything_is_no_contact(cast, at):
    one = business(cast.bao, at)

    actions.change(cast.bao.actor(at), one, {"owner_name": "", "owner_phone": "", "owner_email": ""}, at=at)

    assert not Contact.objects.exists()
    assert records.of(Business.objects.get())["owner_language"] == ""


def test_archived_ones_leave_the_table_and_come_back(cast, bao, at):
    one = business(cast.bao, at)

    bao.post(reverse("businesses:archive", args=[one.pk]))
    assert names(bao.get(TABLE)) == []
    assert names(bao.get(TABLE, {"state": "archived"})) == ["Café Zoé"]

    bao.post(reverse("businesses:restore", args=[one.pk]))
    assert names(bao.get(TABLE)) == ["Café Zoé"]
    assert [entry.verb for entry in audit.timeline(one)][1:] == ["business.archived", "business.restored"]


def test_renewing_adds_a_year_once_a_day(cast, bao, at):
    soon = today() + timedelta(days=10)
    one = business(cast.bao, at, lapses_on=soon.isoformat())
    assert names(bao.get(TABLE, {"state": "due"})) == ["Café Zoé"]

    for _twice in range(2):
        bao.post(reverse("businesses:renew", args=[one.pk]))

    one.refresh_from_db()
    assert (one.lapses_on, one.renewed_on) == (a_year_later(soon), today())


def test_one_that_lapsed_is_renewed_from_today(cast, bao, at):
    one = business(cast.bao, at, joined_on="2019-01-01", lapses_on="2020-01-01")
    assert names(bao.get(TABLE, {"state": "lapsed"})) == ["Café Zoé"]

    bao.post(reverse("businesses:renew", args=[one.pk]))

    one.refresh_from_db()
    assert one.lapses_on == a_year_later(today())


def test_a_leap_day_is_followed_by_the_first_of_march():
    assert a_year_later(date(2028, 2, 29)) == date(2029, 3, 1)


def test_filters_and_orders(cast, bao, at):
    many(cast.bao.partner, 3, at)
    business(cast.bao, at, lapses_on="2020-01-01")

    assert names(bao.get(TABLE, {"class": "Restaurant"})) == ["Café Zoé"]
    assert names(bao.get(TABLE, {"tag": "patio"})) == ["Café Zoé"]
    assert names(bao.get(TABLE, {"missing": "owner"})) == []
    assert len(names(bao.get(TABLE, {"missing": "after_hours"}))) == 4
    assert len(names(bao.get(TABLE, {"fresh": "stale"}))) == 4
    assert names(bao.get(TABLE, {"sort": "until"}))[0] == "Café Zoé"
    assert names(bao.get(TABLE, {"sort": "name", "by": "desc"}))[0] == "Shop 00002"
    assert len(names(bao.get(TABLE, {"sort": "nonsense", "state": "?", "after": "%%%", "fresh": "x"}))) == 4


@pytest.mark.parametrize("sort", ["name", "class", "until", "freshness"])
@pytest.mark.parametrize("by", ["", "desc"])
def test_pages_follow_one_another_without_gap_or_double(cast, bao, at, sort, by):
    many(cast.bao.partner, 120, at)
    address, seen = f"{TABLE}?sort={sort}&by={by}", []

    while address:
        page = bao.get(address).context["page"]
        seen += [line.business.name for line in page.lines]
        address = page.next and TABLE + page.next

    assert len(seen) == len(set(seen)) == 120


def test_many_businesses_cost_no_more_statements_than_one(cast, bao, at, django_assert_max_num_queries):
    business(cast.bao, at)
    bao.get(TABLE)
    with django_assert_max_num_queries(30) as one:
        bao.get(TABLE)
    many(cast.bao.partner, 100, at)

    with django_assert_max_num_queries(len(one)) as many_more:
        bao.get(TABLE)

    ours = [query["sql"] for query in many_more.captured_queries if "businesses_" in query["sql"]]
    assert len(ours) <= 7


def test_a_fragment_is_the_rows_alone(cast, bao, at):
    business(cast.bao, at)

    fragment = bao.get(TABLE, headers={"HX-Request": "true"})

    assert "<html" not in fragment.content.decode()
    assert fragment["HX-Trigger-After-Settle"] == "map-refresh"


def test_the_board_is_called_by_its_contacts(cast, bao, at):
    one = business(cast.bao, at)
    seat = {
        "body": "Board",
        "role": "Chair",
        "business": one.pk,
        "function": "owner",
        "starts_on": "2025-01-01",
    }
    assert bao.post(reverse("businesses:board"), seat).status_code == 302

    page = bao.get(reverse("businesses:board"))
    assert [(body.name, body.score) for body in page.context["bodies"]] == [("Board", 100)]
    assert "Zoé Tremblay" in page.content.decode()

    bao.post(reverse("businesses:leave_seat", args=[Seat.objects.get().pk]))
    assert bao.get(reverse("businesses:board")).context["bodies"] == []


@pytest.mark.parametrize(
    "wrong", [{"business": "", "name": ""}, {"ends_on": "2024-01-01"}, {"starts_on": "soon"}]
)
def test_a_seat_that_cannot_be_gets_a_sentence(cast, bao, at, wrong):
    one = business(cast.bao, at)
    seat = {
        "body": "Board",
        "role": "Chair",
        "business": one.pk,
        "function": "owner",
        "starts_on": "2025-01-01",
    }

    assert bao.post(reverse("businesses:board"), {**seat, **wrong}).status_code == 422
    assert not Seat.objects.exists()


def test_own_fields_are_in_the_form_and_are_checked(bao):
    fields = reverse("businesses:fields")
    assert bao.post(fields, {"label": "Patio seats", "kind": "number"}).status_code == 302
    assert bao.post(fields, {"label": "patio SEATS", "kind": "text"}).status_code == 422

    wrong = bao.post(reverse("businesses:add"), {**CAFE, "custom:patio-seats": "many"})
    assert "custom:patio-seats" in wrong.context["form"].errors
    bao.post(reverse("businesses:add"), {**CAFE, "custom:patio-seats": "24"})
    assert Business.objects.get().custom == {"patio-seats": "24"}

    bao.post(reverse("businesses:remove_field", args=[CustomField.objects.get().pk]))
    assert not CustomField.objects.exists()
    assert bao.get(reverse("businesses:detail", args=[Business.objects.get().pk])).status_code == 200


def test_another_bia_does_not_see_it(cast, client, at):
    one = business(cast.bao, at)
    other = Partner.objects.create(kind="bia", name="Chinatown BIA", short_name="Chinatown")
    mei = cast.join("mei", other, Role.OWNER)
    let_in(client, mei)

    assert names(client.get(TABLE)) == []
    for name in ("detail", "edit"):
        assert client.get(reverse(f"businesses:{name}", args=[one.pk])).status_code == 404
    for name in ("archive", "restore", "renew"):
        assert client.post(reverse(f"businesses:{name}", args=[one.pk])).status_code == 404
    seat = {"body": "B", "role": "R", "business": one.pk, "function": "owner", "starts_on": "2025-01-01"}
    assert client.post(reverse("businesses:board"), seat).status_code == 422
    assert Business.objects.get().archived_at is None


def test_whoever_only_works_at_the_bia_reads_and_changes_nothing(cast, client, at):
    one = business(cast.bao, at)
    let_in(client, cast.join("vi", cast.bao.partner, Role.VIEWER))

    assert names(client.get(TABLE)) == ["Café Zoé"]
    page = client.get(reverse("businesses:detail", args=[one.pk]))
    assert reverse("businesses:edit", args=[one.pk]) not in page.content.decode()
    assert client.get(reverse("businesses:add")).status_code == 403
    assert client.post(reverse("businesses:archive", args=[one.pk])).status_code == 403
    assert client.post(reverse("businesses:edit", args=[one.pk]), CAFE).status_code == 403


@pytest.mark.parametrize("who", ["otto", "avery", "corin"])
def test_to_whoever_is_of_no_bia_there_is_nothing(cast, client, at, who):
    one = business(cast.bao, at)
    let_in(client, getattr(cast, who))

    for address in (TABLE, reverse("businesses:csv"), reverse("businesses:detail", args=[one.pk])):
        assert client.get(address).status_code == 404


def test_the_standing_of_a_day(cast, at):
    one = business(cast.bao, at)
    day = today()
    for lapses_on, expected in [
        (None, Standing.ACTIVE),
        (day + timedelta(days=61), Standing.ACTIVE),
        (day + timedelta(days=60), Standing.DUE),
        (day + timedelta(days=1), Standing.DUE),
        (day, Standing.LAPSED),
    ]:
        Business.objects.update(lapses_on=lapses_on)
        one.refresh_from_db()
        assert standing.of(one, day) == expected
        assert [s for s in Standing if Business.objects.filter(standing.in_sql(s, day)).exists()] == [
            expected
        ]
