"""FIRST's Traffic Light Protocol 2.0: how far a thing may travel, from the widest to the narrowest."""

from enum import IntEnum

from django.db.models import TextChoices


class Tlp(TextChoices):
    """The standard's five words, in their order."""

    CLEAR = "CLEAR", "TLP:CLEAR"
    GREEN = "GREEN", "TLP:GREEN"
    AMBER = "AMBER", "TLP:AMBER"
    AMBER_STRICT = "AMBER+STRICT", "TLP:AMBER+STRICT"
    RED = "RED", "TLP:RED"

    def is_within(self, ceiling: "Tlp") -> bool:
        """Is it no stricter than this?"""
        return self.strictness <= ceiling.strictness

    @property
    def strictness(self) -> int:
        """Its place in the standard's order: 0 for what anybody may hear."""
        return list(Tlp).index(self)

    @classmethod
    def strictest(cls, *labels: "Tlp | str") -> "Tlp":
        """The strictest of them: what quotes or answers others is marked like the strictest it holds."""
        return max((cls(one) for one in labels), key=lambda one: one.strictness)

    @classmethod
    def up_to(cls, ceiling: "Tlp | str") -> "list[Tlp]":
        """Every label no stricter than this."""
        return [one for one in cls if one.is_within(cls(ceiling))]


class Circle(IntEnum):
    """Who would hear it, seen from an organisation that did; each holds the one before."""

    NAMED = 0  # the persons it was given to
    ORGANISATION = 1  # its own people
    CLIENTS = 2  # its clients or members, who need it to protect themselves
    COMMUNITY = 3  # partners and peers, by no public way
    PUBLIC = 4


# RED is for the persons it was given to: it goes nowhere from there.
_WIDEST = {
    Tlp.CLEAR: Circle.PUBLIC,
    Tlp.GREEN: Circle.COMMUNITY,
    Tlp.AMBER: Circle.CLIENTS,
    Tlp.AMBER_STRICT: Circle.ORGANISATION,
    Tlp.RED: Circle.NAMED,
}


def may_go(tlp: Tlp | str, circle: Circle) -> bool:
    """May whoever received a thing with this label pass it on to that circle? (FIRST, TLP 2.0, section 2.)

    Wider needs the leave of the source.
    """
    return circle <= _WIDEST[Tlp(tlp)]
