"""Whether those who listen may still: session, person, claim, topics. Asked for everybody at once."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from hashlib import sha256

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.sessions.models import Session
from django.db import connection

from cityalert.live import topics
from cityalert.live.sockets import Right, Socket

_SESSIONS = """
SELECT asked.user_id, asked.session_key
FROM unnest(%s::text[], %s::bigint[], %s::text[]) AS asked(session_key, user_id, stamp)
JOIN {sessions} session ON session.session_key = asked.session_key AND session.expire_date > %s
JOIN {people} person ON person.id = asked.user_id AND person.is_active
    AND encode(sha256(convert_to(person.password, 'UTF8')), 'hex') = asked.stamp
"""


def stamp(user: AbstractBaseUser) -> str:
    """Changes with the password."""
    return sha256(user.password.encode()).hexdigest()


def lasting(rights: Collection[Right], at: datetime) -> set[Right]:
    """Those of the rights that still stand: the session lives, the person is active, the claim is theirs."""
    claims = topics.still_valid(list({_proved(right) for right in rights}))
    sessions = _sessions(rights, at)
    return {
        right
        for right in rights
        if _proved(right) in claims and (right.user_id, right.session_key) in sessions
    }


def topics_left(watched: Collection[tuple[Right, frozenset[str]]]) -> dict[tuple[Right, str], bool]:
    """For each right and topic watched: may it still be?"""
    by_topic: defaultdict[str, set[Right]] = defaultdict(set)
    for right, names in watched:
        for name in names:
            by_topic[name].add(right)
    left: dict[tuple[Right, str], bool] = {}
    for topic, rights in by_topic.items():
        allowed = topics.who_may_hear(topic, list({(right.user_id, right.claim) for right in rights}))
        left |= {(right, topic): (right.user_id, right.claim) in allowed for right in rights}
    return left


def check(sockets: Collection[Socket], at: datetime) -> tuple[set[Right], dict[tuple[Right, str], bool]]:
    """What is left of the sockets' rights, and of their topics."""
    return (
        lasting({socket.right for socket in sockets}, at),
        topics_left([(socket.right, socket.topics) for socket in sockets if socket.topics]),
    )


def _proved(right: Right) -> topics.Proved:
    return (right.user_id, right.claim, right.is_proved)


def _sessions(rights: Collection[Right], at: datetime) -> set[tuple[int, str]]:
    sql = _SESSIONS.format(sessions=Session._meta.db_table, people=get_user_model()._meta.db_table)
    with connection.cursor() as cursor:
        keys, users = [right.session_key for right in rights], [right.user_id for right in rights]
        cursor.execute(sql, [keys, users, [right.stamp for right in rights], at])
        return set(cursor.fetchall())
