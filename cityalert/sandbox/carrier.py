"""The way of an accepted text: its states in time, the phone it reaches, the call-backs."""

import asyncio

from cityalert.sandbox.behaviour import Callbacks, Pace
from cityalert.sandbox.errors import LATE
from cityalert.sandbox.messages import API, Message
from cityalert.sandbox.options import Options
from cityalert.sandbox.phones import Phones
from cityalert.sandbox.webhooks import Webhook, Webhooks

EXPIRED = 30036


class Carrier:
    """Moves messages along. Runs on the sandbox's event loop."""

    def __init__(self, phones: Phones, webhooks: Webhooks, options: Options) -> None:
        self.pace: Pace = options.pace
        self.callbacks = Callbacks()
        self._phones, self._webhooks, self._sender = phones, webhooks, options.sender
        self._tasks: set[asyncio.Task[None]] = set()

    def take(self, message: Message, late: int = 0) -> None:
        """Carry `message` to its phone, or to its failure with the code `late`."""
        steps = self._plan(message, late)
        if self.pace.immediate and (self.callbacks.dropped or not message.callback):
            for _, status in steps:
                self._step(message, status, late)
            return
        # Counted from here on, so that whoever has the answer to this message can wait for its end.
        self._webhooks.begin()
        task = asyncio.get_running_loop().create_task(self._carry(message, steps, late))
        self._tasks.add(task)
        task.add_done_callback(self._end)

    def _end(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._webhooks.end()

    def stop(self) -> None:
        """Leave everything where it is."""
        for task in list(self._tasks):
            task.cancel()

    def _plan(self, message: Message, late: int) -> list[tuple[float, str]]:
        pace = self.pace
        if pace.sent > message.validity:
            return [(float(message.validity), "failed")]
        end = "undelivered" if late else "delivered"
        return [(pace.sending, "sending"), (pace.sent, "sent"), (pace.delivered, end)]

    async def _carry(self, message: Message, steps: list[tuple[float, str]], late: int) -> None:
        # Behaviour is read once, so that a change from the page does not tear a message apart.
        how, passed = self.callbacks, 0.0
        behind: list[Webhook] = []
        for at, status in steps:
            await asyncio.sleep(at - passed)
            passed = at
            if not self._step(message, status, late):
                break
            hook = self._status_hook(message, forged=how.forged)
            if hook is None or how.dropped:
                continue
            if how.reordered:
                behind.insert(0, hook)
            else:
                await self._tell(message, hook, how)
        for hook in behind:
            await self._tell(message, hook, how)

    async def _tell(self, message: Message, hook: Webhook, how: Callbacks) -> None:
        await asyncio.sleep(how.delay)
        for _ in range(how.copies):
            answer = await self._webhooks.post(hook)
            if 200 <= answer.status < 300:
                message.heard.add(hook.fields["MessageStatus"])

    def _step(self, message: Message, status: str, late: int) -> bool:
        if not message.sender:
            message.sender = self._sender  # the Messaging Service chooses
        if not message.become(status):
            return False
        if status == "failed":
            late = EXPIRED
        if status in ("undelivered", "failed"):
            message.error, message.error_message = late, LATE[late]
        if status == "sent" and not late:
            self._phones[message.to].receive(message)
        return True

    def _status_hook(self, message: Message, *, forged: bool) -> Webhook | None:
        if not message.callback:
            return None
        fields = {
            "SmsSid": message.sid,
            "SmsStatus": message.status,
            "MessageStatus": message.status,
            "To": message.to,
            "MessageSid": message.sid,
            "AccountSid": message.account,
            "From": message.sender,
            "ApiVersion": API,
        }
        if message.service:
            fields["MessagingServiceSid"] = message.service
        if message.error:
            fields["ErrorCode"] = str(message.error)
            fields["ErrorMessage"] = message.error_message
        if message.status in ("delivered", "undelivered"):
            fields["RawDlrDoneDate"] = message.dated_at.strftime("%y%m%d%H%M")
        return self._webhooks.make(message.callback, fields, forged=forged)
