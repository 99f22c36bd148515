"""Conversations between partners, groups, functions and people. The chores of incidents and dossiers are above."""

from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "cityalert.messaging"
    label = "messaging"

    def ready(self) -> None:
        """Tell `live` who may hear a conversation, and the sweep that people are told of what they have not read."""
        from cityalert.delivery import sweep
        from cityalert.live import streams, topics
        from cityalert.messaging import listening, telling

        topics.register_topic(listening.PREFIX, listening.may_listen)
        sweep.also(telling.tell_due)
        streams.register(listening.PREFIX, listening.news)
