"""Where those are who cannot be reached: marks on the map of a draft. GeoJSON in, GeoJSON out."""

import json
from collections import Counter
from collections.abc import Iterable

from django.utils.translation import ngettext


def marked(sites: str, unreachable: Iterable[tuple[str, str]]) -> str:
    """The sites; those of partners with somebody unreachable say how many. `unreachable`: (partner, name)."""
    lost = Counter(partner for partner, _name in unreachable)
    if not lost or not sites:
        return sites
    drawn = json.loads(sites)
    for feature in drawn["features"]:
        count = lost[feature["properties"]["partner"]]
        if count:
            sentence = ngettext("%(n)s cannot be reached.", "%(n)s cannot be reached.", count) % {"n": count}
            feature["properties"] |= {"state": "no_answer", "text": sentence}
    return json.dumps(drawn)
