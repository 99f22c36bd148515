"""Which exit everything takes that a person or program can fetch of marked things. What is not here fails the run."""

from cityalert.lib.exits import Exit

P, X = Exit.PAGE, Exit.EXPORT

# A way of reaching people → its exit. Screens are written to by `delivery.channels.dashboard`.
CHANNELS = {
    "sms": Exit.SMS, "email": Exit.EMAIL, "push": Exit.PUSH, "voice": Exit.VOICE, "webhook": Exit.WEBHOOK,
    "dashboard": Exit.SCREEN,
}  # fmt: skip

# Apps that hold marked things → the exit of each of their routes that can be fetched; None: nothing marked is on it.
ROUTES: dict[str, dict[str, Exit | None]] = {
    "alerts": {
        "inbox": P, "map": P, "detail": P, "progress": P, "answer": P, "report": P, "photo": P, "sites": P, "cap": X,
        "reach": P, "reach_csv": None, "missed": P, "missed_csv": None, "costs": P, "reach_index": P, "compose": P,
        "areas": None, "audiences": None, "beside": P, "reviews": P, "overdue": P, "alone": P, "policy": None,
        "amend": P, "end": P, "correct": P, "cancel": P,
    },
    "messaging": {
        "list": None, "new": None, "search": Exit.SNIPPET, "people": None, "detail": P, "since": P, "post": P,
        "line": P, "file": P,
    },
    "records": {"list": P, "detail": Exit.LAW},
    "incidents": {
        "list": P, "waiting": P, "detail": P, "story": P, "map": P, "report": Exit.PRINT, "export": X, "feedback": P,
    },
    "bulletins": {"list": P, "new": None, "unnamed": P, "detail": P},
    "dossiers": {
        "list": P, "month": P, "own_calendar": None, "calendar": Exit.FEED, "new": None, "part": P, "file": P,
        "detail": P, "map": P, "briefing": Exit.PRINT, "change": P, "add": P,
    },
    "web": {
        "home": P, "styleguide": None, "channels": None, "healthz": None, "service_worker": None, "manifest": None,
        "offline": None,
    },
    # What stands behind a link in a message is what the message said.
    "delivery": {"answer": Exit.EMAIL, "report": Exit.EMAIL},
    "businesses": {"pass_on": Exit.FORWARD, "cascade": P, "cascades": P},
    "public": {
        "current": Exit.PUBLIC, "alert": Exit.PUBLIC, "card": Exit.PUBLIC, "feed": Exit.PUBLIC,
        "cap": Exit.PUBLIC, "partner_feed": Exit.FEED, "partner_cap": Exit.FEED, "choose": None, "feeds": None,
    },
}  # fmt: skip

# Apps in which nothing has a label of its own; what they show of alerts they are given by the functions above.
WITHOUT = {
    "", "templates", "templates_staff", "members", "sign_on", "preferences", "directory", "directory_staff",
    "duty", "sites", "groups", "agreements", "joining", "residents", "exchange", "exchange_staff", "exercises", "geo",
    "hooks", "feed_keys", "auditor",
}  # fmt: skip

# Where each exit is asked about. An exit nobody asks is no exit.
ASKED = {
    Exit.PAGE: "cityalert/alerts/marking.py",
    Exit.SNIPPET: "cityalert/messaging/search.py",
    Exit.COPY: "cityalert/messaging/actions/copying.py",
    Exit.PRINT: "cityalert/incidents/views/reading.py",
    Exit.EXPORT: "cityalert/alerts/views/reading.py",
    Exit.SCREEN: "cityalert/alerts/render.py",
    Exit.SMS: "cityalert/alerts/render.py",
    Exit.VOICE: "cityalert/alerts/render.py",
    Exit.EMAIL: "cityalert/alerts/render.py",
    Exit.PUSH: "cityalert/alerts/render.py",
    Exit.FORWARD: "cityalert/alerts/marking.py",
    Exit.WEBHOOK: "cityalert/alerts/marking.py",
    Exit.FEED: "cityalert/alerts/marking.py",
    Exit.PUBLIC: "cityalert/alerts/marking.py",
    Exit.LAW: "cityalert/records/queries.py",
}
# Held ready for what is not built: a way out that needs one of these finds its rule made.
NOT_YET = {Exit.API, Exit.AUDIT}
