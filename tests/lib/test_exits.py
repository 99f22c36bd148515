"""What may leave by which exit: five labels, every exit, every relation, each combination once."""

from itertools import product
from uuid import uuid4

import pytest

from cityalert.lib.exits import ADDRESSEE, EVERYBODY, Answer, Exit, Item, Reader, circle_of, labels_for, may
from cityalert.lib.tlp import Circle, Tlp

OURS, THEIRS, ANNA, BEN = uuid4(), uuid4(), 1, 2

# Who stands where to a thing that our organisation has, and Anna was given by name.
RELATIONS = {
    Circle.NAMED: Reader(user_id=ANNA, partner_id=OURS),
    Circle.ORGANISATION: Reader(user_id=BEN, partner_id=OURS),
    Circle.CLIENTS: Reader(client_of=OURS),
    Circle.COMMUNITY: Reader(user_id=BEN, partner_id=THEIRS),
    Circle.PUBLIC: EVERYBODY,
}
# The last circle that a label reaches (FIRST, TLP 2.0).
REACHES = {
    Tlp.CLEAR: Circle.PUBLIC,
    Tlp.GREEN: Circle.COMMUNITY,
    Tlp.AMBER: Circle.CLIENTS,
    Tlp.AMBER_STRICT: Circle.ORGANISATION,
    Tlp.RED: Circle.NAMED,
}
READ = {Exit.PAGE, Exit.SNIPPET, Exit.PRINT, Exit.EXPORT}
CARRIED = {Exit.SMS, Exit.VOICE, Exit.EMAIL, Exit.PUSH}
ONWARD_OR_MACHINE = {Exit.FORWARD, Exit.COPY, Exit.API, Exit.WEBHOOK, Exit.FEED, Exit.PUBLIC}


def thing(label):
    return Item(label, frozenset({OURS}), frozenset({ANNA}))


def wanted(label, circle, exit_):
    """The same rule, told the other way round: exit by exit, as docs/tlp.md has it."""
    is_red, is_near = label is Tlp.RED, circle <= Circle.ORGANISATION
    if exit_ is Exit.AUDIT or (is_red and is_near and exit_ is Exit.SCREEN):
        return Answer.POINTER
    if exit_ is Exit.LAW:
        return Answer.WHOLE if is_near else Answer.NOTHING
    if circle > REACHES[label] or (is_red and exit_ in ONWARD_OR_MACHINE):
        return Answer.NOTHING
    return Answer.POINTER if is_red and exit_ in CARRIED else Answer.WHOLE


def test_every_label_by_every_exit_for_everybody():
    every = list(product(Tlp, RELATIONS.items(), Exit))

    wrong = [
        (label, circle.name, exit_.name, may(thing(label), reader, exit_))
        for label, (circle, reader), exit_ in every
        if may(thing(label), reader, exit_) is not wanted(label, circle, exit_)
    ]

    assert len(every) == 5 * 5 * len(Exit)
    assert wrong == []


def test_every_exit_is_of_some_kind_here():
    assert READ | CARRIED | ONWARD_OR_MACHINE | {Exit.SCREEN, Exit.LAW, Exit.AUDIT} == set(Exit)


@pytest.mark.parametrize(("circle", "reader"), RELATIONS.items())
def test_how_near_somebody_stands(circle, reader):
    assert circle_of(thing(Tlp.RED), reader) is circle


def test_whoever_it_is_sent_to_is_named():
    assert circle_of(Item(Tlp.RED), ADDRESSEE) is Circle.NAMED
    assert may(Item(Tlp.RED), ADDRESSEE, Exit.SMS) is Answer.POINTER
    assert may(Item(Tlp.AMBER_STRICT), ADDRESSEE, Exit.EMAIL) is Answer.WHOLE


def test_a_program_without_a_person_is_not_named_because_nobody_is():
    nobody = Item(Tlp.RED, frozenset({OURS}))
    assert may(nobody, Reader(partner_id=OURS), Exit.PAGE) is Answer.NOTHING


def test_labels_that_may_be_asked_for_at_once():
    assert labels_for(EVERYBODY, Exit.PUBLIC) == [Tlp.CLEAR]
    ours = labels_for(Reader(partner_id=OURS), Exit.FEED, partners=frozenset({OURS}))
    assert ours == [Tlp.CLEAR, Tlp.GREEN, Tlp.AMBER, Tlp.AMBER_STRICT]


def test_the_strictest_of_several():
    assert Tlp.strictest("GREEN", Tlp.AMBER_STRICT, "AMBER") is Tlp.AMBER_STRICT
    assert Tlp.up_to("AMBER") == [Tlp.CLEAR, Tlp.GREEN, Tlp.AMBER]
