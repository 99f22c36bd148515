"""The private PostgreSQL: its cluster, two roles and a database. Tables are not made here."""

import subprocess
from pathlib import Path

from private.account import WAIT_SECONDS, as_account, home_of, program, server_environment, tail

EXTENSIONS = ("postgis", "pg_trgm", "citext", "btree_gist", "pgcrypto")

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
    if not (data.parent / "furnished").exists():
        furnish(settings)
        (data.parent / "furnished").touch()


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
    """Two roles, one database, and the extensions; in template1 too, so that test databases have them.

    The superuser does nothing else. The owner migrates and makes test databases; what runs is neither.
    """
    for role, right, name in (("owner", "CREATEDB", "OWNER"), ("app", "NOCREATEDB", "APP")):
        password = settings[f"POSTGRES_{name}_PASSWORD"]
        sql(settings, "postgres", f"""
            SELECT 'CREATE ROLE cityalert_{role}' WHERE NOT EXISTS
                (SELECT FROM pg_roles WHERE rolname = 'cityalert_{role}') \\gexec
            ALTER ROLE cityalert_{role}
                LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE {right} PASSWORD '{password}';
        """)  # fmt: skip
    create_extensions = "".join(f"CREATE EXTENSION IF NOT EXISTS {name};" for name in EXTENSIONS)
    sql(settings, "template1", create_extensions)
    sql(settings, "postgres", """
        SELECT 'CREATE DATABASE cityalert OWNER cityalert_owner' WHERE NOT EXISTS
            (SELECT FROM pg_database WHERE datname = 'cityalert') \\gexec
    """)  # fmt: skip
    sql(settings, "cityalert", create_extensions + "GRANT USAGE ON SCHEMA public TO cityalert_app;")


def sql(settings: dict[str, str], database: str, statements: str) -> None:
    """Run statements as the superuser, by standard input: no password shows in the list of processes."""
    address = f"host=127.0.0.1 port={settings['POSTGRES_PORT']} user=postgres dbname={database}"
    done = subprocess.run(
        [program("psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", address],
        env=server_environment() | {"PGPASSWORD": settings["POSTGRES_ADMIN_PASSWORD"]},
        input=statements, text=True, capture_output=True, check=False,
    )  # fmt: skip
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
