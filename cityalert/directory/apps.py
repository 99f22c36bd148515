"""The directory: how partners find one another, and what keeps it from being carried off."""

from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "cityalert.directory"
    label = "directory"

    def ready(self) -> None:
        """Whoever applies may hear that a name is taken where the directory shows it; `partners` asks."""
        from cityalert.directory import queries
        from partners import known

        known.ask(queries.shows_any)
