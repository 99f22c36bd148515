"""The Celery application. Work is found in PostgreSQL; a lost message delays it, no more."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cityalert.settings")

app = Celery("cityalert")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
