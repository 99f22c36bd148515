"""Words in the other language by machine, and a person's word that they are right."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cityalert.alerts import content, lifecycle
from cityalert.alerts.actions.leave import hold, need
from cityalert.alerts.actions.wording import NotUsable
from cityalert.alerts.lifecycle import Act
from cityalert.alerts.models import Alert, Info
from cityalert.alerts.translating import NotTranslated, translator
from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.lib import words
from cityalert.lib.language import Language
from partners.actor import Actor
from partners.roles import Permission


def translate(actor: Actor, alert: Alert, target: Language, *, at: datetime) -> Alert:
    """Fill the words of one language from the other's. Words that a person wrote are never replaced."""
    need(actor, Permission.DRAFT, alert)
    machine = translator()
    source = _other(target)
    said = [getattr(alert.infos.get(language=source), name) for name in content.WORDS]
    if machine is None:
        raise NotTranslated
    if not said[0]:
        raise NotUsable(_("Write the headline first: it is what is translated."), field=f"{source}_headline")
    # Nobody's row is held while somebody else's machine thinks.
    came = machine.translate(said, source=source, target=target)
    if len(came) != len(said):
        raise NotTranslated
    return _keep(actor, alert, target, dict(zip(content.WORDS, came, strict=True)), at=at)


@transaction.atomic
def confirm_words(actor: Actor, alert: Alert, language: Language, *, at: datetime) -> Alert:
    """A person has read what a machine wrote, and stands by it."""
    need(actor, Permission.DRAFT, alert)
    alert = hold(alert)
    lifecycle.after(alert.state, Act.SUBMIT)
    info = alert.infos.filter(language=language, is_machine_translated=True).first()
    if info:
        info.is_machine_translated = False
        info.save(update_fields=["is_machine_translated"])
        _touch(actor, alert, at)
        record(Verb.WORDS_CONFIRMED, actor, alert, at=at, language=str(language))
    return alert


@transaction.atomic
def _keep(actor: Actor, alert: Alert, target: Language, came: dict[str, str], *, at: datetime) -> Alert:
    alert = hold(alert)
    lifecycle.after(alert.state, Act.SUBMIT)
    info = alert.infos.select_for_update().filter(language=target).first() or Info(
        alert=alert, language=target
    )
    if info.headline and not info.is_machine_translated:
        raise NotUsable(_("Somebody has written these words already."), field=f"{target}_headline")
    for name, text in came.items():
        clean = words.line if name == "headline" else words.block
        setattr(info, name, clean(text)[: content.longest(name)])
    info.is_machine_translated = True
    info.save()
    _touch(actor, alert, at)
    record(Verb.WORDS_TRANSLATED, actor, alert, at=at, language=str(target))
    return alert


def _touch(actor: Actor, alert: Alert, at: datetime) -> None:
    alert.edited_by, alert.edited_at = actor.user, at
    alert.save(update_fields=["edited_by", "edited_at"])


def _other(language: Language) -> Language:
    return Language.FR if language == Language.EN else Language.EN
