"""Sharing groups, through their pages: who runs them, who answers, and what nobody else learns."""

from functools import partial
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import Phase, given, settings
from hypothesis.strategies import dictionaries, lists, sampled_from

from cityalert.accounts import keys
from cityalert.accounts.models import Letter
from cityalert.agreements.models import Signing
from cityalert.audit.models import Entry
from partners.grants import apply_roles
from partners.groups import telling
from partners.models import Membership
from partners.roles import Role
from partners.sharing import GroupInvitation, Participant, SharingGroup
from tests.cast import JOINED_AT
from tests.door import let_in
from tests.partners.sharing import group, place
from tests.rules.test_access_matrix import said_by

pytestmark = pytest.mark.django_db

FACTS = {"name": "Towers", "purpose": "What the towers tell one another.", "ceiling": "AMBER"}


@pytest.fixture
def page(cast):
    """A browser of somebody's: `page("bao").post("invite", group, names="…")`."""

    class Page:
        def __init__(self, name: str) -> None:
            self.client = let_in(Client(), getattr(cast, name))

        def get(self, route="list", *of):
            return self.client.get(self.url(route, *of))

        def post(self, route, *of, **data):
            return self.client.post(self.url(route, *of), data)

        def url(self, route, *of):
            return reverse(f"groups:{route}", args=[getattr(one, "pk", one) for one in of])

    return Page


@pytest.fixture
def corin_decides(cast):
    """A tower has somebody who answers for it."""
    Membership.objects.filter(user=cast.corin.user).update(role=Role.OWNER)
    apply_roles(Membership.objects.filter(user=cast.corin.user))


def states(made: SharingGroup) -> dict[str, str]:
    return dict(made.participants.values_list("partner__short_name", "state"))


def verbs() -> list[str]:
    return list(
        Entry.objects.filter(verb__startswith="group.").order_by("position").values_list("verb", flat=True)
    )


def test_a_group_is_made_filled_by_invitation_and_joined_by_saying_yes(cast, page, corin_decides):
    bao, corin = page("bao"), page("corin")
    made = bao.post("new", **FACTS)
    towers = SharingGroup.objects.get()
    assert made["Location"] == bao.url("detail", towers)

    bao.post("invite", towers, names="King Bay Tower\n\n  lakeside arena ")
    assert states(towers) == {"FD BIA": "joined", "King Bay": "invited", "Arena": "invited"}
    assert "What the towers tell one another." in corin.get().content.decode()

    corin.post("answer", towers, answer="yes")
    assert states(towers) == {"FD BIA": "joined", "King Bay": "joined", "Arena": "invited"}
    assert "Financial District BIA" in corin.get("detail", towers).content.decode()
    assert verbs() == ["group.created", "group.invited", "group.joined"]


def test_whoever_decides_for_an_invited_partner_is_written_to_once(cast, page, corin_decides, at):
    towers, hidden = (
        group(name, cast.bao.partner, is_hidden=name == "Watch") for name in ("Towers", "Watch")
    )
    bao = page("bao")

    for _ in range(2):
        bao.post("invite", towers, names="King Bay Tower\nLakeside Arena\nFinancial District BIA")
        bao.post("invite", hidden, names="King Bay Tower")
        telling.tell(at=at)

    assert [letter.address for letter in Letter.objects.all()] == [cast.corin.email] * 2
    open_one, secret = sorted(map(keys.unseal, Letter.objects.values_list("sealed_text", flat=True)), key=len)
    assert "“Towers” of Financial District BIA" in open_one
    assert bao.url("detail", towers) in open_one
    assert "Watch" not in secret
    assert bao.url("detail", hidden) in secret


def test_a_name_that_nobody_has_is_said_and_what_was_typed_stays(cast, page):
    towers = group("Towers", cast.bao.partner)

    answer = page("bao").post("invite", towers, names="King Bay Tower\nKing Bey Tower")

    assert answer.status_code == 422
    text = answer.content.decode()
    assert "No partner is called “King Bey Tower”" in text
    assert "King Bay Tower\nKing Bey Tower" in text
    assert states(towers) == {"FD BIA": "joined"}


