"""Where a clock may hang: the zones of Canada's time. Empty, wherever one is kept: the city's."""

from django.db.models import TextChoices


class Zone(TextChoices):
    """As PostgreSQL and Python know them, and by their largest town."""

    ST_JOHNS = "America/St_Johns", "St. John's"
    HALIFAX = "America/Halifax", "Halifax"
    TORONTO = "America/Toronto", "Toronto"
    WINNIPEG = "America/Winnipeg", "Winnipeg"
    REGINA = "America/Regina", "Regina"
    EDMONTON = "America/Edmonton", "Edmonton"
    VANCOUVER = "America/Vancouver", "Vancouver"
    WHITEHORSE = "America/Whitehorse", "Whitehorse"
    IQALUIT = "America/Iqaluit", "Iqaluit"
