"""Who runs the private servers, where their data lies, and how commands are run for them."""

import hashlib
import os
import pwd
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from private import env

WAIT_SECONDS = 30


def account() -> str:
    """PostgreSQL refuses to run as root, so root hands both servers to the package's own account."""
    return "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name


def as_account(*command: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run a command as that account, in a directory it can read; its words are shown only if it fails."""
    usual: dict[str, Any] = {"cwd": "/", "text": True, "capture_output": True, "env": server_environment()}
    if os.geteuid() == 0:
        command = ("setpriv", f"--reuid={account()}", f"--regid={account()}", "--init-groups", *command)
    return subprocess.run(command, check=False, **(usual | options))


def server_environment() -> dict[str, str]:
    """No PG* variable of the person's own may lead these commands to another server."""
    return {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}


def state() -> Path:
    """`.local`, or a directory under /var/lib where root's account cannot reach into the checkout."""
    note = env.LOCAL / "state-directory"
    if note.exists():
        return Path(note.read_text(encoding="utf-8").strip())
    env.LOCAL.mkdir(mode=0o755, exist_ok=True)
    if as_account("test", "-x", str(env.LOCAL)).returncode == 0:
        return env.LOCAL
    name = hashlib.sha256(str(env.LOCAL.parent).encode()).hexdigest()[:10]
    elsewhere = Path("/var/lib") / f"cityalert-{name}"
    elsewhere.mkdir(mode=0o755, exist_ok=True)
    note.write_text(f"{elsewhere}\n", encoding="utf-8")
    say(f"the account {account()} cannot reach into {env.CHECKOUT}, so the data is kept in {elsewhere}")
    return elsewhere


def home_of(server: str) -> Path:
    """A directory that only the account can read."""
    home = state() / server
    if not home.exists():
        home.mkdir(mode=0o700)
        shutil.chown(home, account(), pwd.getpwnam(account()).pw_gid)
    return home


def program(name: str) -> str:
    """The path of a PostgreSQL or Redis program, the newest where there are several."""
    debian = Path("/usr/lib/postgresql").glob(f"*/bin/{name}")
    homebrew = Path("/opt/homebrew/opt").glob(f"postgresql@*/bin/{name}")
    found = sorted([*debian, *homebrew], key=lambda path: int(path.parts[-3].rpartition("@")[2]))
    path = str(found[-1]) if found else shutil.which(name)
    if path is None:
        raise SystemExit(f"{name} is not installed; scripts/provision installs what is missing.")
    return path


def command_line(pid: str) -> str:
    """What a process was started with; empty when there is no such process."""
    proc = Path("/proc")
    if (proc / "self").exists():
        file = proc / pid / "cmdline"
        return file.read_bytes().replace(b"\0", b" ").decode(errors="replace") if file.exists() else ""
    ps = ["ps", "-o", "args=", "-p", pid]
    return subprocess.run(ps, capture_output=True, text=True, check=False).stdout


def wait_until(condition: Callable[[], bool], complaint: str) -> None:
    """Look again every few hundredths of a second, for a while."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit(complaint)
        time.sleep(0.03)


def tail(path: Path) -> str:
    """The last lines of a log."""
    return "\n".join(path.read_text(encoding="utf-8").splitlines()[-8:]) if path.exists() else ""


def say(sentence: str) -> None:
    """A word to the person, beside the commands' own output."""
    print(f"{sentence}", file=sys.stderr)
