"""What a policy's steps ask for: calls in their order, and who is meant by each."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cityalert.duty.steps import ANYBODY, EVERYBODY, Person, Step, Whom, called, calls, is_enough

AT = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)  # the night in which Toronto's clocks go back
CORIN = Person("Corin", is_deputy=False, is_on_duty=True, channels=frozenset({"sms", "email"}))
VERA = Person("Vera", is_deputy=False, is_on_duty=False, channels=frozenset({"email"}))
DANA = Person("Dana", is_deputy=True, is_on_duty=False, channels=frozenset({"sms"}))


@given(st.dictionaries(st.integers(1, 1440), st.tuples(st.integers(1, 10), st.integers(1, 60)), max_size=7))
def test_every_call_comes_in_its_order_and_none_is_forgotten(later):
    said = [Step(0, Whom.FIRST)]
    said += [Step(after, Whom.TOLD, times=n, every_min=every) for after, (n, every) in sorted(later.items())]

    made = calls(said, AT)

    assert [call.number for call in made] == list(range(1, len(made) + 1))
    assert [call.at for call in made] == sorted(call.at for call in made)
    assert made[0].at == AT
    for step in said:
        mine = [call.at for call in made if call.step is step]
        assert mine == [
            AT + timedelta(minutes=step.after_min + step.every_min * n) for n in range(step.times)
        ]


@given(st.integers(0, 10), st.integers(0, 50), st.integers(0, 50))
def test_nothing_is_enough_while_nobody_answered_and_one_more_answer_never_undoes_it(
    enough, answered, silent
):
    assert not is_enough(enough, 0, silent)
    if is_enough(enough, answered, silent):
        assert is_enough(enough, answered + 1, max(silent - 1, 0))


def test_everybody_is_everybody():
    assert is_enough(ANYBODY, 1, 9)
    assert not is_enough(2, 1, 0)
    assert not is_enough(EVERYBODY, 9, 1)
    assert is_enough(EVERYBODY, 9, 0)


def test_where_nobody_is_meant_everybody_is_called_in_some_way():
    def by(step):
        return {person.name: channels for person, channels in called(step, [VERA, DANA])}

    assert by(Step(0, Whom.ON_DUTY)) == {"Vera": ["email"], "Dana": ["sms"]}
    assert by(Step(0, Whom.DEPUTIES)) == {"Dana": ["sms"]}
    assert by(Step(0, Whom.EVERYBODY, ("sms",))) == {"Vera": ["email"], "Dana": ["sms"]}
    assert [person.name for person, _ in called(Step(0, Whom.ON_DUTY), [CORIN, VERA, DANA])] == ["Corin"]
