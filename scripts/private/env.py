"""The settings of this checkout: ports found free once and kept, secrets drawn once and kept.

`.local/env` is what the application reads; `.local/servers.env` is what only the servers need to know.
Nothing here starts a server (`servers`), or knows what Django makes of the settings.
"""

import base64
import os
import secrets
import socket
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent.parent
# The chaos runs have servers of their own, which may be killed.
LOCAL = Path(os.environ.get("CITYALERT_LOCAL") or CHECKOUT / ".local")
ENV_FILE = LOCAL / "env"
SERVERS_FILE = LOCAL / "servers.env"

FIRST_CHOICE = {
    "WEB_PORT": 8000,
    "SANDBOX_PORT": 8010,
    "SMTP_PORT": 8025,
    "NAAD_PORT": 8040,
    "POSTGRES_PORT": 54320,
    "REDIS_PORT": 63790,
}
PASSWORDS = ("POSTGRES_ADMIN_PASSWORD", "POSTGRES_OWNER_PASSWORD", "POSTGRES_APP_PASSWORD", "REDIS_PASSWORD")
# The order of the curve P-256: private keys are numbers below it.
P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
FOR_SERVERS_ONLY = ("POSTGRES_PORT", "REDIS_PORT", *PASSWORDS)


def read() -> dict[str, str]:
    """What the two files say now; empty when there are none."""
    texts = [file.read_text(encoding="utf-8") for file in (ENV_FILE, SERVERS_FILE) if file.exists()]
    return dict(line.split("=", 1) for text in texts for line in text.splitlines() if line)


def complete(kept: dict[str, str]) -> dict[str, str]:
    """All settings: what was there is kept, what is missing is chosen, addresses follow from ports."""
    env = dict(kept)
    for name, first in FIRST_CHOICE.items():
        if name not in env:
            env[name] = str(free_port(first, taken=ports_in(env)))
    env.setdefault("CITYALERT_ENVIRONMENT", "demo")
    env.setdefault("SECRET_KEY", secrets.token_urlsafe(50))
    for name in ("FIELD_KEY", "ADDRESS_KEY"):
        env.setdefault(name, base64.b64encode(secrets.token_bytes(32)).decode())
    env.setdefault("VAPID_PRIVATE_KEY", base64.urlsafe_b64encode(number_below(P256)).decode().rstrip("="))
    for name in PASSWORDS:
        env.setdefault(name, secrets.token_urlsafe(24))
    return env | addresses(env)


def number_below(limit: int) -> bytes:
    """32 random bytes that are a private key of the curve of this order."""
    return (secrets.randbelow(limit - 1) + 1).to_bytes(32, "big")


def addresses(env: dict[str, str]) -> dict[str, str]:
    """The URLs that follow from ports and passwords."""
    database = "postgis://{role}:{password}@127.0.0.1:{port}/cityalert".format
    port = env["POSTGRES_PORT"]
    return {
        "DATABASE_URL": database(role="cityalert_app", password=env["POSTGRES_APP_PASSWORD"], port=port),
        "DATABASE_OWNER_URL": database(
            role="cityalert_owner", password=env["POSTGRES_OWNER_PASSWORD"], port=port
        ),
        "REDIS_URL": f"redis://:{env['REDIS_PASSWORD']}@127.0.0.1:{env['REDIS_PORT']}/0",
        "SANDBOX_URL": f"http://127.0.0.1:{env['SANDBOX_PORT']}",
        "NAAD_HOSTS": f"127.0.0.1:{env['NAAD_PORT']}",
        "NAAD_ARCHIVE": f"http://127.0.0.1:{env['SANDBOX_PORT']}/naad/archive",
        "SMTP_URL": f"smtp://127.0.0.1:{env['SMTP_PORT']}",
        # by name: a passkey belongs to a name, never to a number
        "WEB_URL": f"http://localhost:{env['WEB_PORT']}",
    }


def write(env: dict[str, str]) -> None:
    """Bring both files up to date."""
    LOCAL.mkdir(mode=0o755, exist_ok=True)
    replace(SERVERS_FILE, {name: value for name, value in env.items() if name in FOR_SERVERS_ONLY})
    replace(ENV_FILE, {name: value for name, value in env.items() if name not in FOR_SERVERS_ONLY})


def replace(path: Path, values: dict[str, str]) -> None:
    """Put a file in place in one step, readable by its owner alone."""
    text = "".join(f"{name}={value}\n" for name, value in sorted(values.items()))
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return
    fresh = path.with_suffix(".new")
    with os.fdopen(
        os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
    ) as file:
        file.write(text)
    fresh.replace(path)


def ports_in(env: dict[str, str]) -> set[int]:
    """The ports this environment has already given away."""
    return {int(env[name]) for name in FIRST_CHOICE if name in env}


def free_port(first: int, taken: set[int]) -> int:
    """The first port from `first` upwards that nobody listens on and that is not given away."""
    for port in range(first, first + 500):
        if port not in taken and is_free(port):
            return port
    raise SystemExit(f"No free port between {first} and {first + 500} on 127.0.0.1.")


def answers(port: int) -> bool:
    """Whether somebody accepts connections on this port of 127.0.0.1."""
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0


def is_free(port: int) -> bool:
    """Whether a server could listen on this port of 127.0.0.1 now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
