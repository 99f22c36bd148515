"""The private Redis: small, behind a password, and forgetting everything when it stops."""

import functools
import os
import shutil
import signal
import subprocess
from pathlib import Path

from private import env
from private.account import as_account, command_line, home_of, program, wait_until

SETTINGS = """
bind 127.0.0.1
protected-mode yes
port {port}
requirepass {password}
daemonize yes
pidfile {home}/redis.pid
logfile {home}/redis.log
dir {home}
# PostgreSQL is the truth; what lies here may be lost at any moment
save ""
appendonly no
maxmemory 128mb
# hints expire and may be dropped for room; queued work does not expire and never is
maxmemory-policy volatile-lru
"""


def server_program(home: Path) -> str:
    """redis-server; where only Debian's redis-tools is installed, the same program under its other name.

    redis-tools brings the program (as redis-check-rdb) without the service for the whole machine.
    """
    installed = shutil.which("redis-server")
    if installed:
        return installed
    link = home / "redis-server"
    if not link.is_symlink():
        link.symlink_to(program("redis-check-rdb"))
    return str(link)


def start(settings: dict[str, str]) -> None:
    """Write its settings, readable by its account alone, and start it."""
    home = home_of("redis")
    text = SETTINGS.format(port=settings["REDIS_PORT"], password=settings["REDIS_PASSWORD"], home=home)
    as_account("sh", "-c", 'umask 077; cat > "$0"', str(home / "redis.conf"), input=text)
    as_account(server_program(home), str(home / "redis.conf"), stdin=subprocess.DEVNULL)
    listens = functools.partial(env.answers, int(settings["REDIS_PORT"]))
    wait_until(listens, f"Redis did not start; {home}/redis.log says why.")


def stop() -> None:
    """End it and wait until it is gone."""
    pid = process()
    if pid:
        os.kill(pid, signal.SIGTERM)
        wait_until(lambda: process() is None, f"Redis (process {pid}) does not stop.")


def process() -> int | None:
    """The process of this checkout's own Redis, if it is up; a pid file left by a crash is not believed."""
    file = home_of("redis") / "redis.pid"
    content = file.read_text(encoding="utf-8").strip() if file.exists() else ""
    return int(content) if content and "redis-server" in command_line(content) else None
