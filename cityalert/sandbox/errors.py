"""Twilio's error codes with their words, and the numbers that always answer with one. Data only."""

from dataclasses import dataclass

MORE_INFO = "https://www.twilio.com/docs/errors/"


@dataclass(frozen=True, slots=True)
class Refusal(Exception):
    """An answer other than success, as Twilio words it."""

    code: int
    message: str
    status: int = 400

    def as_json(self) -> dict[str, object]:
        """The error body of Twilio's REST API."""
        return {
            "code": self.code,
            "message": self.message,
            "more_info": f"{MORE_INFO}{self.code}",
            "status": self.status,
        }


_WORDS: dict[int, tuple[int, str]] = {
    20001: (400, "{what}"),
    20003: (401, "Authenticate"),
    20004: (405, "Method not allowed"),
    20404: (404, "The requested resource {what} was not found"),
    20429: (429, "Too Many Requests"),
    20500: (500, "An internal server error has occurred"),
    20503: (503, "Service unavailable"),
    21211: (400, "Invalid 'To' Phone Number: {what}"),
    21212: (400, "Invalid From Number (caller ID): {what}"),
    21408: (400, "Permission to send an SMS has not been enabled for the region of the 'To' number: {what}"),
    21602: (400, "Message body is required."),
    21603: (400, "A 'From' phone number is required."),
    21604: (400, "A 'To' phone number is required."),
    21609: (400, "The 'StatusCallback' URL {what} is not a valid URL."),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21612: (400, "Message cannot be sent with this combination of 'To' ({what}) and 'From'"),
    21614: (400, "'To' number is not a valid mobile number: {what}"),
    21617: (400, "The concatenated message body exceeds the 1600 character limit"),
    21701: (404, "The Messaging Service does not exist: {what}"),
    30003: (0, "Unreachable destination handset"),
    30005: (0, "Unknown destination handset"),
    30006: (0, "Landline or unreachable carrier"),
    30007: (0, "Message filtered"),
    30036: (0, "Validity Period Expired"),
}

# What the network says about a message after Twilio has accepted it; it comes by status call-back.
LATE = {code: words for code, (status, words) in _WORDS.items() if not status}
# What may be asked for on demand, as an answer to a request.
IMMEDIATE = {code: status for code, (status, _) in _WORDS.items() if status}

# The first five are those of Twilio's own test credentials; the rest accept and then fail on the way.
REFUSED_NUMBERS = {
    "+15005550001": 21211,
    "+15005550002": 21612,
    "+15005550003": 21408,
    "+15005550004": 21610,
    "+15005550009": 21614,
}
LATE_NUMBERS = {
    "+15005550013": 30003,
    "+15005550015": 30005,
    "+15005550016": 30006,
    "+15005550017": 30007,
}


def refusal(code: int, what: str = "") -> Refusal:
    """The refusal with Twilio's words for `code`; an unknown code is a plain bad request."""
    status, words = _WORDS.get(code, (400, "The request was refused"))
    return Refusal(code, words.format(what=what), status or 400)
