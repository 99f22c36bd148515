"""FIRST's Traffic Light Protocol 2.0: how far a thing may travel, from the widest to the narrowest."""

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
        order = list(Tlp)
        return order.index(self) <= order.index(ceiling)
