"""What to look at before a draft goes out: what is in the way, what one should know, what is done."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cityalert.alerts import content
from cityalert.alerts.foreseen import Foreseen
from cityalert.alerts.said import Said
from cityalert.alerts.vocabulary import Status
from cityalert.lib.language import Language
from cityalert.lib.refusals import Refusal


@dataclass(frozen=True)
class Check:
    """One line of the list before sending: done, to be known, or in the way; `field` is where to mend it."""

    sentence: str
    kind: str = "done"
    field: str = ""


def checks(draft: Foreseen, said: Sequence[Said]) -> list[Check]:
    """Everything to look at before sending, what is in the way first; `said` is what its readers get."""
    wrong = [Check(str(fault), "wrong", _place(fault)) for fault in draft.faults]
    return [*wrong, *_to_know(draft, said), *_done(draft)]


def _place(fault: Refusal) -> str:
    """Which field to mend; of the headlines, any."""
    return f"{Language.EN.value}_headline" if fault.field == "headline" else fault.field or ""


def _to_know(draft: Foreseen, said: Sequence[Said]) -> Iterator[Check]:
    """Nothing that stops anybody, but they should know."""
    alert, counts = draft.alert, draft.counts
    written = {info.language for info in content.said_infos(alert)}
    for language in Language:
        if written and language not in written:
            sentence = _("There are no words in %(language)s: its readers get the other language.")
            yield Check(sentence % {"language": language.label}, "know", f"{language.value}_headline")
    for info in content.said_infos(alert):
        if not info.instruction:
            sentence = _("%(language)s does not say what to do.") % {
                "language": Language(info.language).label
            }
            yield Check(sentence, "know", f"{info.language}_instruction")
    if draft.share and draft.persons > 2:
        sentence = _("The area is %(share)d %% of the city. It takes %(n)d people to send this.")
        yield Check(sentence % {"share": draft.share, "n": draft.persons}, "know", "area")
    if (
        draft.has_area
        and alert.status == Status.ACTUAL
        and not (counts.people or counts.screens or counts.residents)
    ):
        yield Check(_("Nobody on the network is in this area."), "know", "area")
    if draft.infos and any(one.dear for one in said):
        signs = " ".join(sorted({sign for one in said for sign in one.dear}))
        yield Check(_("Some signs make text messages cost double: %(signs)s") % {"signs": signs}, "know")


def _done(draft: Foreseen) -> Iterator[Check]:
    wrong = {fault.field for fault in draft.faults}
    infos = content.said_infos(draft.alert)
    if len(infos) == len(Language) and all(info.instruction for info in infos):
        yield Check(_("English and French are both complete."))
    if draft.has_area and "area" not in wrong:
        yield Check(_("You may alert all of the area."))
    if draft.alert.status != Status.ACTUAL and "exercise_note" not in wrong:
        yield Check(_("It is not real, and says so on every channel."))
    if draft.tells_public and not wrong & {"scope", "tlp"}:
        yield Check(_("The public may hear it."))
