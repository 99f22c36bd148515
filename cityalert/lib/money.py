"""How amounts of money are written, in the reader's language."""

from decimal import Decimal

from django.conf import settings
from django.utils import formats
from django.utils.translation import pgettext

_CENT = Decimal("0.01")


def money(amount: Decimal | None, places: int = 2) -> str:
    """ "$1 204.50", in French "1 204,50 $"; what is less than a cent with all it has, what is unknown as a dash."""
    if amount is None:
        return "–"
    number = figures(amount, 4 if 0 < amount < _CENT else places)
    if settings.CURRENCY in {"CAD", "USD"}:
        return pgettext("amount of money", "$%(number)s") % {"number": number}
    return f"{number}\xa0{settings.CURRENCY}"


def figures(amount: Decimal, places: int) -> str:
    """The number alone: in threes, with the language's decimal mark."""
    whole, _, parts = f"{amount:,.{places}f}".partition(".")
    return "".join((whole.replace(",", "\u202f"), formats.get_format("DECIMAL_SEPARATOR"), parts))
