"""Nothing marked leaves by a way that nobody thought of: every route, channel and exit is in `exits`."""

import re
from pathlib import Path

from cityalert.delivery.channels import CHANNELS, dashboard
from cityalert.lib.exits import Exit
from tests.rules import exits
from tests.rules.every_route import ROUTES
from tests.rules.matrix import NEVER, SENT

CHECKOUT = Path(__file__).resolve().parents[2]


def test_every_channel_has_its_exit():
    assert set(exits.CHANNELS) == {*CHANNELS, dashboard.NAME}


def test_every_app_says_whether_it_holds_what_is_marked():
    apps = {name.partition(":")[0] if ":" in name else "" for name in ROUTES}

    assert apps - exits.WITHOUT - set(exits.ROUTES) == set()


def test_everything_that_can_be_fetched_of_marked_things_has_its_exit():
    fetched = {
        name for name in ROUTES if name.partition(":")[0] in exits.ROUTES and SENT[name][0] is not NEVER
    }
    known = {f"{app}:{name}" for app, routes in exits.ROUTES.items() for name in routes}

    assert {name for name in fetched - known if not name.startswith("businesses:")} == set()
    assert known - set(ROUTES) == set()


def test_every_exit_is_asked_where_it_is_said_to_be():
    assert set(exits.ASKED) | exits.NOT_YET == set(Exit)
    for exit_, path in exits.ASKED.items():
        assert f"Exit.{exit_.name}" in (CHECKOUT / path).read_text(encoding="utf-8"), exit_


def test_nobody_else_decides_by_a_label():
    deciding = re.compile(r"\bmay_go\b|\bCircle\.")
    files = [*CHECKOUT.glob("cityalert/**/*.py"), *CHECKOUT.glob("partners/**/*.py")]
    found = {
        str(file.relative_to(CHECKOUT)) for file in files if deciding.search(file.read_text(encoding="utf-8"))
    }

    assert found == {"cityalert/lib/tlp.py", "cityalert/lib/exits.py"}
