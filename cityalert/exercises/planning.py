"""Planning a drill, and calling it off. Holding it is `holding`'s."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cityalert.alerts import actions as alerts
from cityalert.alerts import blanks, content, participants, posing, prepared
from cityalert.alerts.models import Alert
from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.exercises import announcing
from cityalert.exercises.models import Drill
from cityalert.lib import words
from cityalert.lib.language import Language
from cityalert.lib.refusals import NotThere, Refusal
from partners.actor import Actor

# What a drill says in words of its own; a template may say more.
SAID = ("headline", "instruction")


class NotPlannable(Refusal):
    """Something about it does not do; `field` says what."""

    code = "not_plannable"
    status = 422
    sentence = _("This drill cannot be planned like that.")


def need(actor: Actor) -> None:
    """Raise NotThere unless the actor holds drills for their partner."""
    if not alerts.may_exercise(actor):
        raise NotThere


@transaction.atomic
def plan(actor: Actor, data: Mapping[str, Any], *, at: datetime) -> Drill:
    """Plan one. `data` holds the fields of a Drill, as a form cleans them. Raises NotPlannable.

    Its words are "words", or those of a template: "template" is its key, "blanks" what is filled in, per language.
    """
    need(actor)
    drill = Drill(
        partner=actor.partner, planned_at=at, planned_by=actor.user, membership=actor.membership,
        name=words.line(data["name"]), **{name: data[name] for name in _FIELDS},
    )  # fmt: skip
    if data.get("template"):
        _take(drill, data["template"], data.get("blanks") or {})
    else:
        drill.words = _said(data["words"])
    _check(drill)
    drill.next_at = drill.plan.following(at)
    if drill.next_at is None:
        raise NotPlannable(_("This moment is over. Choose a later one."), field="first_on")
    drill.save(force_insert=True)
    record(Verb.DRILL_PLANNED, actor, drill, at=at, rhythm=drill.rhythm, next_at=drill.next_at)
    return drill


@transaction.atomic
def call_off(actor: Actor, drill: Drill, *, at: datetime) -> Drill:
    """It does not take place any more, and whoever was told that it is near is told so.

    One that goes on just now goes on, until it is stopped.
    """
    need(actor)
    drill = Drill.objects.select_for_update(of=("self",)).get(pk=drill.pk)
    if drill.ended_at is None:
        is_told = announcing.call_off(drill, at=at)
        drill.next_at, drill.ended_at = None, at
        drill.save(update_fields=["next_at", "ended_at"])
        record(Verb.DRILL_CALLED_OFF, actor, drill, at=at, told=is_told)
    return drill


_FIELDS = (
    "status", "severity", "lasts_min", "invited_partners", "invited_members", "rhythm", "first_on", "wall_time", "zone",
    "announce_min",
)  # fmt: skip


def _said(given: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    return {
        language: {
            name: (words.line if name == "headline" else words.block)(given.get(language, {}).get(name, ""))
            for name in SAID
        }
        for language in Language.values
    }


def _take(drill: Drill, key: str, typed: Mapping[str, Mapping[str, str]]) -> None:
    """The words of a template, its blanks filled in; what one language lacks is the other's."""
    drill.template = prepared.template(drill.partner_id, key)
    if drill.template is None:
        raise NotPlannable(_("That template is not there any more. Choose another."), field="template")
    drill.blanks = {
        language: {
            name: clean for name in drill.template.blanks if (clean := blanks.clean(given.get(name, "")))
        }
        for language, given in typed.items()
    }
    values = content.filled_in(Alert(blanks=drill.blanks))
    drill.words = drill.template.filled(values)
    for place, name in enumerate(drill.template.blanks):
        if any(name not in known for known in values.values()):
            sentence = _("Fill in what stands between brackets: [%(name)s].") % {"name": name}
            raise NotPlannable(sentence, field=f"blank_{Language.EN}_{place}")


def _check(drill: Drill) -> None:
    """All that would keep it from being held is said now, not at night when it starts."""
    if drill.partner.jurisdiction is None and not drill.partner.sites.filter(archived_at=None).exists():
        raise NotPlannable(_("Say first where your organisation is: add a site."))
    if not drill.name:
        raise NotPlannable(_("Name the exercise, so that nobody takes it for the real thing."), field="name")
    if drill.zone not in available_timezones():
        raise NotPlannable(_("Choose a time zone from the list."), field="zone")
    _check_words(drill)
    _check_posing(drill)
    _check_list(drill)


def _check_words(drill: Drill) -> None:
    if not any(said["headline"] for said in drill.words.values()):
        raise NotPlannable(_("Write a headline in at least one language."), field="en_headline")
    for language, said in drill.words.items():
        for name, text in said.items():
            at_most = content.longest(name)
            if len(text) > at_most:
                sentence = _("Shorten this to at most %(count)d characters.") % {"count": at_most}
                raise NotPlannable(sentence, field=f"{language}_{name}")


def _check_list(drill: Drill) -> None:
    if not (drill.invited_partners or drill.invited_members):
        raise NotPlannable(_("Choose who takes part: nobody else hears of it."), field="invited_partners")
    if not participants.may_choose(drill.partner, drill.invited_partners, drill.invited_members):
        raise NotPlannable(
            _("Somebody you chose cannot take part any more. Choose again."), field="invited_partners"
        )


def _check_posing(drill: Drill) -> None:
    said = [
        (f"{language}_{name}", text)
        for language, texts in drill.words.items()
        for name, text in texts.items()
    ]
    poses = posing.first([("name", drill.name), *said])
    if poses:
        field, found = poses
        raise NotPlannable(
            _("What is not real must not say that it is. Take out “%(words)s”.") % {"words": found},
            field=field,
        )


def city_zone() -> ZoneInfo:
    """What a new drill goes by unless somebody says otherwise."""
    return ZoneInfo(settings.TIME_ZONE)
