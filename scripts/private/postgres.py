"""The private PostgreSQL: its cluster, two roles and a database. Tables are not made here."""

import subprocess
from pathlib import Path

from private import env
from private.account import WAIT_SECONDS, as_account, home_of, program, server_environment, tail

DEPLOY = env.CHECKOUT / "deploy"

CLUSTER_SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 200
shared_buffers = 256MB
# an alert that was confirmed must survive a power cut
fsync = on
synchronous_commit = on
# short statements by the thousand: compiling them costs more than it gives
jit = off
log_min_duration_statement = 1000
timezone = 'UTC'
"""


def start(settings: dict[str, str]) -> None:
    """Make the cluster if there is none, start it, and give it its roles and its database."""
    data = home_of("postgres") / "data"
    if not (data / "PG_VERSION").exists():
        make_cluster(data, settings["POSTGRES_ADMIN_PASSWORD"])
    log = data.parent / "postgres.log"
    started = as_account(
        program("pg_ctl"), "start", "-D", str(data), "-w", "-t", str(WAIT_SECONDS),
        "-l", str(log), "-o", f"-p {settings['POSTGRES_PORT']}", stdin=subprocess.DEVNULL,
    )  # fmt: skip
    if started.returncode:
        raise SystemExit(f"PostgreSQL did not start; {log} says why:\n{tail(log)}")
    # The second set of furniture: another name makes every checkout's cluster take it at its next start.
    if not (data.parent / "furnished-2").exists():
        furnish(settings)
        (data.parent / "furnished-2").touch()


def make_cluster(data: Path, password: str) -> None:
    """initdb, then our settings at the end of its file."""
    made = as_account(
        "sh", "-c", 'umask 077; cat > "$1.password"; "$0" -D "$1" -U postgres -E UTF8 --locale=C.UTF-8 '
        '--auth=scram-sha-256 --pwfile="$1.password"; code=$?; rm "$1.password"; exit $code',
        program("initdb"), str(data), input=password,
    )  # fmt: skip
    if made.returncode:
        raise SystemExit(f"PostgreSQL's initdb failed:\n{made.stderr}")
    with (data / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.write(CLUSTER_SETTINGS)


def furnish(settings: dict[str, str]) -> None:
    """The roles, the database and the extensions a city has, and what tests need beside.

    The superuser does nothing else. The owner migrates; what runs is neither.
    """
    psql(settings, "postgres", DEPLOY / "database.sql")
    # test databases are made by the owner, and are copies of template1
    psql(settings, "postgres", "ALTER ROLE cityalert_owner CREATEDB")
    # and in them it becomes the roles that run, so that tests have the product's own rights
    psql(settings, "postgres", "GRANT cityalert_app, cityalert_across TO cityalert_owner")
    psql(settings, "template1", DEPLOY / "extensions.sql")


def psql(settings: dict[str, str], database: str, what: Path | str) -> None:
    """Run a file or a statement as the superuser; passwords go by the environment, which is private."""
    address = f"host=127.0.0.1 port={settings['POSTGRES_PORT']} user=postgres dbname={database}"
    how = ["-f", str(what)] if isinstance(what, Path) else ["-c", what]
    passwords = {
        "PGPASSWORD": settings["POSTGRES_ADMIN_PASSWORD"],
        "OWNER_PASSWORD": settings["POSTGRES_OWNER_PASSWORD"],
        "APP_PASSWORD": settings["POSTGRES_APP_PASSWORD"],
    }
    command = [program("psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", address, *how]
    environment = server_environment() | passwords
    done = subprocess.run(command, env=environment, text=True, capture_output=True, check=False)
    if done.returncode:
        raise SystemExit(f"PostgreSQL could not be furnished:\n{done.stderr}")


def stop() -> None:
    """Stop it quickly and cleanly: sessions are ended, everything committed is on disk."""
    as_account(program("pg_ctl"), "stop", "-D", str(home_of("postgres") / "data"), "-m", "fast", "-w")


def runs() -> bool:
    """Whether this checkout's own PostgreSQL is up."""
    data = home_of("postgres") / "data"
    if not (data / "postmaster.pid").exists():
        return False
    return as_account(program("pg_ctl"), "status", "-D", str(data)).returncode == 0
