"""Who wants to join the demo city: one to be checked, one half checked, one returned, one refused, one invited."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password

from cityalert.accounts.models import User
from cityalert.agreements import rules
from cityalert.agreements.models import Agreement
from cityalert.joining.facts import fingerprint
from cityalert.joining.models import Application, Approach, Check, Link, SignedText, Sponsorship
from cityalert.joining.states import State
from cityalert.ops.demo.identity import uid
from partners.models import Partner


@dataclass(frozen=True)
class Applicant:
    """What one of them wrote, and how far it came."""

    name: str
    kind: Partner.Kind
    state: State
    days_ago: int
    contact: str
    role: str
    domain: str
    phone: str
    address: str
    sponsor: str = ""
    reason: str = ""


_WHY = "We look after many visitors every day and would like to hear of what happens around us."
VOUCHES, ASKED = "scotiabank-arena", "fd-bia"
APPLICANTS = (
    Applicant("Harbour Square Mall", Partner.Kind.VENUE, State.VETTING, 4, "Mo Abidi", "Head of security",
              "harboursquare.example", "+14165550177", "207 Queens Quay W", "Scotiabank Arena"),
    Applicant("Distillery Lanes BIA", Partner.Kind.BIA, State.VETTING, 1, "Ana Ruiz", "Executive director",
              "distillerylanes.example", "+14165550178", "55 Mill St", "Financial District BIA"),
    Applicant("St. Clair Language School", Partner.Kind.SCHOOL, State.RETURNED, 9, "Tom Baker", "Administrator",
              "stclair.example", "+14165550179", "1 St Clair Ave W", reason="Please give the school’s own address."),
    Applicant("Metro Alert Partners", Partner.Kind.CORPORATE, State.REFUSED, 20, "J. Smith", "Manager",
              "metroalert.example", "+14165550180", "100 King St W",
              reason="Nobody at the registered number knew of it."),
)  # fmt: skip


def load(texts: list[Agreement], staff: User, *, at: datetime) -> int:
    """Write them, once. Returns how many there are."""
    if Application.objects.exists():
        return 0
    applications = [_application(one, staff, at) for one in APPLICANTS]
    Application.objects.bulk_create(applications)
    first, second = applications[:2]
    SignedText.objects.bulk_create(
        SignedText(
            application=first, agreement=text, sha256=text.sha256, about=first.about,
            signer_name=first.contact_name, signer_role=first.contact_role, signed_at=at - timedelta(days=3),
        )
        for text in texts if text.kind in rules.TO_JOIN
    )  # fmt: skip
    _check(first, _colleague(), at)
    _sponsor(first, second, at)
    Link.objects.create(application=second, digest="0" * 64, expires_at=at + timedelta(days=13))
    Approach.objects.create(
        id=uid("approach", "Corktown"), name="Corktown Business Association", kind=Partner.Kind.BIA,
        contact_name="Lee Grant", contact_email="lee@corktown.example", sponsor_id=uid("partner", "fd-bia"),
        made_by=staff, made_at=at - timedelta(days=2), expires_at=at + timedelta(days=28), digest="1" * 64,
    )  # fmt: skip
    return len(applications)


def _colleague() -> User:
    """Somebody beside Nadia: one person alone lets nobody in. They are there in name, and do not sign in."""
    found, _is_new = User.objects.get_or_create(
        email="sasha.petrov@cityalert.example",
        defaults={"name": "Sasha Petrov", "password": make_password(None), "is_staff": True},
    )
    return found


def _sponsor(first: Application, second: Application, at: datetime) -> None:
    """The arena vouches for the first; the Financial District BIA is asked about the second."""
    Sponsorship.objects.create(
        id=uid("sponsorship", first.name), application=first, partner_id=uid("partner", VOUCHES),
        asked_at=at - timedelta(days=2), answered_at=at - timedelta(days=1), is_confirmed=True, about=first.about,
        answered_by=User.objects.filter(memberships__partner=uid("partner", VOUCHES)).order_by("pk")[0],
        words="Our guards train together, and we share a loading dock.",
    )  # fmt: skip
    Sponsorship.objects.create(
        id=uid("sponsorship", second.name), application=second, partner_id=uid("partner", ASKED),
        asked_at=at - timedelta(hours=20),
    )  # fmt: skip


def _check(application: Application, staff: User, at: datetime) -> None:
    Check.objects.create(
        application=application, kind=Check.Kind.CALL_BACK, about=application.about, by=staff,
        at=at - timedelta(days=1), number="+14165550120", number_found="The property’s sign on Queens Quay",
        called_at=at - timedelta(days=1, minutes=5), spoke_with="Ines Roy, reception",
        found="Mo Abidi runs security there and had told them of the application.",
    )  # fmt: skip


def _application(one: Applicant, staff: User, at: datetime) -> Application:
    sent_at = at - timedelta(days=one.days_ago)
    email = f"{one.contact.split()[0].strip('.').lower()}@{one.domain}"
    application = Application(
        id=uid("application", one.name), state=one.state, name=one.name, kind=one.kind, address=one.address,
        website=f"https://{one.domain}", contact_name=one.contact, contact_role=one.role, contact_email=email,
        contact_phone=one.phone, numbers=[one.phone], sponsor_name=one.sponsor, why=_WHY, reason=one.reason,
        submitted_at=sent_at, confirmed_at=sent_at + timedelta(minutes=12),
    )  # fmt: skip
    if one.state == State.REFUSED:
        application.decided_at, application.decided_by = sent_at + timedelta(days=2), staff
    application.about = fingerprint(application)
    return application
