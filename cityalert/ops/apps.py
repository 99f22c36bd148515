"""Operations: grants of the database role, and loading the demo city."""

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class OpsConfig(AppConfig):
    name = "cityalert.ops"
    label = "ops"

    def ready(self) -> None:
        """Grant once after each migrate: the signal comes for every app with models, so one is chosen.

        And have the sweep do what others want done each round, and the checks known.
        """
        from cityalert.accounts import letters
        from cityalert.businesses.cascading import correcting
        from cityalert.delivery import sweep
        from cityalert.ops import checks  # noqa: F401 - registers them
        from cityalert.ops.grants import after_migrate
        from partners import leavers
        from partners.groups import telling

        sweep.also(letters.wake)
        sweep.also(leavers.sign_out)
        sweep.also(correcting.correct_due)
        sweep.also(telling.tell)
        post_migrate.connect(after_migrate, sender=apps.get_app_config("audit"), dispatch_uid="ops.grants")
