"""Who is on the network: partners with their sites, and the groups they share in."""

from django.contrib.gis.geos import MultiPolygon

from cityalert.geo.models import Zone
from cityalert.ops.demo.city import outline
from cityalert.ops.demo.identity import SINCE, point, rows, uid
from cityalert.ops.demo.premises import dress
from partners.models import Partner, Site
from partners.roles import Role
from partners.sharing import Participant, SharingGroup

POLICE = "tps"


def partners(zones: list[Zone]) -> dict[str, Partner]:
    """All partners by their key. The police may alert the whole city, a BIA its own streets, nobody else."""
    bias = {zone.name: zone.area for zone in zones if zone.kind == Zone.Kind.BIA}
    return {row["key"]: _partner(row, bias) for row in rows("partners")}


def sites() -> list[Site]:
    """All sites, at their real places; what is said of their insides is invented."""
    kinds = {row["key"]: row["kind"] for row in rows("partners")}
    return [
        dress(
            Site(
                id=uid("site", f"{row['partner']}/{row['name']}"),
                partner_id=uid("partner", row["partner"]),
                name=row["name"],
                address=row["address"],
                sector=row["sector"],
                location=point(row),
            ),
            kinds[row["partner"]],
        )
        for row in rows("sites")
    ]


def groups() -> list[SharingGroup]:
    """The sharing groups, each run by one of its partners."""
    return [
        SharingGroup(
            id=uid("group", row["name"]),
            host_id=uid("partner", row["host"]),
            name=row["name"],
            purpose=row["purpose"],
            ceiling=row["ceiling"],
            is_hidden=bool(row["hidden"]),
        )
        for row in rows("groups")
    ]


def participants() -> list[Participant]:
    """Who is in which group; in some, somebody has yet to answer."""
    places = []
    for row in rows("groups"):
        inside = [one["key"] for one in rows("partners") if row["name"] in one["groups"].split(";")]
        asked = [key for key in row["invited"].split(";") if key and key not in inside]
        places += [_participant(row, key, is_in=True) for key in inside]
        places += [_participant(row, key, is_in=False) for key in asked]
    return places


def _participant(row: dict[str, str], key: str, *, is_in: bool) -> Participant:
    host = uid("partner", row["host"])
    return Participant(
        group_id=uid("group", row["name"]),
        partner_id=uid("partner", key),
        host_id=host,
        state=Participant.State.JOINED if is_in else Participant.State.INVITED,
        extender_role=Role.OPERATOR if key == row["extender"] else "",
        invited_at=SINCE,
        invited_by_id=host,
        answered_at=SINCE if is_in else None,
    )


def _partner(row: dict[str, str], bias: dict[str, MultiPolygon]) -> Partner:
    is_police = row["key"] == POLICE
    return Partner(
        id=uid("partner", row["key"]),
        kind=row["kind"],
        sector=row["sector"],
        name=row["name"],
        short_name=row["short_name"],
        jurisdiction=outline() if is_police else bias.get(row["name"]),
        may_alert_public=is_police,
    )
