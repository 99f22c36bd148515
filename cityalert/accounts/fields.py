"""The column of password hashes, which the web reads of one person only."""

from typing import Any

from django.db import models

from cityalert.lib import tenancy


class PasswordField(models.CharField):  # type: ignore[type-arg]
    """A password's hash. The web's role may not read the column: PostgreSQL hands everybody their own hash, and of
    other people None, which cannot be saved by mistake. Across partners it is read as it is."""

    def select_format(self, compiler: Any, sql: str, params: Any) -> tuple[str, Any]:
        """How the column is asked for."""
        if not compiler.connection.has_wall or tenancy.standing().is_across:
            return sql, params
        row = sql.rpartition(".")[0]
        return f'CASE WHEN {row}."id" = (SELECT own_person()) THEN (SELECT own_password()) END', params
