"""Web: the frame every page stands in. What the pages are about belongs to the features."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "cityalert.web"
    label = "web"
