"""Who is on the network: partners with their sites, and the groups they share in."""

from django.contrib.gis.geos import MultiPolygon

from cityalert.geo.models import Zone
from cityalert.ops.demo.city import outline
from cityalert.ops.demo.identity import point, rows, uid
from partners.models import Partner, SharingGroup, Site

POLICE = "tps"


def partners(zones: list[Zone]) -> dict[str, Partner]:
    """All partners by their key. The police may alert the whole city, a BIA its own streets, nobody else."""
    bias = {zone.name: zone.area for zone in zones if zone.kind == Zone.Kind.BIA}
    return {row["key"]: _partner(row, bias) for row in rows("partners")}


def sites() -> list[Site]:
    """All sites, at their real places."""
    return [
        Site(
            id=uid("site", f"{row['partner']}/{row['name']}"),
            partner_id=uid("partner", row["partner"]),
            name=row["name"],
            address=row["address"],
            location=point(row),
        )
        for row in rows("sites")
    ]


def groups() -> dict[SharingGroup, list[Partner]]:
    """The sharing groups and their partners' keys."""
    named: dict[str, list[Partner]] = {}
    for row in rows("partners"):
        for name in filter(None, row["groups"].split(";")):
            named.setdefault(name, []).append(Partner(id=uid("partner", row["key"])))
    return {SharingGroup(id=uid("group", name), name=name): members for name, members in named.items()}


def _partner(row: dict[str, str], bias: dict[str, MultiPolygon]) -> Partner:
    is_police = row["key"] == POLICE
    return Partner(
        id=uid("partner", row["key"]),
        kind=row["kind"],
        name=row["name"],
        short_name=row["short_name"],
        jurisdiction=outline() if is_police else bias.get(row["name"]),
        may_alert_public=is_police,
    )
