"""Alerts: the life of a CAP message, and whom it is for."""

from django.apps import AppConfig


class AlertsConfig(AppConfig):
    name = "cityalert.alerts"
    label = "alerts"

    def ready(self) -> None:
        """Tell `live` who may hear hints about an alert, and the sweep that alerts come to an end."""
        from cityalert.alerts import actions, queries
        from cityalert.delivery import sweep
        from cityalert.live import topics

        topics.register_topic("alert", queries.may_listen)
        sweep.also(actions.expire_due)
        sweep.also(actions.remind_reviews)
        sweep.also(actions.catch_up)
        sweep.also(actions.ask_about_ends)
