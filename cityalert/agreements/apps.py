"""Agreements: what partners have signed, and what they may not do without."""

from typing import Any

from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    name = "cityalert.agreements"
    label = "agreements"

    def ready(self) -> None:
        """Joining a sharing group takes agreements, and `partners` stands below: tell it what to ask."""
        from cityalert.agreements import queries, rules
        from partners.groups import conditions

        def agreed(partner: Any, at: Any) -> None:
            queries.check(partner, rules.Act.GROUP, at=at)

        conditions.require(agreed)
