"""Exercises: drills that are planned beforehand, held at their time, and measured."""

from django.apps import AppConfig


class ExercisesConfig(AppConfig):
    name = "cityalert.exercises"
    label = "exercises"

    def ready(self) -> None:
        """Have the sweep announce and start what is due."""
        from cityalert.delivery import sweep
        from cityalert.exercises import announcing, holding

        sweep.also(announcing.announce_due)
        sweep.also(holding.start_due)
