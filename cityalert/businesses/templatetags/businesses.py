"""Looking things up by a name that a template holds in a variable."""

from collections.abc import Mapping

from django import template

from cityalert.businesses import saying
from cityalert.businesses.records import Field

register = template.Library()


@register.filter
def field_of(fields: Mapping[str, Field], name: str) -> Field | None:
    """A field by its name; None for one the BIA has no longer."""
    return fields.get(name)


@register.filter
def label_of(fields: Mapping[str, Field], name: str) -> str:
    """What people call a field."""
    return fields[name].full_label if name in fields else name.partition(":")[2] or name


@register.filter
def says(field: Field | None, text: str) -> str:
    """A kept value as people read it."""
    return field.said(text) if field else text


@register.filter
def spoken(codes: list[str]) -> str:
    """Languages by their names."""
    return ", ".join(map(saying.language, codes))


@register.filter
def value_of(record: Mapping[str, str], name: str) -> str:
    """What a record says for a field."""
    return record.get(name, "")
