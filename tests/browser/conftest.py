"""Windows of a real browser on the real product: web, worker, Redis, phones and mailboxes."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from cityalert.alerts.templates import Template
from cityalert.ops.demo import wording
from cityalert.sandbox.behaviour import Callbacks
from cityalert.sandbox.world import Sandbox
from tests.browser.window import Window
from tests.cast import Person, assemble
from tests.live.servers import CHECKOUT, Redis, free_port, redis
from tests.world import World

__all__ = ["redis"]

# Django's ORM only looks whether there is an event loop in this thread: there is Playwright's.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(scope="session")
def static_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Static files as they are served: named by their content."""
    root = tmp_path_factory.mktemp("static")
    environment = os.environ | {
        "STATIC_ROOT": str(root),
        "CITYALERT_ENVIRONMENT": "demo",
        "DJANGO_SETTINGS_MODULE": "cityalert.settings",
    }
    command = [sys.executable, "manage.py", "collectstatic", "--no-input", "-v0"]
    subprocess.run(command, cwd=CHECKOUT, env=environment, check=True)
    return root


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for a file. Until it is closed Playwright keeps an event loop running, beside which no other may."""
    assert CHROMIUM, "Chromium is part of what `make test` installs."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def world(
    transactional_db: None, sandbox: Sandbox, redis: Redis, tmp_path: Path, static_root: Path
) -> Iterator[World]:
    """The cast and the templates; web and worker run, and Twilio's call-backs arrive."""
    Template.objects.bulk_create(wording.templates())
    world = World(assemble(), sandbox, redis, tmp_path, port=free_port(), STATIC_ROOT=str(static_root))
    sandbox.twilio.behave(callbacks=Callbacks())
    sandbox.line.url = f"{world.url}/provider/twilio/inbound/"
    with world.web(), world.worker():
        yield world


@pytest.fixture
def open_window(chromium: Browser, world: World) -> Iterator[Callable[..., Window]]:
    """`open_window(cast.avery)`: a window of their own, signed in."""
    with ExitStack() as opened:

        def open_window(person: Person | None = None, *, width: int = 1280, dark: bool = False) -> Window:
            context = chromium.new_context(
                base_url=world.url,
                viewport={"width": width, "height": 844 if width < 600 else 900},
                color_scheme="dark" if dark else "light",
                timezone_id="America/Toronto",
                locale="en-CA",
                # Colours are looked at where they end, not on their way there.
                reduced_motion="reduce",
            )
            opened.callback(context.close)
            window = Window(_patient(context.new_page()))
            if person:
                window.sign_in(person)
            return window

        yield open_window


def _patient(page: Page) -> Page:
    """On a busy machine pages take seconds; nothing here is about how many."""
    page.set_default_timeout(60_000)
    return page
