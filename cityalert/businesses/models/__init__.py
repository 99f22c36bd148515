"""A BIA's membership, in its nouns: one file for each idea."""

from cityalert.businesses.models.cascading import Cascade, Target
from cityalert.businesses.models.confirming import Asking, Hushed, Yearly
from cityalert.businesses.models.importing import Change, Columns, Import
from cityalert.businesses.models.membership import Business, Contact, CustomField, Function, Seat
from cityalert.businesses.models.merging import Distinct, Merge

__all__ = [
    "Asking",
    "Business",
    "Cascade",
    "Change",
    "Columns",
    "Contact",
    "CustomField",
    "Distinct",
    "Function",
    "Hushed",
    "Import",
    "Merge",
    "Seat",
    "Target",
    "Yearly",
]
