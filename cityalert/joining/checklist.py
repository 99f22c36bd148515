"""What must be there before an application is approved. The trigger in migration 0002 asks the same of the database."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cityalert.accounts.models import User
from cityalert.agreements import queries as agreements
from cityalert.agreements import rules
from cityalert.agreements.models import Agreement
from cityalert.agreements.rules import Act
from cityalert.joining.models import Application, Check, SignedText, Sponsorship

IDENTITY = (Check.Kind.DOMAIN, Check.Kind.DOCUMENT)


@dataclass(frozen=True)
class Item:
    """One line of the list: what it is, whether it is done, and what to do if not."""

    key: str
    title: str | Promise
    is_done: bool
    to_do: str | Promise


@dataclass(frozen=True)
class Checklist:
    """All that is known of an application, and how far that goes."""

    application: Application
    checks: list[Check]  # about what the application says today
    outdated: list[Check]  # about what it said before
    sponsorships: list[Sponsorship]
    texts: list[tuple[Agreement, SignedText | None]]
    missing_kinds: list[rules.Kind]
    items: list[Item]

    @property
    def is_complete(self) -> bool:
        """Is every line done? Who may then approve is `actions.deciding`'s."""
        return all(item.is_done for item in self.items)

    @property
    def checkers(self) -> set[int]:
        """The keys of whoever did one of the checks that count."""
        return {check.by_id for check in self.checks}

    def of_kind(self, *kinds: str) -> list[Check]:
        """The checks of these kinds that count."""
        return [check for check in self.checks if check.kind in kinds]

    def other_than(self, user: User) -> bool:
        """Did somebody else do at least one check?"""
        return bool(self.checkers - {user.pk})


def of(application: Application, at: datetime) -> Checklist:
    """Look everything up."""
    every = list(application.checks.select_related("by"))
    checks = [one for one in every if one.about == application.about]
    sponsorships = list(application.sponsorships.select_related("partner", "answered_by"))
    texts, missing = signed_texts(application)
    return Checklist(
        application=application,
        checks=checks,
        outdated=[one for one in every if one.about != application.about],
        sponsorships=sponsorships,
        texts=texts,
        missing_kinds=missing,
        items=[
            _item(
                "call_back",
                _("Call-back"),
                _("Call them back at a number that you found yourself."),
                any(c.kind == Check.Kind.CALL_BACK and c.number not in application.numbers for c in checks),
            ),
            _item(
                "identity",
                _("Domain or document"),
                _("Check their domain or a document, and say how."),
                any(check.kind in IDENTITY for check in checks),
            ),
            _item(
                "sponsor",
                _("Sponsor"),
                _("Ask a partner in good standing, or give a reason why none is needed."),
                any(check.kind == Check.Kind.EXCEPTION for check in checks)
                or any(counts(one, application, at) for one in sponsorships),
            ),
            _item(
                "agreements",
                _("Agreements"),
                _("The applicant signs them on their own page."),
                not missing and all(signed for _text, signed in texts),
            ),
        ],
    )


def counts(sponsorship: Sponsorship, application: Application, at: datetime) -> bool:
    """Is it a yes, to what the application says today, of a partner in good standing?"""
    return (
        bool(sponsorship.is_confirmed)
        and sponsorship.about == application.about
        and sponsorship.partner.is_active
        and agreements.allows(sponsorship.partner_id, Act.SPONSOR, at=at)
    )


def signed_texts(
    application: Application,
) -> tuple[list[tuple[Agreement, SignedText | None]], list[rules.Kind]]:
    """What whoever joins signs, each with their signature if there is one; and kinds without a text."""
    current = agreements.current()
    signed = {
        one.agreement_id: one for one in application.signed_texts.all() if one.about == application.about
    }
    texts = [(current[kind], signed.get(current[kind].pk)) for kind in rules.TO_JOIN if kind in current]
    return texts, [kind for kind in rules.TO_JOIN if kind not in current]


def _item(key: str, title: Promise, to_do: Promise, is_done: bool) -> Item:
    return Item(key, title, is_done, to_do)
