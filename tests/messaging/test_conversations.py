"""Conversations, as people have them: who reads what, what is sent once, what stays when it is changed."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from cityalert.audit import queries as audit
from cityalert.messaging import actions, queries
from cityalert.messaging.actions import Saying, Whom
from cityalert.messaging.models import Conversation, Post, Wording
from cityalert.messaging.refusals import IsClosed, KeyReused, MayNotTravel, NotKnown, TooStrict
from partners.roles import Role
from tests.door import let_in
from tests.messaging.talking import says, talk
from tests.partners.sharing import group

pytestmark = pytest.mark.django_db


def to(name, conversation, *more):
    return reverse(f"messaging:{name}", args=[conversation.pk, *more])


def text(client, url):
    return client.get(url).content.decode()


@pytest.fixture
def avery(cast):
    return let_in(Client(), cast.avery)


@pytest.fixture
def corin(cast):
    return let_in(Client(), cast.corin)


@pytest.fixture
def doors(cast, at):
    """Avery's with Corin's tower."""
    return talk(cast.avery, cast.corin, at=at)


def test_one_opens_it_the_other_answers_and_nobody_else_knows(cast, at, avery, corin):
    answer = avery.post(
        reverse("messaging:new"),
        {"subject": "Doors on Bay St", "partner": [cast.corin.partner.pk], "tlp": "AMBER"},
    )
    conversation = Conversation.objects.get()
    assert answer["Location"] == to("detail", conversation)
    avery.post(
        to("say", conversation), {"text": "Somebody tries doors.", "tlp": "AMBER", "client_id": uuid4()}
    )

    assert "1 new" in text(corin, reverse("messaging:list"))
    assert "Somebody tries doors." in text(corin, to("detail", conversation))
    assert "1 new" not in text(corin, reverse("messaging:list"))
    corin.post(to("say", conversation), {"text": "We lock ours.", "reply_to": "1"})
    page = text(avery, to("detail", conversation))
    assert "We lock ours." in page
    assert "Corin Walsh" in page
    for name in ("otto", "vera", "pim"):
        outside = let_in(Client(), getattr(cast, name))
        assert outside.get(to("detail", conversation)).status_code == 404
        assert outside.get(to("since", conversation)).status_code == 404
        assert "Doors on Bay St" not in text(outside, reverse("messaging:list"))
        assert queries.unread(getattr(cast, name).actor(at)) == 0
    assert [one.verb for one in audit.timeline(conversation)] == ["conversation.opened"]


def test_what_is_typed_is_kept_when_it_is_refused(doors, avery):
    typed = {"text": "Secret plan " + "x" * 20, "tlp": "RED"}
    answer = avery.post(to("say", doors), typed)

    assert answer.status_code == 422
    assert typed["text"] in answer.content.decode()
    assert "takes nothing stricter than TLP:AMBER+STRICT" in answer.content.decode()
    for wrong in ({"text": " \u200b "}, {"text": "x" * 10_001}, {"text": "here", "lat": "nan", "lon": "1"}):
        assert avery.post(to("say", doors), wrong).status_code == 422
    assert avery.post(reverse("messaging:new"), {"subject": "Nobody"}).status_code == 422
    assert not Post.objects.exists()


def test_sent_twice_it_is_one_post_and_another_text_under_its_key_is_refused(cast, at, doors):
    key = uuid4()
    first = says(cast.avery, doors, "Once", client_id=key, at=at)

    assert says(cast.avery, doors, "Once", client_id=key, at=at) == first
    assert says(cast.corin, doors, "Mine", client_id=key, at=at).position == 2
    with pytest.raises(KeyReused):
        says(cast.avery, doors, "Twice", client_id=key, at=at)
    actions.delete(cast.avery.actor(at), doors, 1, at=at)
    assert says(cast.avery, doors, "Once", client_id=key, at=at) == first


def test_a_reply_is_marked_as_strictly_as_what_it_answers(cast, at, doors):
    says(cast.avery, doors, "Only within your walls", tlp="AMBER+STRICT", at=at)

    assert says(cast.corin, doors, "Understood", tlp="GREEN", reply_to=1, at=at).tlp == "AMBER+STRICT"


def test_red_is_for_conversations_of_named_people(cast, at, doors):
    mate = cast.join("mate", cast.corin.partner)
    named = talk(cast.avery, cast.corin, at=at, named=True, tlp="RED")
    says(cast.avery, named, "The source is the night porter", at=at)

    assert "night porter" in text(let_in(Client(), cast.corin), to("detail", named))
    for person in (mate, cast.sam):  # their own colleagues
        assert let_in(Client(), person).get(to("detail", named)).status_code == 404
    with pytest.raises(TooStrict):
        says(cast.avery, doors, "The same here", tlp="RED", at=at)
    actions.invite(cast.avery.actor(at), named, Whom(partners=frozenset({cast.vera.partner.pk})), at=at)
    with pytest.raises(TooStrict):
        says(cast.avery, named, "And more", tlp="RED", at=at)
    assert "night porter" not in text(let_in(Client(), cast.vera), to("detail", named))


def test_who_comes_later_reads_from_then_on(cast, at, doors, avery):
    says(cast.avery, doors, "Before", at=at)
    assert avery.post(to("people", doors), {"partner": [cast.vera.partner.pk]}).status_code == 302
    says(cast.avery, doors, "Afterwards", reply_to=None, at=at)
    vera = let_in(Client(), cast.vera)

    page = text(vera, to("detail", doors))
    assert "Afterwards" in page
    assert "Before" not in page
    assert "Before" not in text(vera, to("since", doors) + "?after=0")
    assert vera.get(to("post", doors, 1)).status_code == 404
    assert vera.post(to("react", doors, 1), {"kind": "thanks"}).status_code == 404


def test_an_edit_shows_what_it_said_and_a_deletion_that_it_was_there(cast, at, doors, avery, corin):
    says(cast.corin, doors, "Door nine", at=at)
    corin.post(to("edit", doors, 1), {"text": "Door eight"})

    assert "Changed" in text(avery, to("detail", doors))
    history = text(avery, to("post", doors, 1))
    assert "Door eight" in history
    assert "Door nine" in history
    assert avery.post(to("edit", doors, 1), {"text": "Mine"}).status_code == 404
    corin.post(to("delete", doors, 1))
    for url in (to("detail", doors), to("post", doors, 1)):
        assert "Door" not in text(avery, url).replace("Doors on Bay St", "")
    assert "Deleted" in text(avery, to("detail", doors))
    assert list(Wording.objects.values_list("text", "act")) == [
        ("Door nine", "edited"),
        ("Door eight", "deleted"),
    ]
    assert [one.verb for one in audit.timeline(doors)][1:] == ["post.edited", "post.deleted"]


def test_who_opened_it_may_delete_a_guests_words_and_close_it(cast, at, doors, avery, corin):
    says(cast.corin, doors, "Not for here", at=at)
    assert corin.post(to("close", doors)).status_code == 404
    avery.post(to("delete", doors, 1))
    avery.post(to("close", doors))

    assert Post.objects.get().deleted_by == cast.avery.user
    answer = corin.post(to("say", doors), {"text": "Too late"})
    assert answer.status_code == 409
    assert "Too late" in answer.content.decode()
    with pytest.raises(IsClosed):
        says(cast.avery, doors, "And I", at=at)
    avery.post(to("reopen", doors))
    assert corin.post(to("say", doors), {"text": "In time"}).status_code == 302


def test_words_pins_and_reading_marks(cast, at, doors, avery, corin):
    says(cast.avery, doors, "Meet at ten", at=at)
    corin.post(to("react", doors, 1), {"kind": "on_it"})
    corin.post(to("pin", doors, 1))
    text(corin, to("detail", doors))

    page = text(avery, to("detail", doors))
    assert "On it" in page
    assert "Pinned" in page
    assert "Corin Walsh" in text(avery, to("post", doors, 1))
    corin.post(to("react", doors, 1), {"kind": "on_it"})
    corin.post(to("pin", doors, 1), {"off": "1"})
    page = text(avery, to("detail", doors))
    assert "On it" not in page
    assert "Pinned" not in page
    assert corin.post(to("react", doors, 1), {"kind": "🤦"}).status_code == 404


def test_reading_never_goes_back_nor_beyond(cast, at, doors):
    for n in range(5):
        says(cast.avery, doors, f"{n}", at=at)
    corin = cast.corin.actor(at)
    for position, stands in ((3, 3), (1, 3), (99, 5)):
        actions.mark_read(corin, doors, position, at=at)
        assert queries.mark_of(corin, doors).position == stands


def test_unread_are_counted_in_the_bar_unless_muted(cast, at, doors, corin):
    says(cast.avery, doors, "Look", at=at)
    assert queries.unread(cast.corin.actor(at)) == 1
    assert queries.unread(cast.avery.actor(at)) == 0
    assert "data-unread-talk" in text(corin, reverse("messaging:list"))
    corin.post(to("mute", doors), {"muted": "1"})
    assert queries.unread(cast.corin.actor(at)) == 0


def test_a_hidden_group_hears_without_hearing_of_one_another(cast, at):
    watch = group("Watch", cast.avery.partner, cast.corin.partner, cast.vera.partner, is_hidden=True)
    quiet = talk(cast.avery, at=at, groups=[watch.pk])
    says(cast.vera, quiet, "Seen at the arena", at=at)
    says(cast.avery, quiet, "Thank you", at=at)
    pages = {name: let_in(Client(), getattr(cast, name)) for name in ("avery", "corin", "vera")}
    for client in pages.values():
        text(client, to("detail", quiet))

    for url in (
        to("detail", quiet),
        to("post", quiet, 1),
        to("people", quiet),
        to("since", quiet) + "?after=0",
    ):
        seen = text(pages["corin"], url)
        assert "Vera" not in seen
        assert "Arena</span>" not in seen
        assert (
            str(cast.vera.user.pk) not in seen.replace(str(cast.corin.user.pk), "")
            or "data-author" not in seen
        )
    page = text(pages["corin"], to("detail", quiet))
    assert "Participant 1" in page
    assert "Avery Chen" in page
    assert "Vera Kovács" in text(pages["avery"], to("detail", quiet))
    assert "Corin" not in text(pages["vera"], to("post", quiet, 1))
    assert "Read by" in text(pages["avery"], to("post", quiet, 1))


def test_a_group_takes_what_it_takes(cast, at):
    towers = group("Towers", cast.avery.partner, cast.corin.partner, ceiling="GREEN")

    with pytest.raises(TooStrict):
        talk(cast.avery, at=at, groups=[towers.pk], tlp="AMBER")
    open_ = talk(cast.avery, at=at, groups=[towers.pk], tlp="GREEN")
    assert (
        "AMBER"
        not in text(let_in(Client(), cast.corin), to("detail", open_))
        .partition("<select")[2]
        .partition("</select")[0]
    )


def test_a_function_is_whoever_has_it(cast, at):
    night = cast.join("nora", cast.corin.partner, unit="Night desk")
    them = Whom(functions=frozenset({(cast.corin.partner.pk, "Night desk")}))
    desk = actions.open_conversation(cast.avery.actor(at), "Tonight", them, at=at)

    assert let_in(Client(), night).get(to("detail", desk)).status_code == 200
    assert let_in(Client(), cast.corin).get(to("detail", desk)).status_code == 404


def test_only_whom_one_knows_can_be_named(cast, at):
    with pytest.raises(NotKnown):
        talk(cast.corin, cast.otto, at=at)
    with pytest.raises(NotKnown):
        talk(cast.corin, cast.vera, at=at, named=True)
    group("Towers", cast.bao.partner, cast.corin.partner, cast.vera.partner)
    assert talk(cast.corin, cast.vera, at=at).partner == cast.corin.partner


def test_whoever_leaves_or_is_left_out_reads_no_more(cast, at, doors):
    named = talk(cast.avery, cast.corin, at=at, named=True)
    corin = let_in(Client(), cast.corin)
    assert corin.post(to("leave", named)).status_code == 302
    assert corin.get(to("detail", named)).status_code == 404
    assert corin.post(to("leave", doors)).status_code == 404  # it is the tower's to leave, not one operator's
    boss = cast.join("boss", cast.corin.partner, Role.ADMINISTRATOR)
    actions.leave(boss.actor(at), doors, at=at)
    assert corin.get(to("detail", doors)).status_code == 404


def test_whoever_only_reads_does_not_speak(cast, at, doors):
    viewer = let_in(Client(), cast.join("vic", cast.corin.partner, Role.VIEWER))

    assert viewer.get(to("detail", doors)).status_code == 200
    assert viewer.post(to("say", doors), {"text": "Hello"}).status_code == 404


def test_what_came_since_is_in_one_order_for_everybody(cast, at, doors, avery, corin):
    for n in range(6):
        says(cast.avery if n % 2 else cast.corin, doors, f"No. {n}", at=at + timedelta(seconds=-n))

    for client in (avery, corin):
        said = client.get(to("since", doors) + "?after=2").json()
        assert [one["position"] for one in said["posts"]] == [3, 4, 5, 6]
        assert said["last"] == 6


def test_the_list_asks_as_little_for_many_as_for_one(cast, at, corin, django_assert_max_num_queries):
    for n in range(8):
        talk(cast.avery, cast.corin, at=at, subject=f"No. {n}")
    corin.get(reverse("messaging:list"))
    with django_assert_max_num_queries(14):
        corin.get(reverse("messaging:list"))


def test_names_in_a_post_are_kept_as_mentions(cast, at, doors):
    made = says(cast.avery, doors, "Please look, @corin walsh and @Otto Brandt.", at=at)

    assert list(made.mentions.values_list("user__name", flat=True)) == ["Corin Walsh"]


def test_it_is_found_again_by_what_it_belongs_to(cast, at):
    made = talk(cast.avery, cast.corin, at=at, about="incident:7")

    assert queries.visible_to(cast.corin.actor(at)).get(about="incident:7") == made
    assert Saying().is_empty


@pytest.mark.parametrize(
    ("label", "same", "wider"), [("AMBER+STRICT", True, False), ("AMBER", True, False), ("GREEN", True, True)]
)
def test_it_is_copied_where_everybody_may_hear_what_is_marked_so(cast, at, doors, corin, label, same, wider):
    says(cast.avery, doors, "The ninth door", tlp=label, at=at)
    beside = talk(cast.avery, cast.corin, at=at, subject="The same two")
    more = talk(cast.avery, cast.corin, cast.vera, at=at, subject="A third hears")
    for into, goes in ((beside, same), (more, wider)):
        answer = corin.post(to("copy", doors, 1), {"into": into.pk, "client_id": uuid4()})
        assert answer.status_code == (302 if goes else 409)
        assert list(Post.objects.filter(conversation=into).values_list("text", "tlp")) == (
            [("The ninth door", label)] if goes else []
        )


def test_what_is_red_is_copied_nowhere(cast, at):
    named = talk(cast.avery, cast.corin, at=at, named=True, tlp="RED")
    again = talk(cast.avery, cast.corin, at=at, named=True, tlp="RED", subject="The same two")
    says(cast.avery, named, "The porter", at=at)
    with pytest.raises(MayNotTravel):
        actions.copy(cast.corin.actor(at), named, 1, again, client_id=uuid4(), at=at)
    assert not Post.objects.filter(conversation=again).exists()
