"""How the pages about drills write times."""

from typing import Any

from django import template

from cityalert.exercises import picture

register = template.Library()


@register.filter
def clock(seconds: float | None) -> str:
    """ "1:05"; a dash where it never happened."""
    return "–" if seconds is None else picture.clock(seconds)


@register.filter
def of(found: dict[Any, Any], key: Any) -> Any:
    """What a dictionary holds under a key, if it holds anything."""
    return found.get(key)
