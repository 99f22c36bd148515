"""The mail server and its mailboxes."""

import smtplib
from email.message import EmailMessage
from urllib.parse import urlsplit

import pytest

from cityalert.sandbox.behaviour import MailFault
from cityalert.sandbox.world import Sandbox

VERA = "vera@cityalert.example"


def message(subject: str = "Fire at Main and 3rd", to: str = VERA) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "alerts@cityalert.example", to, subject
    mail.set_content("Évacuez. https://alerts.example/a/x1 .")
    mail.add_alternative('<p>Évacuez. <a href="https://alerts.example/a/x1">Ack</a></p>', subtype="html")
    return mail


def post(sandbox: Sandbox, *mails: EmailMessage, timeout: float = 5) -> None:
    parts = urlsplit(sandbox.smtp_url)
    assert parts.hostname
    with smtplib.SMTP(parts.hostname, parts.port or 0, timeout=timeout) as smtp:
        for mail in mails:
            smtp.send_message(mail)


def test_mail_arrives_with_both_its_parts(sandbox: Sandbox) -> None:
    post(sandbox, message(to="Vera@CityAlert.example"))

    mail = sandbox.mailboxes[VERA].expect("fire at main")

    assert mail.subject == "Fire at Main and 3rd"
    assert mail.text.startswith("Évacuez.")
    assert "<p>Évacuez." in mail.html
    assert mail.links == ["https://alerts.example/a/x1"]
    assert ("From", "alerts@cityalert.example") in mail.headers
    sandbox.mailboxes[VERA].expect_nothing()
    sandbox.mailboxes["otto@cityalert.example"].expect_nothing()


def test_one_connection_carries_many(sandbox: Sandbox) -> None:
    post(sandbox, *(message(f"Alert {n}") for n in range(20)))

    assert [mail.subject for mail in sandbox.mailboxes[VERA].messages] == [f"Alert {n}" for n in range(20)]


@pytest.mark.parametrize(("fault", "code"), [(MailFault.REFUSE, 550), (MailFault.DEFER, 451)])
def test_a_recipient_is_turned_away_once(sandbox: Sandbox, fault: MailFault, code: int) -> None:
    sandbox.mailboxes.behave(fault, to=VERA, times=1)

    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        post(sandbox, message())
    assert refused.value.recipients[VERA][0] == code

    post(sandbox, message())
    sandbox.mailboxes[VERA].expect("Fire")


def test_a_fault_for_one_address_spares_the_others(sandbox: Sandbox) -> None:
    sandbox.mailboxes.behave(MailFault.REFUSE, to="otto@cityalert.example")

    post(sandbox, message())

    sandbox.mailboxes[VERA].expect("Fire")


def test_the_connection_drops_before_acceptance(sandbox: Sandbox) -> None:
    sandbox.mailboxes.behave(MailFault.DROP, times=1)

    with pytest.raises(smtplib.SMTPServerDisconnected):
        post(sandbox, message())

    sandbox.mailboxes[VERA].expect_nothing()


def test_it_accepts_and_never_answers(sandbox: Sandbox) -> None:
    sandbox.mailboxes.behave(MailFault.HANG, times=1)

    with pytest.raises((TimeoutError, smtplib.SMTPServerDisconnected)):
        post(sandbox, message(), timeout=0.3)

    sandbox.mailboxes[VERA].expect("Fire")


def test_the_oldest_make_room(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox.mailboxes, "_keep", 2)

    post(sandbox, *(message(f"Alert {n}") for n in range(4)))

    assert [mail.subject for mail in sandbox.mailboxes[VERA].messages] == ["Alert 2", "Alert 3"]
    assert len(sandbox.mailboxes) == 2


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"Subject: =?utf-8?b?broken\r\n\r\n\xff\xfe",
        b"Content-Type: text/plain; charset=no-such\r\n\r\n\xe9",
        b"Content-Type: multipart/alternative; boundary=x\r\n\r\nnothing here",
        b"Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!",
    ],
)
def test_broken_mail_can_still_be_read(sandbox: Sandbox, raw: bytes) -> None:
    sandbox.mailboxes.deliver("a@b.example", VERA, raw)

    mail = sandbox.mailboxes[VERA].expect()

    assert isinstance(mail.subject + mail.text + mail.html + str(mail.headers), str)
