"""Telephone numbers as they compare, +14165550123, however somebody wrote them; and as one dials them. Pure."""

import phonenumbers

# Where a number without a country code is dialled.
REGION = "CA"

_Type = phonenumbers.PhoneNumberType


def e164(text: str) -> str:
    """The number in E.164, without its extension; empty if it is none that a telephone could have."""
    try:
        number = phonenumbers.parse(text, REGION)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def dialled(number: str) -> str:
    """A number in E.164 as people read it: 416-555-0123, or with its country as it is from elsewhere."""
    if number.startswith("+1") and len(number) == 12:
        return f"{number[2:5]}-{number[5:8]}-{number[8:]}"
    return number


def textable(text: str) -> str:
    """The number in E.164 if it is one in Canada or the United States that takes texts, else empty.

    Toll-free and premium numbers do not; numbers elsewhere are what SMS pumping lives on.
    """
    return _near(text, {_Type.MOBILE, _Type.FIXED_LINE_OR_MOBILE})


def callable_(text: str) -> str:
    """The same for one that can be called: a landline, too."""
    return _near(text, {_Type.MOBILE, _Type.FIXED_LINE_OR_MOBILE, _Type.FIXED_LINE})


def _near(text: str, types: set[int]) -> str:
    number = e164(text)
    if not number:
        return ""
    parsed = phonenumbers.parse(number)
    is_near = phonenumbers.region_code_for_number(parsed) in {"CA", "US"}
    return number if phonenumbers.number_type(parsed) in types and is_near else ""
