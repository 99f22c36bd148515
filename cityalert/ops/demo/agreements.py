"""What the demo's partners have signed: nearly everybody, nearly everything. One has let it end, one is about to."""

from datetime import datetime, timedelta

from cityalert.agreements import wording
from cityalert.agreements.models import Agreement, Signing
from cityalert.agreements.rules import Kind
from cityalert.ops.demo.identity import SINCE, chance, rows, text, uid

MONTHS = 36
NETWORK = ("Nadia Rahman", "Network administrator")
# How many days before or after now the confidentiality agreement of these ends.
ENDS_IN_DAYS = {"rouge-mall": -12, "scotiabank-arena": 21}
# Cameras are lent by few, and not by the police.
LENDERS = 0.3


def agreements() -> list[Agreement]:
    """The first version of each kind, in force since the beginning."""
    return [_agreement(kind, *(text(f"agreements/{kind}.{language}.txt").strip() for language in ("en", "fr")))
            for kind in Kind]  # fmt: skip


def signings(texts: list[Agreement], *, at: datetime) -> list[Signing]:
    """Every partner's signatures."""
    partners = [row["key"] for row in rows("partners")]
    return [_signing(one, key, at) for one in texts for key in partners if _has_signed(one, key)]


def _agreement(kind: Kind, text_en: str, text_fr: str) -> Agreement:
    return Agreement(
        id=uid("agreement", kind), kind=kind, version=1, text_en=text_en, text_fr=text_fr,
        sha256=wording.digest(text_en, text_fr), valid_months=MONTHS, required_from=SINCE, published_at=SINCE,
    )  # fmt: skip


def _has_signed(agreement: Agreement, key: str) -> bool:
    return agreement.kind != Kind.CAMERAS or (key != "tps" and chance(f"lends {key}").random() < LENDERS)


def _signing(agreement: Agreement, key: str, at: datetime) -> Signing:
    signed_at, ends_at = SINCE, wording.months_after(SINCE, MONTHS)
    if agreement.kind == Kind.CONFIDENTIALITY and key in ENDS_IN_DAYS:
        ends_at = at + timedelta(days=ENDS_IN_DAYS[key])
    return Signing(
        id=uid("signing", f"{agreement.kind} {key}"), agreement=agreement, kind=agreement.kind,
        partner_id=uid("partner", key), sha256=agreement.sha256,
        signed_at=signed_at, signer_name="Jordan Bell", signer_role="Director of security",
        countersigned_at=signed_at, countersigner_name=NETWORK[0], countersigner_role=NETWORK[1], expires_at=ends_at,
    )  # fmt: skip
