"""The ways of reaching a person: one file each, and one line here."""

from cityalert.delivery.channels.base import Channel
from cityalert.delivery.channels.email import Email
from cityalert.delivery.channels.push import Push
from cityalert.delivery.channels.sms import Sms
from cityalert.delivery.channels.voice import Voice
from cityalert.delivery.channels.webhook import Webhook

CHANNELS: dict[str, Channel] = {
    channel.name: channel for channel in (Sms(), Email(), Push(), Voice(), Webhook())
}
