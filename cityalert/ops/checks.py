"""Says where PostgreSQL keeps nobody apart: an installation whose one role owns the tables."""

from typing import Any

from django.conf import settings
from django.core import checks

_NO_WALL = checks.Warning(
    "DATABASE_URL is the owner of the tables: row level security does not hold for it.",
    hint="Make the roles of deploy/database.sql; DATABASE_URL is for cityalert_app, DATABASE_OWNER_URL for the owner.",
    id="ops.W001",
)


@checks.register(deploy=True)
def check_wall(**_kwargs: Any) -> list[checks.CheckMessage]:
    """Is the role that runs another than the one that owns?"""
    return [] if settings.DATABASE_APP_ROLE else [_NO_WALL]
