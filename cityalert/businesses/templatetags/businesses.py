"""Looking things up by a name that a template holds in a variable."""

from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def label_of(labels: Mapping[str, str], name: str) -> str:
    """What people call a field."""
    return labels.get(name, name.partition(":")[2] or name)


@register.filter
def value_of(record: Mapping[str, str], name: str) -> str:
    """What a record says for a field."""
    return record.get(name, "")
