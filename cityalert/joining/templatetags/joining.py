"""The log's words on the network's pages."""

from django.template import Library

from cityalert.audit.verbs import Verb

register = Library()


@register.filter
def said(verb: str) -> str:
    """What the log says was done."""
    return str(Verb(verb).label)
