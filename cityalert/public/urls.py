"""Addresses open to everybody, and the feeds that a key opens."""

from django.urls import path, register_converter

from cityalert.lib.language import Language
from cityalert.public.feeds import FORMATS
from cityalert.public.views import feeds, pages


class LanguageConverter:
    """One of ours; any other is no address."""

    regex = "|".join(Language.values)

    def to_python(self, value: str) -> str:
        """As it stands in the address."""
        return value

    def to_url(self, value: str) -> str:
        """As it stands in the address."""
        return value


class FormatConverter(LanguageConverter):
    """A format feeds are written in."""

    regex = "|".join(FORMATS)


register_converter(LanguageConverter, "language")
register_converter(FormatConverter, "form")

app_name = "public"
urlpatterns = [
    path("public/", pages.choose, name="choose"),
    path("public/alerts/<uuid:alert_id>.cap.xml", feeds.cap, name="cap"),
    path("public/<language:language>/", pages.current, name="current"),
    path("public/<language:language>/feeds/", pages.feeds, name="feeds"),
    path("public/<language:language>/alerts.<form:form>", feeds.feed, name="feed"),
    path("public/<language:language>/alerts/<uuid:alert_id>/", pages.alert, name="alert"),
    path("public/<language:language>/alerts/<uuid:alert_id>/card.png", pages.card, name="card"),
    path("feeds/<str:token>/<language:language>/alerts.<form:form>", feeds.of_partner, name="partner_feed"),
    path("feeds/<str:token>/alerts/<uuid:alert_id>.cap.xml", feeds.cap_of_partner, name="partner_cap"),
]
