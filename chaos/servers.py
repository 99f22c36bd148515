"""PostgreSQL and Redis for the chaos alone, in `.local/chaos`: what happens to them happens to nobody else.

As root they lie in a file system in memory of a fixed size, which can be filled to the last byte.
"""

import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import urlsplit

import environ
import psycopg
import redis

CHECKOUT = Path(__file__).resolve().parents[1]
LOCAL = CHECKOUT / ".local" / "chaos"
DISK_MB = 3_000
UP_WITHIN_S = 60


@contextmanager
def running() -> Iterator["Servers"]:
    """Both are up, and the environment says where; in the end they are down and their data is gone.

    One chaos at a time in a checkout: a second one waits.
    """
    servers = Servers()
    LOCAL.parent.mkdir(exist_ok=True)
    with LOCAL.with_suffix(".lock").open("w") as one_at_a_time:
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
        servers.down()
        servers.make_room()
        try:
            servers.up()
            environ.Env.read_env(LOCAL / "env", overwrite=True)
            yield servers
        finally:
            servers.down()
            servers.clear()


class Servers:
    """The two servers, and what may be done to them."""

    def __init__(self) -> None:
        self.has_own_disk = False

    def make_room(self) -> None:
        """A disk of our own, where this account may make one."""
        self.clear()
        LOCAL.mkdir(parents=True, exist_ok=True)
        mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m,mode=0755", "tmpfs", str(LOCAL)]
        self.has_own_disk = os.geteuid() == 0 and _quietly(*mount)

    def clear(self) -> None:
        """Nothing is left of an earlier run."""
        while os.path.ismount(LOCAL):
            if not _quietly("umount", str(LOCAL)):
                _quietly("umount", "-l", str(LOCAL))
        if LOCAL.exists():
            _quietly("rm", "-rf", str(LOCAL))

    def up(self) -> None:
        """Start what is not up."""
        self._servers("up")

    def down(self) -> None:
        """Stop both."""
        if LOCAL.exists():
            self._servers("down")

    def kill_postgres(self) -> None:
        """As a power cut would, but for what the operating system still writes."""
        pid = int((self._home("postgres") / "data" / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)
        # Its children notice by themselves; a new one does not start before the last is gone.
        until = monotonic() + UP_WITHIN_S
        while _quietly("pgrep", "-f", "^postgres: .*", "-P", str(pid)) and monotonic() < until:
            sleep(0.05)

    def start_postgres(self) -> None:
        """Bring it back; it recovers by itself."""
        until = monotonic() + UP_WITHIN_S
        while True:
            try:
                self.up()
            except subprocess.CalledProcessError:
                if monotonic() > until:
                    raise
                sleep(0.3)
            else:
                return

    def cut_connections(self) -> None:
        """Every connection of the product's is ended by the server, whatever it was doing."""
        with self.superuser() as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE pid <> pg_backend_pid() AND usename = 'cityalert_app'"
            )

    def fill_disk(self) -> None:
        """Until nothing more fits."""
        with (LOCAL / "ballast").open("wb", buffering=0) as ballast:
            chunk = b"\0" * 10_000_000
            while chunk:
                try:
                    ballast.write(chunk)
                except OSError:
                    chunk = chunk[: len(chunk) // 10]

    def free_disk(self) -> None:
        """Room again. PostgreSQL may have given up meanwhile, and is started again."""
        (LOCAL / "ballast").unlink(missing_ok=True)
        self.start_postgres()

    def forget(self) -> None:
        """Nothing was ever said to anybody: what a round wrote is looked at, and in nobody's way in the next."""
        with self.superuser() as connection:
            connection.execute("TRUNCATE delivery_recipient, delivery_receipt, delivery_call CASCADE")

    def kill_redis(self) -> None:
        """It forgets everything."""
        os.kill(self._redis_pid(), signal.SIGKILL)

    def start_redis(self) -> None:
        """Empty."""
        self.up()

    def stop_redis(self, *, goes_on: bool = False) -> None:
        """It takes connections and answers nobody; `goes_on`: it answers again."""
        os.kill(self._redis_pid(), signal.SIGCONT if goes_on else signal.SIGSTOP)

    def redis(self) -> redis.Redis:
        """A client."""
        return redis.Redis.from_url(os.environ["REDIS_URL"], socket_timeout=5)

    def superuser(self) -> psycopg.Connection:
        """A connection that may do everything."""
        kept = dict(line.split("=", 1) for line in (LOCAL / "servers.env").read_text().split())
        return psycopg.connect(
            host="127.0.0.1", port=int(kept["POSTGRES_PORT"]), user="postgres", dbname=_database(),
            password=kept["POSTGRES_ADMIN_PASSWORD"], autocommit=True, connect_timeout=5,
        )  # fmt: skip

    def _redis_pid(self) -> int:
        return int((self._home("redis") / "redis.pid").read_text())

    def _home(self, server: str) -> Path:
        note = LOCAL / "state-directory"
        return (Path(note.read_text().strip()) if note.exists() else LOCAL) / server

    def _servers(self, command: str) -> None:
        subprocess.run(
            [sys.executable, str(CHECKOUT / "scripts" / "servers"), command],
            check=True, env=os.environ | {"CITYALERT_LOCAL": str(LOCAL), "DATABASE_URL": "", "REDIS_URL": ""},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip


def _database() -> str:
    return urlsplit(os.environ["DATABASE_URL"]).path.lstrip("/")


def _quietly(*command: str) -> bool:
    return subprocess.run(command, check=False, capture_output=True).returncode == 0
