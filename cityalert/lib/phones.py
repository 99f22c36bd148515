"""Telephone numbers as they compare, +14165550123, however somebody wrote them; and as one dials them. Pure."""

import phonenumbers

# Where a number without a country code is dialled.
REGION = "CA"


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
    number = e164(text)
    if not number:
        return ""
    parsed = phonenumbers.parse(number)
    takes_texts = phonenumbers.number_type(parsed) in {
        phonenumbers.PhoneNumberType.MOBILE,
        phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
    }
    is_near = phonenumbers.region_code_for_number(parsed) in {"CA", "US"}
    return number if takes_texts and is_near else ""
