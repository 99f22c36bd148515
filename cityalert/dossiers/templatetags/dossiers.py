"""What the templates of events look up."""

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def of(found: Mapping[Any, Any], key: Any) -> Any:
    """What stands under a key; nothing without."""
    return found.get(key, "")
