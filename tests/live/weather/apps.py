"""Who may hear about the weather at a partner: its members, unless its short name says it is deaf."""

from django.apps import AppConfig

from cityalert.live.topics import Listener, register_topic

DEAF = "deaf"


class WeatherConfig(AppConfig):
    name = "tests.live.weather"

    def ready(self) -> None:
        register_topic("weather", may_hear)


def may_hear(listeners: list[Listener], key: str) -> set[Listener]:
    from partners.models import Partner

    if not Partner.objects.filter(pk=key).exclude(short_name=DEAF).exists():
        return set()
    return {listener for listener in listeners if listener[1] == f"partner:{key}"}
