"""One person's window: what they do, in the words on the screen; and what must hold on every page."""

from pathlib import Path

from playwright.sync_api import ConsoleMessage, Locator, Page, expect

from tests.cast import PASSWORD, Person
from tests.door import code_of

AXE = Path(__file__).resolve().parents[1] / "vendor" / "axe.min.js"
PATIENCE_MS = 60_000

expect.set_options(timeout=PATIENCE_MS)


class Window:
    """A page, and whoever sits before it. Errors of the page's own scripts are collected."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.faults: list[str] = []
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", self._hear)

    def _hear(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self.faults.append(said.text)

    def sign_in(self, person: Person) -> None:
        """Through the door: password, and the code where one is asked for."""
        self.page.goto("/accounts/login/")
        self.page.get_by_label("E-mail").first.fill(person.email)
        self.page.get_by_label("Password").first.fill(PASSWORD)
        self.press("Sign in")
        self.page.wait_for_url(lambda url: not url.endswith("/accounts/login/"))
        if "2fa" in self.page.url:
            self.page.locator("input[name=code]").fill(code_of(person))
            self.page.locator("main form button[type=submit]").first.click()
            self.page.wait_for_url(lambda url: "2fa" not in url)

    def press(self, name: str) -> None:
        """The button that says so."""
        self.page.get_by_role("button", name=name).locator("visible=true").first.click()

    def shows(self, text: str) -> Locator:
        """Waits until it does."""
        found = self.page.get_by_text(text).locator("visible=true").first
        expect(found).to_be_visible()
        return found

    def settle(self) -> None:
        """Wait until the last colour has changed."""
        self.page.evaluate(
            "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )
        self.page.wait_for_function(
            "() => document.getAnimations().every((one) => one.playState !== 'running')"
        )

    def check(self) -> None:
        """Nothing is wrong with the page."""
        assert self.wrongs() == [], self.page.url

    def wrongs(self) -> list[str]:
        """What axe-core finds, whether the page scrolls sideways, and errors of its scripts."""
        # Typed in by the debugger: the page's own policy lets no foreign script in, and is not loosened here.
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")["violations"]
        wrongs = [f"{one['id']}: {[node['target'] for node in one['nodes'][:3]]}" for one in found]
        wide, seen = self.page.evaluate(
            "() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        if wide > seen:
            wrongs.append(f"{wide} px wide in a window of {seen}")
        return wrongs + self.faults