def test_saying_no_leaving_and_being_removed_end_all_knowledge_of_it(cast, page, corin_decides):
    towers, corin = group("Towers", cast.bao.partner), page("corin")
    for state, end in (("invited", {"answer": "no"}), ("joined", None)):
        Participant.objects.update_or_create(
            group=towers, partner=cast.corin.partner,
            defaults={"host": towers.host, "state": state, "invited_at": JOINED_AT, "invited_by": towers.host,
                      "answered_at": JOINED_AT},
        )  # fmt: skip
        assert corin.get("detail", towers).status_code == 200
        corin.post("answer", towers, **end) if end else corin.post("leave", towers)
        assert corin.get("detail", towers).status_code == 404
        assert "Towers" not in corin.get().content.decode()
    assert verbs() == ["group.declined", "group.left"]


def test_nobody_joins_without_the_agreements_it_takes(cast, page, corin_decides):
    towers = group("Towers", cast.bao.partner)
    place(towers, cast.corin.partner, "invited")
    Signing.objects.filter(partner=cast.corin.partner).delete()

    answer = page("corin").post("answer", towers, answer="yes")

    assert answer.status_code == 409
    assert "agreement is not signed" in answer.content.decode()
    assert states(towers)["King Bay"] == "invited"


def test_who_does_not_decide_for_the_partner_sees_and_answers_nothing_away(cast, page):
    towers = group("Towers", cast.bao.partner, cast.vera.partner)
    place(towers, cast.corin.partner, "invited")

    assert page("corin").post("answer", towers, answer="yes").status_code == 403
    assert page("vera").post("leave", towers).status_code == 403
    assert page("vera").post("invite", towers, names="Rouge Valley Mall").status_code == 403
    assert page("corin").get("new").status_code == 404
    assert states(towers) == {"FD BIA": "joined", "Arena": "joined", "King Bay": "invited"}
    assert verbs() == []


def test_the_host_suspends_restores_removes_and_closes(cast, page):
    towers, bao = group("Towers", cast.bao.partner, cast.vera.partner), page("bao")
    arena = cast.vera.partner

    for do, state in (("suspend", "suspended"), ("restore", "joined"), ("remove", "removed")):
        bao.post("participant", towers, arena, do=do)
        assert states(towers)["Arena"] == state
    bao.post("open", towers, open="no")
    assert not SharingGroup.objects.get().is_active
    assert bao.post("participant", towers, cast.bao.partner, do="remove").status_code == 404
    assert verbs() == ["group.suspended", "group.restored", "group.removed", "group.closed"]


def test_only_the_host_runs_it(cast, page, corin_decides):
    towers, corin = group("Towers", cast.bao.partner, cast.corin.partner, cast.vera.partner), page("corin")

    for route, data in (
        ("change", FACTS),
        ("open", {"open": "no"}),
        ("invite", {"names": "Rouge Valley Mall"}),
    ):
        assert corin.post(route, towers, **data).status_code in (403, 404)
    assert corin.post("participant", towers, cast.vera.partner, do="remove").status_code == 404
    assert verbs() == []


@pytest.mark.parametrize(("role", "status"), [("operator", 302), ("analyst", 403), ("", 403)])
def test_whom_the_host_gave_leave_may_invite(cast, page, role, status):
    towers = group("Towers", cast.bao.partner, cast.corin.partner)
    page("bao").post("participant", towers, cast.corin.partner, do="delegate", role=role)

    assert page("corin").post("invite", towers, names="Lakeside Arena").status_code == status
    assert ("Arena" in states(towers)) == (status == 302)
    if status == 302:
        assert GroupInvitation.objects.get().invited_by == cast.corin.partner


def test_who_was_removed_is_asked_again_by_the_host_alone(cast, page):
    towers = group("Towers", cast.bao.partner)
    place(towers, cast.corin.partner, extender_role="operator")
    place(towers, cast.vera.partner, "removed")

    page("corin").post("invite", towers, names="Lakeside Arena")
    assert states(towers)["Arena"] == "removed"
    page("bao").post("invite", towers, names="Lakeside Arena")
    assert states(towers)["Arena"] == "invited"


