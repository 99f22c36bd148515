"""All that can be done about an application: by who applies, by who checks, by who sponsors."""

from cityalert.joining.actions.applying import apply, ask_for_link, change, forget, open_link, sign
from cityalert.joining.actions.approaching import approach
from cityalert.joining.actions.checking import call_back, except_sponsor, identity
from cityalert.joining.actions.deciding import approve, refuse, return_to_applicant
from cityalert.joining.actions.sponsoring import answer, ask

__all__ = [
    "answer",
    "apply",
    "approach",
    "approve",
    "ask",
    "ask_for_link",
    "call_back",
    "change",
    "except_sponsor",
    "forget",
    "identity",
    "open_link",
    "refuse",
    "return_to_applicant",
    "sign",
]
