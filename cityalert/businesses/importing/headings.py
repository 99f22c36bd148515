"""Which heading means which field: guessed from what lists are like, in English and French. Pure."""

from collections.abc import Iterable, Mapping

from django.utils import translation

from cityalert.businesses.models import Function
from cityalert.businesses.reading import fold
from cityalert.businesses.records import Field

_SAID: dict[str, tuple[str, ...]] = {
    "key": ("id", "key", "no", "number", "member no", "member number", "account", "roll number", "numero",
            "no de membre"),
    "name": ("name", "business", "business name", "company", "trade name", "operating name", "nom", "commerce",
             "nom du commerce", "entreprise", "raison sociale"),
    "levy_class": ("class", "category", "levy", "levy class", "type", "sector", "categorie", "secteur", "classe"),
    "address": ("address", "street address", "civic address", "street", "adresse", "adresse civique", "rue"),
    "lat": ("lat", "latitude", "y"),
    "lon": ("lon", "lng", "long", "longitude", "x"),
    "languages": ("language", "languages", "langue", "langues"),
    "tags": ("tag", "tags", "keywords", "labels", "etiquettes", "mots cles"),
    "joined_on": ("joined", "member since", "join date", "start date", "date joined", "adhesion", "membre depuis"),
    "renewed_on": ("renewed", "last renewed", "renewal date", "renouvele", "date de renouvellement"),
    "lapses_on": ("lapses", "expires", "expiry", "paid until", "valid until", "echeance", "expiration",
                  "paye jusqu au"),
    "notes": ("note", "notes", "comment", "comments", "remarks", "remarque", "remarques", "commentaires"),
}  # fmt: skip
_WHO: dict[str, tuple[str, ...]] = {
    Function.OWNER: ("owner", "contact", "primary contact", "proprietaire"),
    Function.MANAGER: ("manager", "store manager", "gerant", "gerante", "gerance"),
    Function.AFTER_HOURS: ("after hours", "afterhours", "emergency", "emergency contact", "night", "urgence",
                           "hors heures"),
    Function.SECURITY: ("security", "security desk", "securite"),
}  # fmt: skip
_WHAT: dict[str, tuple[str, ...]] = {
    "name": ("", "name", "nom"),
    "phone": ("phone", "telephone", "tel", "cell", "mobile", "phone number", "cellulaire"),
    "email": ("email", "e-mail", "mail", "courriel", "email address"),
    "language": ("language", "langue"),
}
# Without a function they are the owner's.
_BARE = {"phone": "owner_phone", "email": "owner_email"}


def guess(
    header: Iterable[str], fields: Mapping[str, Field], remembered: Mapping[str, str]
) -> dict[str, str]:
    """Heading → field, or empty where nothing fits; each field at most once. What was chosen before goes first."""
    known, guessed, taken = _known(fields), {}, set()
    for heading in header:
        said = fold(heading)
        field = remembered[said] if said in remembered else known.get(said, "")
        if field not in fields or field in taken:
            field = ""
        guessed[heading] = field
        taken.add(field)
    return guessed


def _known(fields: Mapping[str, Field]) -> dict[str, str]:
    known = {word: name for name, words in _SAID.items() for word in words}
    for function, people in _WHO.items():
        for what, words in _WHAT.items():
            for who in people:
                for word in words:
                    known.setdefault(fold(f"{who} {word}"), f"{function}_{what}")
                    known.setdefault(fold(f"{word} {who}"), f"{function}_{what}")
    for what, name in _BARE.items():
        known.update(dict.fromkeys(_WHAT[what], name))
    for language in ("en", "fr"):
        with translation.override(language):
            known.update({fold(field.full_label): name for name, field in fields.items()})
    return known
