"""What each page of the sandbox holds. Routing, languages and headers are in pages."""

import re
from collections.abc import Callable, Mapping
from itertools import islice
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from cityalert.sandbox.accepting import E164
from cityalert.sandbox.forms import (
    FAULTS,
    MAIL_FAULTS,
    PUSH_FAULTS,
    FaultForm,
    MailFaultForm,
    PaceForm,
    PushFaultForm,
    TextForm,
)
from cityalert.sandbox.hooks import PREFIX as HOOKS
from cityalert.sandbox.http import Response
from cityalert.sandbox.mail import Mail
from cityalert.sandbox.phones import Phone, plain
from cityalert.sandbox.world import Sandbox

SHOWN = 100  # rows of a list
HTML_MAIL_POLICY = (
    b"default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; "
    b"sandbox allow-popups allow-popups-to-escape-sandbox"
)


class NotHere(LookupError):
    """There is no such page."""


def page(template: str, context: Mapping[str, Any], status: int = 200) -> Response:
    """A rendered page."""
    return Response(render_to_string(f"sandbox/{template}", dict(context)).encode(), status)


def redirect(to: str) -> Response:
    """See the page at `to` instead."""
    return Response(status=303, headers=[(b"location", to.encode())])


def overview(sandbox: Sandbox, query: Mapping[str, str]) -> Response:
    """Phones and mailboxes, the last used first; `q` searches numbers, addresses and words."""
    wanted = query.get("q", "").strip()
    number = plain(wanted)
    context = {
        "here": "overview",
        "q": wanted,
        "open_number": number if E164.fullmatch(number) else "",
        "phones": list(islice((p for p in sandbox.phones if _phone_matches(p, wanted)), SHOWN)),
        "mailboxes": list(
            islice((b for b in sandbox.mailboxes if any(_mail_matches(m, wanted) for m in b.messages)), SHOWN)
        ),
        "blocked": sandbox.twilio.blocked,
    }
    return page("overview.html", context)


def phone(sandbox: Sandbox, query: Mapping[str, str], number: str, form: TextForm | None = None) -> Response:
    """One phone, its conversation and a way to answer."""
    if not E164.fullmatch(number):
        raise NotHere
    heard = query.get("heard", "")
    context = {
        "here": "overview",
        "number": number,
        "conversation": sandbox.phones[number].conversation[-SHOWN:],
        "stopped": number in sandbox.twilio.blocked,
        "call": next(iter(sandbox.calls.to(number)), None),
        "form": form or TextForm(),
        "failed": _failure(int(heard)) if heard.isdecimal() and len(heard) <= 3 else "",
    }
    return page("phone.html", context, 422 if form else 200)


async def take_call(sandbox: Sandbox, number: str, fields: Mapping[str, str]) -> Response:
    """Pick up what rings, press a key, hang up, or let it go (`do`)."""
    if not E164.fullmatch(number):
        raise NotHere
    call = sandbox.calls.current(number)
    if call is None:
        return redirect(f"/phones/{number}/")
    match fields.get("do", ""):
        case "answer":
            sandbox.calls.answer(call)
        case "press":
            await sandbox.calls.press_soon(call, fields.get("key", "")[:1])
        case how:
            await sandbox.calls.end_soon(call, how)
    return redirect(f"/phones/{number}/")


async def say(sandbox: Sandbox, number: str, fields: Mapping[str, str]) -> Response:
    """Write from a phone to CityAlert."""
    if not E164.fullmatch(number):
        raise NotHere
    form = TextForm(fields)
    if not form.is_valid():
        return phone(sandbox, {}, number, form)
    heard = await sandbox.line.say_soon(number, form.cleaned_data["text"])
    return redirect(f"/phones/{number}/" if 200 <= heard < 300 else f"/phones/{number}/?heard={heard}")


def mail_list(sandbox: Sandbox, query: Mapping[str, str], address: str = "") -> Response:
    """All mail, or one address's, the newest first."""
    wanted = query.get("q", "").strip()
    mails = (m for m in sandbox.mailboxes.newest_first() if address in ("", m.to))
    mails = (m for m in mails if _mail_matches(m, wanted))
    context = {"here": "mail", "q": wanted, "address": address, "mails": list(islice(mails, SHOWN))}
    return page("mail_list.html", context)


def mail(sandbox: Sandbox, _query: Mapping[str, str], address: str, mail_id: str) -> Response:
    """One e-mail: headers, words, links, and its HTML in a frame of its own."""
    return page("mail.html", {"here": "mail", "mail": _mail(sandbox, address, mail_id)})


def mail_html(sandbox: Sandbox, _query: Mapping[str, str], address: str, mail_id: str) -> Response:
    """The HTML part alone: no script, no outside picture, links in a new window."""
    html = _mail(sandbox, address, mail_id).html
    base = '<base target="_blank">'
    html, found = re.subn(r"(?i)<head[^>]*>", lambda head: head[0] + base, html, count=1)
    body = html if found else base + html
    return Response(body.encode("utf-8", "replace"), headers=[(b"content-security-policy", HTML_MAIL_POLICY)])


def naad(sandbox: Sandbox, _query: Mapping[str, str]) -> Response:
    """Alert Ready's stream: who listens, what was said."""
    context = {"here": "naad", "naad": sandbox.naad, "said": list(sandbox.naad.said)[::-1]}
    return page("naad.html", context)


