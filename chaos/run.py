"""One fault run: alerts are sent, something breaks, one is replaced or taken back, it is mended, all settles."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread
from time import monotonic, sleep

from chaos import checks, ledger, press
from chaos.faults import FAULTS, Stage
from chaos.press import Desk, Press, persistently
from chaos.screens import Screen
from cityalert.delivery.models import Delivery, Notice

SETTLE_WITHIN_S = 180
# Of all messages of the first version, how many are out when the second one is sent.
SHARES = (0.01, 0.5, 0.99)


@dataclass
class Run:
    """What came of it. `resumed_s`: from the fault until a message went again while some were due;
    `settled_s`: from its mending until nothing was left to be done."""

    fault: str
    findings: checks.Findings
    lasted_s: float
    resumed_s: float
    settled_s: float


def hold(stage: Stage, desk: Desk, screens: list[Screen], fault: str, chance: random.Random) -> Run:
    """Break one thing in the middle of sending."""
    began = monotonic()
    for screen in screens:
        screen.forget()
    to_partners = persistently(lambda: press.draft(is_public=False, radius_m=300))
    to_public = persistently(lambda: press.draft(is_public=True, radius_m=chance.choice([300, 500, 700])))
    presses: list[Press] = []
    share, is_cancel = chance.choice(SHARES), chance.random() < 0.6
    with (
        beside(lambda: presses.append(desk.send(to_public))),
        beside(lambda: presses.append(desk.send(to_partners))),
    ):
        sleep(chance.uniform(0, 1.5))
        broke, before = monotonic(), ledger.count(stage.sandbox)
        with watching(stage, before) as resumed, FAULTS[fault](stage, chance):
            sleep(chance.uniform(0.5, 4))
    persistently(lambda: _until_sent(str(to_public.pk), share))
    presses.append(_replace(desk, str(to_public.pk), is_cancel=is_cancel))
    mended = monotonic()
    persistently(_settle)
    settled = monotonic() - mended
    heard = _told_everything(stage)
    _until_shown(screens, presses)
    taken = persistently(lambda: ledger.read(stage.sandbox))
    findings = persistently(lambda: checks.look(presses, taken, screens, is_calm=fault == "nothing"))
    if not heard:
        findings.wrong.append("the webs did not take all call-backs in")
    stage.sandbox.clear()
    return Run(fault, findings, monotonic() - began, (resumed[0] - broke) if resumed else settled, settled)


def _replace(desk: Desk, alert_id: str, *, is_cancel: bool) -> Press:
    if is_cancel:
        return desk.cancel(alert_id)
    return desk.send(persistently(lambda: press.draft_of_update(alert_id)))


@contextmanager
def beside(do: object) -> Iterator[None]:
    """Done while the block runs; waited for at its end."""
    thread = Thread(target=do, daemon=True)  # type: ignore[arg-type]
    thread.start()
    yield
    thread.join()


@contextmanager
def watching(stage: Stage, before: int) -> Iterator[list[float]]:
    """When, after this began, the first message was taken by a provider; empty while none was."""
    found: list[float] = []
    ended = Event()

    def watch() -> None:
        while not ended.wait(0.05) and not found:
            if ledger.count(stage.sandbox) > before:
                found.append(monotonic())

    thread = Thread(target=watch, daemon=True)
    thread.start()
    yield found
    ended.set()
    thread.join()


def _until_sent(alert_id: str, share: float) -> None:
    """Until so much of it has left the queue, or it ended."""
    until = monotonic() + SETTLE_WITHIN_S
    while monotonic() < until:
        notice = Notice.objects.filter(topic=f"alert:{alert_id}").first()
        if notice and notice.fanned_out_at:
            mine = Delivery.objects.filter(notice=notice, channel__in=["sms", "email"])
            if mine.exclude(state="queued").count() >= share * mine.count():
                return
        sleep(0.05)


def _settle() -> None:
    until = monotonic() + SETTLE_WITHIN_S
    while monotonic() < until:
        under_way = Delivery.objects.filter(
            state__in=["queued", "sending", "unknown"], channel__in=["sms", "email"]
        )
        # In this order: what is fanned out between two questions has messages under way.
        if not Notice.objects.filter(fanned_out_at=None).exists() and not under_way.exists():
            return
        sleep(0.1)


def _told_everything(stage: Stage) -> bool:
    """Were all call-backs made, whatever was answered?"""
    try:
        stage.sandbox.webhooks.settle(within=SETTLE_WITHIN_S)
    except AssertionError:
        return False
    return True


def _until_shown(screens: list[Screen], presses: list[Press]) -> None:
    """Screens may lag behind by five seconds and a reconnection."""
    until = monotonic() + 20
    wanted = {one.alert_id for one in presses if one.what != "cancel"}
    while monotonic() < until and not all(wanted <= screen.shown.keys() for screen in screens):
        sleep(0.1)
    sleep(0.5)
