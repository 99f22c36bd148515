"""What a partner or a site is in the life of the city, finer than its kind: one list, with its words."""

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Sector(TextChoices):
    """The value is kept in rows and saved audiences: the words beside it may change, it may not."""

    BANK = "bank", _("Bank")
    OFFICE = "office", _("Office tower")
    HOTEL = "hotel", _("Hotel")
    RETAIL = "retail", _("Shopping")
    RESTAURANT = "restaurant", _("Restaurant or bar")
    THEATRE = "theatre", _("Theatre or concert hall")
    STADIUM = "stadium", _("Stadium or arena")
    MUSEUM = "museum", _("Museum or gallery")
    ATTRACTION = "attraction", _("Attraction or convention centre")
    WORSHIP = "worship", _("Place of worship")
    RESIDENTIAL = "residential", _("Residential building")
    PRIMARY_SCHOOL = "primary_school", _("Primary school")
    SECONDARY_SCHOOL = "secondary_school", _("Secondary school")
    CAMPUS = "campus", _("College or university campus")
    CHILDCARE = "childcare", _("Childcare centre")
    LIBRARY = "library", _("Library or community centre")
    HOSPITAL = "hospital", _("Hospital")
    STATION = "station", _("Station or stop")
    AIRPORT = "airport", _("Airport or harbour")
    PARKING = "parking", _("Parking")
    PARK = "park", _("Park or square")
    GOVERNMENT = "government", _("Government building")
    EMERGENCY = "emergency", _("Emergency service")
    UTILITY = "utility", _("Utility or telecom")
    MEDIA = "media", _("Broadcaster or newsroom")


# How an audience names them: "Hotels and banks within 800 m".
MANY: dict[Sector, str | Promise] = {
    Sector.BANK: _("Banks"),
    Sector.OFFICE: _("Office towers"),
    Sector.HOTEL: _("Hotels"),
    Sector.RETAIL: _("Shops and malls"),
    Sector.RESTAURANT: _("Restaurants and bars"),
    Sector.THEATRE: _("Theatres and concert halls"),
    Sector.STADIUM: _("Stadiums and arenas"),
    Sector.MUSEUM: _("Museums and galleries"),
    Sector.ATTRACTION: _("Attractions and convention centres"),
    Sector.WORSHIP: _("Places of worship"),
    Sector.RESIDENTIAL: _("Residential buildings"),
    Sector.PRIMARY_SCHOOL: _("Primary schools"),
    Sector.SECONDARY_SCHOOL: _("Secondary schools"),
    Sector.CAMPUS: _("Campuses"),
    Sector.CHILDCARE: _("Childcare centres"),
    Sector.LIBRARY: _("Libraries and community centres"),
    Sector.HOSPITAL: _("Hospitals"),
    Sector.STATION: _("Stations and stops"),
    Sector.AIRPORT: _("Airports and harbours"),
    Sector.PARKING: _("Parking garages"),
    Sector.PARK: _("Parks and squares"),
    Sector.GOVERNMENT: _("Government buildings"),
    Sector.EMERGENCY: _("Emergency services"),
    Sector.UTILITY: _("Utilities and telecoms"),
    Sector.MEDIA: _("Broadcasters and newsrooms"),
}
