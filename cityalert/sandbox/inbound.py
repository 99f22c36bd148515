"""Texts from a phone to CityAlert: keywords Twilio acts on, the web hook, and the TwiML answer."""

from lxml import etree

from cityalert.sandbox.messages import API, Message
from cityalert.sandbox.phones import Phones
from cityalert.sandbox.provider import Twilio
from cityalert.sandbox.segments import count
from cityalert.sandbox.webhooks import Answer, Webhook, Webhooks

# Twilio's defaults, when they are all that is said. ARRET is not one of them: CityAlert must act on it.
STOP = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "END", "QUIT", "REVOKE", "OPTOUT", "CANCEL"})
START = frozenset({"START", "YES", "UNSTOP"})
STOPPED = "You have successfully been unsubscribed and get no more messages. Reply START to resubscribe."
STARTED = "You have successfully been re-subscribed to messages from this number. Reply STOP to unsubscribe."


class Inbound:
    """The line from the phones to CityAlert's web hook at `url`."""

    def __init__(self, url: str, webhooks: Webhooks) -> None:
        self.url = url
        self.twilio: Twilio
        self.phones: Phones
        self._webhooks = webhooks

    def say(self, number: str, text: str, sender: str = "") -> int:
        """Send `text` from `number`; returns the HTTP status with which the web hook was answered."""
        message, hook = self._take(number, text, sender)
        return self._answered(message, self._webhooks.post_now(hook))

    async def say_soon(self, number: str, text: str, sender: str = "") -> int:
        """As `say`, from the sandbox's own event loop."""
        message, hook = self._take(number, text, sender)
        return self._answered(message, await self._webhooks.post(hook))

    def _take(self, number: str, text: str, sender: str) -> tuple[Message, Webhook]:
        last = next((t.message for t in reversed(self.phones[number].messages)), None)
        message = Message(
            account=self.twilio.account,
            to=sender or (last.sender if last else self.twilio.sender),
            sender=number,
            body=text,
            direction="inbound",
            status="receiving",
            service=last.service if last else "",
        )
        message.become("received")
        self.twilio.keep(message)
        self.phones[number].said(message)
        self._obey(message)
        return message, self._webhooks.make(self.url, _fields(message))

    def _obey(self, message: Message) -> None:
        word = message.body.strip().upper()
        if word in STOP:
            self.twilio.blocked.add(message.sender)
            self._send_back(message, STOPPED, by_provider=True)
        elif word in START and message.sender in self.twilio.blocked:
            self.twilio.blocked.discard(message.sender)
            self._send_back(message, STARTED, by_provider=True)

    def _answered(self, message: Message, answer: Answer) -> int:
        if 200 <= answer.status < 300 and message.sender not in self.twilio.blocked:
            for words in _twiml_messages(answer.body):
                self._send_back(message, words)
        return answer.status

    def _send_back(self, to: Message, words: str, *, by_provider: bool = False) -> None:
        reply = Message(
            account=to.account,
            to=to.sender,
            sender=to.to,
            body=words,
            direction="outbound-reply",
            status="queued",
            service=to.service,
        )
        for status in ("sending", "sent", "delivered"):
            reply.become(status)
        self.twilio.keep(reply)
        self.phones[to.sender].receive(reply, by_provider=by_provider)


def _fields(message: Message) -> dict[str, str]:
    fields = {
        "ToCountry": "CA",
        "FromCountry": "CA",
        "SmsMessageSid": message.sid,
        "NumMedia": "0",
        "SmsSid": message.sid,
        "SmsStatus": "received",
        "Body": message.body,
        "To": message.to,
        "NumSegments": str(count(message.body)),
        "MessageSid": message.sid,
        "AccountSid": message.account,
        "From": message.sender,
        "ApiVersion": API,
    }
    return fields | ({"MessagingServiceSid": message.service} if message.service else {})


def _twiml_messages(body: str) -> list[str]:
    """The words of each <Message> in a TwiML answer; none when it is not TwiML."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        root = etree.fromstring(body.encode(), parser)
    except etree.XMLSyntaxError:
        return []
    if root.tag != "Response":
        return []
    return ["".join(map(str, node.itertext())).strip() for node in root.iter("Message")]
