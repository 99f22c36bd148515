"""One of everything that belongs to one partner, for whoever tries its address from elsewhere."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

from cityalert.alerts.models import SavedArea, SavedAudience
from cityalert.alerts.templates import Template
from cityalert.bulletins.models import Bulletin, Proposal
from cityalert.businesses.models import Asking, Business, Cascade, CustomField, Import, Merge, Seat
from cityalert.delivery.models import Hook
from cityalert.directory.models import Alarm, Contact, Entry, Liaison
from cityalert.dossiers.models import Dossier, Guest, Part, Version
from cityalert.duty.models import Swap, Turns
from cityalert.exchange.models import External, Quarantined, Source
from cityalert.exercises.models import Drill, Run
from cityalert.incidents.models import Feedback, Incident, Participation
from cityalert.messaging.models import Attachment, Conversation, Post
from cityalert.messaging.models import Participant as Talker
from cityalert.public.models import FeedKey
from partners.models import Invitation, Placing
from tests.cast import DOWNTOWN, Cast, _area
from tests.joining.steps import half_way


def one_of_each(cast: Cast, at: datetime) -> dict[str, Any]:
    """By the names that addresses have for them, the keys of what is Bao's or his partner's alone."""
    bao, partner = cast.bao, {"partner": cast.bao.partner}
    later = at + timedelta(days=7)
    # Whoever is listed in the directory is there for everybody.
    Entry.objects.create(is_listed=False, **partner)
    one, other = (Business.objects.create(name=name, search=name, edited_at=at, **partner) for name in "AB")
    incident = Incident.objects.create(
        title="Water", opened_at=at, opened_by=bao.user, closed_at=at, **partner
    )
    Participation.objects.create(incident=incident, lead=bao.partner, since_at=at, **partner)
    Feedback.objects.create(incident=incident, lead=bao.partner, user=bao.user, asked_at=at, **partner)
    conversation = Conversation.objects.create(
        subject="Water", opened_at=at, opened_by=bao.user, last_at=at, last_position=1, **partner
    )
    Talker.objects.create(conversation=conversation, joined_at=at, invited_by=bao.user, **partner)
    post = Post.objects.create(
        conversation=conversation, position=1, author=bao.user, client_id=uuid4(), tlp="AMBER", text="Water",
        posted_at=at, **partner,
    )  # fmt: skip
    attachment = Attachment.objects.create(
        conversation=conversation,
        post=post,
        kind="file",
        name="a.txt",
        content_type="text/plain",
        size=1,
        sha256="d",
    )
    drill = Drill.objects.create(
        name="Spring", words={}, invited_partners=[bao.partner.pk], first_on=date(2030, 1, 1), wall_time=time(9),
        zone="America/Toronto", planned_at=at, planned_by=bao.user, membership=bao.membership, **partner,
    )  # fmt: skip
    dossier = Dossier.objects.create(
        title="Parade", begins_at=at, ends_at=later, opened_at=at, opened_by=bao.user, **partner
    )
    Guest.objects.create(dossier=dossier, host=bao.partner, since_at=at, **partner)
    part = Part.objects.create(
        dossier=dossier, kind="document", title="Plan", author=bao.user, made_at=at, is_shared=True, **partner
    )
    bulletin = Bulletin.objects.create(title="Scams", text="-", author=bao.user, published_at=at, **partner)
    source = Source.objects.create(name="Water works", added_at=at, **partner)
    external = External.objects.create(
        source=source, raw=b"<alert/>", received_at=at, key="k", identifier="i", sender="s", sent_at=at,
        status="Actual", msg_type="Alert", headline="Water", sender_name="Water works", **partner,
    )  # fmt: skip
    prepared: dict[str, Any] = {
        "name": "Gas", "name_fr": "Gaz", "event": "hazmat", "category": "Fire", "severity": 4, "response_type": "Avoid",
        "urgency": "Immediate", "certainty": "Likely", "scope": "Restricted", "tlp": "AMBER", "lasts_min": 60,
    }  # fmt: skip
    Template.objects.create(key="gas", words={}, **prepared, **partner)
    SavedArea.objects.create(
        key="gas", name="Gas", event="hazmat", shapes=DOWNTOWN["shapes"], area=_area(DOWNTOWN), made_at=at,
        made_by=bao.user, **partner,
    )  # fmt: skip
    made = {
        "business_id": one,
        "one_id": one,
        "other_id": other,
        "seat_id": Seat.objects.create(body="board", role="chair", name="Bo", starts_on=at.date(), **partner),
        "field_id": CustomField.objects.create(key="floor", label="Floor", **partner),
        "batch_id": Import.objects.create(
            file_name="a.csv", header=["Name"], rows=[["A"]], staged_at=at, expires_at=later, **partner
        ),
        "cascade_id": Cascade.objects.create(
            key="one", headline="Water", severity=2, tlp="AMBER", sent_at=at, **partner
        ),
        "asking_id": Asking.objects.create(
            business=one, function="owner", email="a@a.example", digest="d", asked_at=at, expires_at=later, **partner
        ),
        "merge_id": Merge.objects.create(
            kept_id=one.pk, gone_id=uuid4(), name="A", gone_name="C", kept_before={}, gone_before={}, after={},
            moved={}, merged_at=at, **partner,
        ),
        "membership_id": bao.membership,
        "invitation_id": Invitation.objects.create(
            email="n@n.example", name="New", role="viewer", invited_at=at, expires_at=later, token_digest="d", **partner
        ),
        "liaison_id": Liaison.objects.create(
            membership=bao.membership, zone=cast.zone, phone="+14165550150", **partner
        ),
        "contact_id": Contact.objects.create(position=1, function="Office", phone="+14165550151", **partner),
        "alarm_id": Alarm.objects.create(user=bao.user, reason="many", raised_at=at, **partner),
        "point_id": bao.contact_point("sms"),
        "turns_id": Turns.objects.create(name="T", starts_on=at.date(), days=7, hands_over=0, **partner),
        "swap_id": Swap.objects.create(takes=bao.membership, begins_at=at, ends_at=later, **partner),
        "placing_id": Placing.objects.create(made_at=at, rows=[], **partner),
        "audience_id": SavedAudience.objects.create(name="Us", saved_at=at, saved_by=bao.user, **partner),
        "key_id": FeedKey.objects.create(name="Reader", digest="d", made_at=at, made_by=bao.user, **partner),
        "incident_id": incident,
        "bulletin_id": bulletin,
        "proposal_id": Proposal.objects.create(
            bulletin=bulletin, sender=bao.partner, author=bao.user, text="-", proposed_at=at, **partner
        ),
        "dossier_id": dossier,
        "part_id": part,
        "version_id": Version.objects.create(
            part=part, number=1, file_name="p.pdf", media_type="application/pdf", size=1, sha256="d", content=b"p",
            sent_at=at, sent_by=bao.user,
        ),
        "conversation_id": conversation,
        "attachment_id": attachment,
        "drill_id": drill,
        "run_id": Run.objects.create(drill=drill, planned_for=at, **partner),
        "source_id": source,
        "external_id": external,
        "kept_id": Quarantined.objects.create(source=source, raw=b"?", received_at=at, digest="d", **partner),
        "application_id": half_way(cast, at),
    }  # fmt: skip
    hook = Hook.objects.create(url="https://h.example/", secret="s", made_at=at, made_by=bao.user, **partner)
    return {name: thing.pk for name, thing in made.items()} | {
        "hook_id": hook.key,
        "partner_id": bao.partner.pk,
        "key": "gas",
        "position": 1,
    }
