from django.utils.translation import override

from cityalert.lib.refusals import NotThere, Refusal


class TooLate(Refusal):
    code = "too_late"
    status = 410
    sentence = "It is over."


def test_a_refusal_says_what_its_kind_says():
    refusal = TooLate()

    assert (refusal.code, refusal.status, str(refusal)) == ("too_late", 410, "It is over.")
    assert (refusal.field, refusal.detail) == (None, {})


def test_one_refusal_may_be_more_exact_and_the_next_is_not_changed_by_it():
    exact = TooLate("It ended at noon.", field="ends", detail={"at": 12})

    assert (str(exact), exact.field, exact.detail) == ("It ended at noon.", "ends", {"at": 12})
    assert str(TooLate()) == "It is over."


def test_the_sentence_waits_for_the_readers_language():
    with override("en"):
        assert str(NotThere()).startswith("There is nothing here")
