"""Every act the audit log knows, one line each. `docs/how-to/add-a-verb.md` says how to add one."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Verb(TextChoices):
    """The value is kept for ever: the words beside it may change, it may not."""

    ALERT_DRAFTED = "alert.drafted", _("Alert drafted")
    ALERT_EDITED = "alert.edited", _("Alert changed before publishing")
    ALERT_DISCARDED = "alert.discarded", _("Draft of an alert thrown away")
    ALERT_SUBMITTED = "alert.submitted", _("Alert submitted for approval")
    ALERT_RETURNED = "alert.returned", _("Alert returned to its author")
    ALERT_APPROVED = "alert.approved", _("Alert approved")
    ALERT_PUBLISHED = "alert.published", _("Alert published")
    ALERT_UPDATED = "alert.updated", _("Alert updated")
    ALERT_CANCELLED = "alert.cancelled", _("Alert cancelled")
    ALERT_EXPIRED = "alert.expired", _("Alert expired")
    ALERT_ACKNOWLEDGED = "alert.acknowledged", _("Alert acknowledged")
    ALERT_RESPONDED = "alert.responded", _("Response to an alert")
    ALERT_ESCALATED = "alert.escalated", _("Alert passed on to deputies")

    AUDIENCE_SAVED = "audience.saved", _("Audience saved under a name")
    AUDIENCE_CHANGED = "audience.changed", _("Saved audience renamed, or made the default")
    AUDIENCE_DELETED = "audience.deleted", _("Saved audience deleted")

    CONTACT_ADDED = "contact.added", _("Contact point added")
    CONTACT_VERIFIED = "contact.verified", _("Contact point verified")
    CONTACT_STOPPED = "contact.stopped", _("Messages stopped")
    CONTACT_RESUMED = "contact.resumed", _("Messages resumed")

    PARTNER_CHANGED = "partner.changed", _("Partner, site or sharing group changed")

    DIRECTORY_ENTRY = "directory.entry_changed", _("Entry in the directory changed")
    DIRECTORY_ALARM = "directory.alarm_raised", _("Directory closed to somebody")
    DIRECTORY_ALARM_LIFTED = "directory.alarm_lifted", _("Directory opened to somebody again")
    LIAISON_NAMED = "liaison.named", _("Liaison officer named")
    LIAISON_REMOVED = "liaison.removed", _("Liaison officer removed")

    SITE_ADDED = "site.added", _("Site added")
    SITE_CHANGED = "site.changed", _("Site changed")
    SITE_ARCHIVED = "site.archived", _("Site archived")
    SITE_RESTORED = "site.restored", _("Site restored")
    SITES_PLACED = "sites.placed", _("Sites placed from a file")
    SITES_UNPLACED = "sites.unplaced", _("Placing of sites undone")

    GROUP_CREATED = "group.created", _("Sharing group made")
    GROUP_CHANGED = "group.changed", _("Sharing group changed")
    GROUP_CLOSED = "group.closed", _("Sharing group closed")
    GROUP_OPENED = "group.opened", _("Sharing group opened again")
    GROUP_INVITED = "group.invited", _("Partners invited to a sharing group")
    GROUP_JOINED = "group.joined", _("Sharing group joined")
    GROUP_DECLINED = "group.declined", _("Invitation to a sharing group declined")
    GROUP_LEFT = "group.left", _("Sharing group left")
    GROUP_SUSPENDED = "group.suspended", _("Partner suspended from a sharing group")
    GROUP_RESTORED = "group.restored", _("Partner restored to a sharing group")
    GROUP_REMOVED = "group.removed", _("Partner removed from a sharing group")
    GROUP_DELEGATED = "group.delegated", _("Leave to invite into a sharing group")
    MEMBER_ADDED = "member.added", _("Member added")
    MEMBER_CHANGED = "member.changed", _("Member changed")
    MEMBER_SUSPENDED = "member.suspended", _("Member suspended")
    MEMBER_RESTORED = "member.restored", _("Member restored")
    MEMBER_REMOVED = "member.removed", _("Member removed")
    MEMBER_INVITED = "member.invited", _("Member invited")
    INVITATION_RESENT = "invitation.resent", _("Invitation sent again")
    INVITATION_WITHDRAWN = "invitation.withdrawn", _("Invitation withdrawn")
    INVITATION_ACCEPTED = "invitation.accepted", _("Invitation accepted")
    SIGN_ON_CHANGED = "sign_on.changed", _("Single sign-on set up or changed")
    SIGN_ON_REMOVED = "sign_on.removed", _("Single sign-on taken down")
    DOMAIN_CONFIRMED = "domain.confirmed", _("E-mail domain confirmed")

    AGREEMENT_PUBLISHED = "agreement.published", _("Text of an agreement published")
    AGREEMENT_SIGNED = "agreement.signed", _("Agreement signed by a partner")
    AGREEMENT_COUNTERSIGNED = "agreement.countersigned", _("Agreement signed by the network")
    AGREEMENT_REMINDED = "agreement.reminded", _("Owners reminded that an agreement ends")

    BUSINESS_ADDED = "business.added", _("Business added")
    BUSINESS_CHANGED = "business.changed", _("Business changed")
    BUSINESS_RENEWED = "business.renewed", _("Membership of a business renewed")
    BUSINESS_ARCHIVED = "business.archived", _("Business archived")
    BUSINESS_RESTORED = "business.restored", _("Business restored from the archive")
    BUSINESSES_IMPORTED = "businesses.imported", _("Businesses imported from a file")
    BUSINESSES_IMPORT_UNDONE = "businesses.import_undone", _("Import of businesses undone")
    BUSINESS_FIELD_ADDED = "business_field.added", _("Field of businesses added")
    BUSINESS_FIELD_REMOVED = "business_field.removed", _("Field of businesses removed")
    CASCADE_SENT = "cascade.sent", _("Message passed on to businesses")
    CASCADE_CORRECTED = "cascade.corrected", _("Correction passed on to businesses")
    SEAT_FILLED = "seat.filled", _("Seat on a board or committee filled")
    SEAT_LEFT = "seat.left", _("Seat on a board or committee left")

    PERSON_ADDED = "person.added", _("Person added")
    PERSON_CHANGED = "person.changed", _("Person changed")

    SIGNED_IN = "session.signed_in", _("Signed in")
    SIGNED_OUT = "session.signed_out", _("Signed out")
    SESSION_ENDED = "session.ended", _("Session ended")
    SECOND_FACTOR_ADDED = "second_factor.added", _("Second factor added")
    SECOND_FACTOR_REMOVED = "second_factor.removed", _("Second factor removed")
    SECOND_FACTOR_FAILED = "second_factor.failed", _("Second factor was wrong")
    PASSWORD_CHANGED = "password.changed", _("Password changed")

    DEMO_LOADED = "demo.loaded", _("Demo city loaded")
