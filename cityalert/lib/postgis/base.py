"""The database backend. It keeps the session's role and settings in step with `tenancy.standing()`."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.gis.db.backends.postgis.base import DatabaseWrapper as PostGIS
from psycopg.pq import TransactionStatus

from cityalert.lib import tenancy
from cityalert.lib.tenancy import Standing

_TAKE = """
    SELECT set_config('role', %s, false), set_config('app.partner', %s, false), set_config('app.person', %s, false)
"""


class DatabaseWrapper(PostGIS):
    """A connection. It costs one more round trip whenever the standing changes, none while it stays.

    `has_wall` is False for whoever owns the tables: migrations, and an installation whose one role owns all.
    """

    has_wall = settings.DATABASE_HAS_WALL

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._taken: Standing | None = None
        self.execute_wrappers.append(self._stand)

    def forget_standing(self) -> None:
        """What PostgreSQL was told may hold no longer: tell it again before the next statement."""
        self._taken = None

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A connection from the pool may have stood for anybody."""
        self.forget_standing()
        return super().get_new_connection(conn_params)

    def _stand(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if self.has_wall and self._taken != (wanted := tenancy.standing()) and not self._has_failed():
            self._take(wanted)
        return execute(sql, params, many, context)

    def _take(self, wanted: Standing) -> None:
        role = settings.DATABASE_ACROSS_ROLE if wanted.is_across else settings.DATABASE_APP_ROLE
        # By psycopg itself, not to come here again; what breaks breaks as everywhere else.
        with self.wrap_database_errors, self.connection.cursor() as cursor:
            cursor.execute(_TAKE, [role, wanted.partner, wanted.person])
        self._taken = wanted

    def _has_failed(self) -> bool:
        """In a transaction that failed PostgreSQL hears of nothing but its end."""
        return bool(self.connection.info.transaction_status == TransactionStatus.INERROR)

    # What was set within a transaction is taken back with it.

    def _rollback(self) -> Any:
        self.forget_standing()
        return super()._rollback()  # type: ignore[misc]

    def _savepoint_rollback(self, sid: str) -> None:
        super()._savepoint_rollback(sid)  # type: ignore[misc]
        self.forget_standing()