def push(sandbox: Sandbox, _query: Mapping[str, str]) -> Response:
    """What browsers show, as it was decrypted."""
    return page("push.html", {"here": "push", "browsers": list(islice(sandbox.push, SHOWN))})


def hooks(sandbox: Sandbox, _query: Mapping[str, str]) -> Response:
    """What partners' programs were told."""
    address = f"{sandbox.url}{HOOKS}"
    return page(
        "hooks.html", {"here": "hooks", "address": address, "programs": list(islice(sandbox.programs, SHOWN))}
    )


def send_sample(sandbox: Sandbox) -> Response:
    """Say one sample alert to whoever listens."""
    sandbox.naad.sample()
    return redirect("/naad/")


def behaviour(
    sandbox: Sandbox,
    *,
    pace: PaceForm | None = None,
    fault: FaultForm | None = None,
    mail_fault: MailFaultForm | None = None,
    push_fault: PushFaultForm | None = None,
) -> Response:
    """The controls; a form given is shown with its faults and what was typed."""
    twilio = sandbox.twilio
    calls = twilio.carrier.callbacks
    now = {
        "latency": round(twilio.latency * 1000),
        "per_second": round(twilio.per_second),
        "delay": round(calls.delay * 1000),
        "copies": calls.copies,
        "reordered": calls.reordered,
        "dropped": calls.dropped,
        "forged": calls.forged,
    }
    context = {
        "here": "behaviour",
        "pace": pace or PaceForm(initial=now, auto_id="pace_%s"),
        "fault": fault or FaultForm(initial={"times": 1}, auto_id="fault_%s"),
        "mail_fault": mail_fault or MailFaultForm(initial={"times": 1}, auto_id="mail_%s"),
        "push_fault": push_fault or PushFaultForm(initial={"times": 1}, auto_id="push_%s"),
        "rules": [(FAULTS[rule.fault], rule) for rule in list(twilio.rules.rules)],
        "mail_rules": [(MAIL_FAULTS[rule.fault], rule) for rule in list(sandbox.mailboxes.rules.rules)],
        "push_rules": [(PUSH_FAULTS[rule.fault], rule) for rule in list(sandbox.push.rules.rules)],
    }
    return page("behaviour.html", context, 422 if pace or fault or mail_fault or push_fault else 200)


def behave(sandbox: Sandbox, fields: Mapping[str, str]) -> Response:
    """Do what the controls ask; what cannot be done is said beside what was typed."""
    control = _CONTROLS.get(fields.get("what", ""))
    refused = control(sandbox, fields) if control else None
    return refused or redirect("/behaviour/")


def _set_pace(sandbox: Sandbox, fields: Mapping[str, str]) -> Response | None:
    form = PaceForm(fields, auto_id="pace_%s")
    if not form.is_valid():
        return behaviour(sandbox, pace=form)
    sandbox.twilio.behave(**form.changes())
    return None


def _add_fault(sandbox: Sandbox, fields: Mapping[str, str]) -> Response | None:
    form = FaultForm(fields, auto_id="fault_%s")
    if not form.is_valid():
        return behaviour(sandbox, fault=form)
    said = form.cleaned_data
    sandbox.twilio.behave(said["fault"], times=said["times"], to=said["to"], code=said["code"] or 0)
    return None


def _add_mail_fault(sandbox: Sandbox, fields: Mapping[str, str]) -> Response | None:
    form = MailFaultForm(fields, auto_id="mail_%s")
    if not form.is_valid():
        return behaviour(sandbox, mail_fault=form)
    said = form.cleaned_data
    sandbox.mailboxes.behave(said["fault"], times=said["times"], to=said["to"])
    return None


def _add_push_fault(sandbox: Sandbox, fields: Mapping[str, str]) -> Response | None:
    form = PushFaultForm(fields, auto_id="push_%s")
    if not form.is_valid():
        return behaviour(sandbox, push_fault=form)
    sandbox.push.behave(form.cleaned_data["fault"], times=form.cleaned_data["times"])
    return None


def _calm(sandbox: Sandbox, _fields: Mapping[str, str]) -> None:
    sandbox.calm()


def _clear(sandbox: Sandbox, _fields: Mapping[str, str]) -> None:
    sandbox.clear()


_CONTROLS: dict[str, Callable[[Sandbox, Mapping[str, str]], Response | None]] = {
    "pace": _set_pace,
    "fault": _add_fault,
    "mail": _add_mail_fault,
    "push": _add_push_fault,
    "calm": _calm,
    "clear": _clear,
}


def _mail(sandbox: Sandbox, address: str, mail_id: str) -> Mail:
    found = next((m for m in sandbox.mailboxes.newest_first() if m.id == mail_id and m.to == address), None)
    if found is None:
        raise NotHere
    return found


def _phone_matches(phone: Phone, wanted: str) -> bool:
    return plain(wanted) in phone.number or any(text.says(wanted) for text in phone.conversation)


def _mail_matches(mail: Mail, wanted: str) -> bool:
    return not wanted or wanted.lower() in mail.to or mail.says(wanted)


def _failure(status: int) -> str:
    if not status:
        return _("CityAlert could not be reached, so it has not heard this.")
    return _("CityAlert answered %(status)s, so it may not have heard this.") % {"status": status}
