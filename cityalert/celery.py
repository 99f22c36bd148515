"""The Celery application. Work is found in PostgreSQL; a lost message delays it, no more."""

import os

from celery import Celery
from celery.schedules import crontab
from celery.signals import worker_init

from cityalert.lib import tenancy

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cityalert.settings")

app = Celery("cityalert")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# Once a day, when few are awake: by the city's clock. What is frequent is in the settings.
app.add_periodic_task(crontab(hour=4, minute=10), app.signature("ops.housekeeping"), name="housekeeping")
app.add_periodic_task(
    crontab(hour=9, minute=0), app.signature("agreements.remind"), name="agreements that end"
)
# Some each hour of a working day: whoever is asked calls back.
app.add_periodic_task(
    crontab(day_of_week="mon-fri", hour="9-16", minute=20),
    app.signature("businesses.ask"),
    name="is this still right",
)


@worker_init.connect  # type: ignore[untyped-decorator]
def work_across(**_signal: object) -> None:
    """What workers do, they do for all partners."""
    tenancy.work_across("a worker")
