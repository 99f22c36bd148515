"""The settings of this checkout in `.local/env`: ports found free once and kept, secrets drawn once and kept.

Knows nothing of how the servers are started (`servers`) nor of what Django makes of the settings.
"""

import base64
import os
import secrets
import socket
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
LOCAL = CHECKOUT / ".local"
ENV_FILE = LOCAL / "env"

FIRST_CHOICE = {"WEB_PORT": 8000, "SANDBOX_PORT": 8010, "SMTP_PORT": 8025, "POSTGRES_PORT": 54320, "REDIS_PORT": 63790}
PRIVATE_SERVER_PORTS = ("POSTGRES_PORT", "REDIS_PORT")


def read() -> dict[str, str]:
    """What the file says now; empty when there is none."""
    if not ENV_FILE.exists():
        return {}
    lines = ENV_FILE.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def complete(kept: dict[str, str]) -> dict[str, str]:
    """The whole environment: what was there is kept, what is missing is chosen, addresses follow the ports."""
    env = dict(kept)
    for name, first in FIRST_CHOICE.items():
        if name not in env:
            env[name] = str(free_port(first, taken=ports_in(env)))
    env.setdefault("SECRET_KEY", secrets.token_urlsafe(50))
    env.setdefault("FIELD_KEY", base64.b64encode(secrets.token_bytes(32)).decode())
    for name in ("POSTGRES_ADMIN_PASSWORD", "POSTGRES_OWNER_PASSWORD", "POSTGRES_APP_PASSWORD", "REDIS_PASSWORD"):
        env.setdefault(name, secrets.token_urlsafe(24))
    return env | addresses(env)


def addresses(env: dict[str, str]) -> dict[str, str]:
    """The URLs that follow from ports and passwords."""
    database = "postgis://{role}:{password}@127.0.0.1:{port}/cityalert".format
    port = env["POSTGRES_PORT"]
    return {
        "DATABASE_URL": database(role="cityalert_app", password=env["POSTGRES_APP_PASSWORD"], port=port),
        "DATABASE_OWNER_URL": database(role="cityalert_owner", password=env["POSTGRES_OWNER_PASSWORD"], port=port),
        "REDIS_URL": f"redis://:{env['REDIS_PASSWORD']}@127.0.0.1:{env['REDIS_PORT']}/0",
        "SANDBOX_URL": f"http://127.0.0.1:{env['SANDBOX_PORT']}",
        "SMTP_URL": f"smtp://127.0.0.1:{env['SMTP_PORT']}",
        "WEB_URL": f"http://127.0.0.1:{env['WEB_PORT']}",
    }


def write(env: dict[str, str]) -> None:
    """Replace the file in one step, readable by its owner alone."""
    LOCAL.mkdir(mode=0o755, exist_ok=True)
    text = "".join(f"{name}={value}\n" for name, value in sorted(env.items()))
    if ENV_FILE.exists() and ENV_FILE.read_text(encoding="utf-8") == text:
        return
    fresh = ENV_FILE.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    fresh.replace(ENV_FILE)


def ports_in(env: dict[str, str]) -> set[int]:
    """The ports this environment has already given away."""
    return {int(env[name]) for name in FIRST_CHOICE if name in env}


def free_port(first: int, taken: set[int]) -> int:
    """The first port from `first` upwards that nobody listens on and that is not given away."""
    for port in range(first, first + 500):
        if port not in taken and is_free(port):
            return port
    raise SystemExit(f"No free port between {first} and {first + 500} on 127.0.0.1.")


def is_free(port: int) -> bool:
    """Whether a server could listen on this port of 127.0.0.1 now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
