"""Many sites from one file: what it would do row by row, doing it once it was confirmed, and taking that back.

Bringing the same file again changes nothing: a site is known by its name.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.gis.geos import GEOSGeometry, Point
from django.db import transaction
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.geo.gazetteer import fold
from cityalert.geo.geocoding import NotYet, geocoder
from cityalert.lib import words
from cityalert.lib.refusals import NotThere, Refusal
from cityalert.lib.tables import Limits, Row, Table, TableRefused
from partners.actor import Actor
from partners.models import Membership, Placing, Site
from partners.sites import location
from partners.sites.actions import MAX_SITES, TooManySites, check_may_manage

LIMITS = Limits(max_bytes=2 * 1024 * 1024, max_rows=2_000)
# What people call the four columns, folded.
_COLUMNS = {
    "name": ("name", "site", "nom", "place", "lieu", "site name", "nom du site"),
    "address": ("address", "adresse", "street address", "location", "emplacement"),
    "lat": ("lat", "latitude", "y"),
    "lon": ("lon", "lng", "long", "longitude", "x"),
}


class Verdict(TextChoices):
    """What becomes of a row."""

    NEW = "new", gettext_lazy("new")
    CHANGED = "changed", gettext_lazy("changed")
    SAME = "same", gettext_lazy("as it is")
    OUTSIDE = "outside", gettext_lazy("outside the city")
    WAITING = "waiting", gettext_lazy("to be looked up")
    REFUSED = "refused", gettext_lazy("refused")


class AlreadyUndone(Refusal):
    """Only the last file can be taken back, and only once."""

    code = "placing_not_last"
    sentence = gettext_lazy("Only the last file can be undone, and only once.")


@dataclass
class Line:
    """One row of a file, and what is thought of it. Kept as JSON in `Placing.rows`."""

    number: int
    name: str
    address: str
    lat: float | None = None
    lon: float | None = None
    verdict: str = Verdict.REFUSED
    reason: str = ""
    # After it was done: the site, and what it said before (nothing: it was added).
    site: str = ""
    before: dict[str, str] | None = None

    @property
    def label(self) -> str:
        """The verdict in words."""
        return str(Verdict(self.verdict).label)

    def point(self) -> Point:
        """Where the row says the site is."""
        return Point(self.lon, self.lat, srid=4326)


def lines(placing: Placing) -> list[Line]:
    """The rows of a file."""
    return [Line(**row) for row in placing.rows]


def counts(placing: Placing) -> Counter[str]:
    """How many rows have each verdict."""
    return Counter(row["verdict"] for row in placing.rows)


@transaction.atomic
def prepare(actor: Actor, table: Table, *, at: datetime) -> Placing:
    """Read a table of sites and keep what it would do. Nothing is placed yet."""
    check_may_manage(actor, actor.partner)
    columns = _columns(table.header)
    known, seen = _known(actor), set[str]()
    rows = []
    for row in table.rows:
        line = _line(row, columns)
        _judge(line, known, at)
        if line.name and line.name.casefold() in seen:
            line.verdict, line.reason = Verdict.REFUSED, _("Another row of this file has the same name.")
        seen.add(line.name.casefold())
        rows.append(asdict(line))
    return Placing.objects.create(partner=actor.partner, made_by=actor.user, made_at=at, rows=rows)


@transaction.atomic
def look_up(actor: Actor, placing: Placing, *, at: datetime) -> bool:
    """Look up the next address that waits for it; whether it was its turn."""
    placing = _locked(actor, placing)
    rows, known = lines(placing), _known(actor)
    line = next((one for one in rows if one.verdict == Verdict.WAITING), None)
    if line is None or placing.done_at is not None:
        return False
    try:
        _place(line, known, at)
    except NotYet:
        return False
    placing.rows = [asdict(one) for one in rows]
    placing.save(update_fields=["rows"])
    return True


@transaction.atomic
def confirm(actor: Actor, placing: Placing, *, with_outside: bool = False, at: datetime) -> Placing:
    """Place what the preview showed; `with_outside`: those outside the city too. Again changes nothing."""
    placing = _locked(actor, placing)
    if placing.done_at is not None:
        return placing
    wanted = {Verdict.NEW, Verdict.CHANGED} | ({Verdict.OUTSIDE} if with_outside else set())
    known, rows = _known(actor), lines(placing)
    added, moved = [], []
    for line in rows:
        if line.verdict not in wanted:
            continue
        site = known.get(line.name.casefold())
        if site is None:
            site = Site(partner=actor.partner, name=line.name)
            added.append(site)
        elif site.archived_at is None and not _says(site, line):
            line.before = {"address": site.address, "location": site.location.hexewkb.decode()}
            moved.append(site)
        else:
            continue
        site.address, site.location = line.address or site.address, line.point()
        line.site = str(site.pk)
    if len(known) + len(added) > MAX_SITES:
        raise TooManySites
    Site.objects.bulk_create(added)
    Site.objects.bulk_update(moved, ["address", "location"])
    placing.rows, placing.done_at = [asdict(one) for one in rows], at
    placing.save(update_fields=["rows", "done_at"])
    record(Verb.SITES_PLACED, actor, placing, at=at, added=len(added), moved=len(moved))
    return placing


@transaction.atomic
def undo(actor: Actor, placing: Placing, *, at: datetime) -> int:
    """Take the last file back; how many of its sites stay because they were changed or used since."""
    placing = _locked(actor, placing)
    last = Placing.objects.filter(partner=actor.partner, done_at__isnull=False).order_by("-done_at").first()
    if last != placing or placing.undone_at is not None:
        raise AlreadyUndone
    rows = {UUID(line.site): line for line in lines(placing) if line.site}
    sites = Site.objects.select_for_update().filter(partner=actor.partner).in_bulk(rows)
    used = set(Membership.objects.filter(site__in=sites).values_list("site_id", flat=True))
    removed, restored = [], []
    for pk, site in sites.items():
        line = rows[pk]
        if not _is_untouched(site, line) or (line.before is None and pk in used):
            continue
        if line.before is None:
            removed.append(pk)
        else:
            site.address, site.location = line.before["address"], GEOSGeometry(line.before["location"])
            restored.append(site)
    Site.objects.filter(pk__in=removed).delete()
    Site.objects.bulk_update(restored, ["address", "location"])
    placing.undone_at = at
    placing.save(update_fields=["undone_at"])
    kept = len(rows) - len(removed) - len(restored)
    record(
        Verb.SITES_UNPLACED, actor, placing, at=at, removed=len(removed), restored=len(restored), kept=kept
    )
    return kept


def _locked(actor: Actor, placing: Placing) -> Placing:
    found = Placing.objects.select_for_update().filter(pk=placing.pk, partner=actor.partner).first()
    if found is None:
        raise NotThere
    check_may_manage(actor, actor.partner)
    return found


def _known(actor: Actor) -> dict[str, Site]:
    return {site.name.casefold(): site for site in Site.objects.filter(partner=actor.partner)}


def _columns(header: Iterable[str]) -> dict[str, str]:
    """Which heading says what; the name is needed, and an address or both coordinates."""
    folded = {fold(heading): heading for heading in header}
    found = {
        column: next((folded[fold(name)] for name in names if fold(name) in folded), "")
        for column, names in _COLUMNS.items()
    }
    if not found["name"] or not (found["address"] or (found["lat"] and found["lon"])):
        raise TableRefused(
            _("The file needs a column “name”, and the columns “lat” and “lon”, or a column “address”.")
        )
    return found


def _line(row: Row, columns: Mapping[str, str]) -> Line:
    def cell(column: str) -> str:
        return words.line(row.cells.get(columns[column], ""))

    line = Line(row.number, cell("name"), cell("address"))
    if row.surplus:
        line.reason = _(
            "It has more cells than the heading. Is a text with a separator missing its quotation marks?"
        )
    elif not line.name:
        line.reason = _("It has no name.")
    elif len(line.name) > 160 or len(line.address) > 200:
        line.reason = _("Its name or its address is too long.")
    elif cell("lat") or cell("lon"):
        _read_degrees(line, cell("lat"), cell("lon"))
    elif not line.address:
        line.reason = _("It has neither coordinates nor an address.")
    return line


def _read_degrees(line: Line, lat: str, lon: str) -> None:
    try:
        line.lat, line.lon = location.degrees(lat), location.degrees(lon)
    except location.LocationRefused as refused:
        line.lat = line.lon = None
        line.reason = str(refused)


def _judge(line: Line, known: Mapping[str, Site], at: datetime) -> None:
    """Say what becomes of a line that could be read."""
    if line.reason:
        return
    if line.lat is None and not geocoder().is_quick:
        line.verdict = Verdict.WAITING
        return
    _place(line, known, at)


def _place(line: Line, known: Mapping[str, Site], at: datetime) -> None:
    """Find the line's place, and compare it with what is there. Raises NotYet where a service has its pace."""
    line.verdict = Verdict.REFUSED
    try:
        if line.lat is None:
            here = location.of_address(line.address, at=at)
            line.lat, line.lon = here.y, here.x
        location.point(lat=line.lat, lon=line.lon or 0)
    except location.LocationRefused as refused:
        is_outside = isinstance(refused, location.OutsideTheCity) and line.lat is not None
        line.verdict, line.reason = Verdict.OUTSIDE if is_outside else Verdict.REFUSED, str(refused)
        return
    site = known.get(line.name.casefold())
    if site is None:
        line.verdict = Verdict.NEW
    elif site.archived_at is not None:
        line.reason = _("A site of this name is archived. Restore it first.")
    else:
        line.verdict = Verdict.SAME if _says(site, line) else Verdict.CHANGED


def _says(site: Site, line: Line) -> bool:
    """Is the site as the line has it? A point inside its footprint is no change: a footprint says more."""
    here = line.point()
    is_there = (
        site.location.intersects(here) if site.location.dims else site.location.equals_exact(here, 1e-6)
    )
    return is_there and (not line.address or site.address == line.address)


def _is_untouched(site: Site, line: Line) -> bool:
    is_there = isinstance(site.location, Point) and site.location.equals_exact(line.point(), 1e-6)
    return is_there and site.archived_at is None and (not line.address or site.address == line.address)


def placed(placing: Placing) -> Iterator[Line]:
    """The lines that became sites or moved one."""
    return (line for line in lines(placing) if line.site)