def test_a_hidden_group_stays_hidden(cast, page):
    towers = group("Towers", cast.bao.partner, is_hidden=True)

    answer = page("bao").post("change", towers, **FACTS)

    assert answer.status_code == 422
    assert "were promised" in answer.content.decode()


@pytest.mark.parametrize("state", ["invited", "suspended"])
def test_whoever_is_not_in_the_group_sees_nobody_of_it(cast, page, state):
    towers = group("Towers", cast.bao.partner, cast.vera.partner)
    own = place(towers, cast.corin.partner, state)
    corin = page("corin")
    assert cast.vera.partner.name not in corin.get("detail", towers).content.decode()

    own.delete()
    place(towers, cast.corin.partner)
    assert cast.vera.partner.name in corin.get("detail", towers).content.decode()


def test_two_hosts_may_use_the_same_name_and_one_may_not(cast, page):
    group("towers", cast.avery.partner)

    assert page("bao").post("new", **FACTS).status_code == 302
    answer = page("bao").post("new", **FACTS)
    assert answer.status_code == 422
    assert "already run a group of this name" in answer.content.decode()


OTHERS = ("vera", "bao", "noor", "nadia", "otto")


def test_a_member_of_a_hidden_group_gets_the_same_bytes_whoever_else_is_in_it(cast, page):
    """Pages, counts, and what inviting somebody answers, by as many statements; in this group and in others."""
    hidden = group("Watch", cast.avery.partner, is_hidden=True)
    place(hidden, cast.corin.partner, extender_role="operator")
    corin = page("corin")
    alone = everything(corin, hidden)

    @given(
        inside=dictionaries(sampled_from(OTHERS), sampled_from(Participant.State.values)),
        elsewhere=lists(sampled_from(OTHERS), unique=True),
    )
    @settings(max_examples=12, deadline=None, phases=[Phase.generate])
    def whatever_the_groups(inside, elsewhere):
        with transaction.atomic():
            for name, state in inside.items():
                place(hidden, getattr(cast, name).partner, state)
            others = [getattr(cast, name).partner for name in elsewhere]
            group("Other", cast.avery.partner, *others, is_hidden=True)
            assert everything(corin, hidden) == alone
            transaction.set_rollback(True)

    whatever_the_groups()
    assert all("Watch" in said for said, _count in alone)


def everything(corin, hidden) -> list[tuple[str, int]]:
    """What Corin is answered about the group, and by how many statements; whatever he did is taken back."""
    said = []
    with transaction.atomic():
        for ask in (
            corin.get,
            partial(corin.get, "detail", hidden),
            *(partial(invited, corin, hidden, n) for n in NAMES),
        ):
            with CaptureQueriesContext(connection) as asked:
                response = ask()
            said.append((said_by(response, ""), len(asked)))
        transaction.set_rollback(True)
    return said


NAMES = ("Lakeside Arena", "City of Toronto", "Rouge Valley Mall")


def invited(corin, hidden, name):
    """The page one is led to after inviting."""
    return corin.client.post(corin.url("invite", hidden), {"names": name}, follow=True)


def test_a_group_that_is_not_yours_is_a_group_that_is_not_there(cast, page):
    hidden = group("Watch", cast.avery.partner, cast.corin.partner, is_hidden=True)
    otto, routes = page("otto"), ("detail", "change", "invite", "answer", "leave", "open")
    for route in routes:
        answers = []
        for key in (hidden.pk, uuid4()):
            with CaptureQueriesContext(connection) as asked:
                response = (
                    otto.get(route, key) if route == "detail" else otto.post(route, key, **FACTS, names="x")
                )
            answers.append((response.status_code, said_by(response, otto.url(route, key)), len(asked)))
        assert answers[0] == answers[1]
        assert answers[0][0] == 404
    assert "Watch" not in otto.get().content.decode()


def test_a_hundred_groups_take_as_many_statements_as_one(cast, page):
    corin = page("corin")
    group("Towers", cast.bao.partner, cast.corin.partner)
    with CaptureQueriesContext(connection) as one:
        corin.get()
    for number in range(40):
        group(f"Group {number}", cast.bao.partner, cast.corin.partner)
    with CaptureQueriesContext(connection) as many:
        assert "Group 39" in corin.get().content.decode()

    assert len(many) == len(one)
