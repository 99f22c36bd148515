"""Everything that can be done to an alert: writing it, releasing it, correcting it, answering it."""

from cityalert.alerts.actions.alone import remind_reviews, review, send_alone
from cityalert.alerts.actions.answering import acknowledge, mark_seen, report_back, respond
from cityalert.alerts.actions.approving import approve, reject, return_to_author, submit
from cityalert.alerts.actions.archiving import archive
from cityalert.alerts.actions.areas import retire_area, save_area
from cityalert.alerts.actions.arriving import catch_up
from cityalert.alerts.actions.audiences import delete_audience, make_default, rename_audience, save_audience
from cityalert.alerts.actions.correcting import start_cancel, start_update
from cityalert.alerts.actions.drafting import discard, restore, unchanged_since, version
from cityalert.alerts.actions.ending import expire, expire_due
from cityalert.alerts.actions.exercising import Exercise, end_exercise, may_exercise, send_exercise
from cityalert.alerts.actions.insisting import ask_again, tell_again
from cityalert.alerts.actions.lasting import ask_about_ends, extend, let_lapse
from cityalert.alerts.actions.policies import change_policy
from cityalert.alerts.actions.releasing import publish
from cityalert.alerts.actions.templates import drawn_up, restore_template, retire_template, write_template
from cityalert.alerts.actions.translating import confirm_words, translate
from cityalert.alerts.actions.writing import create_draft, edit

__all__ = [
    "Exercise",
    "acknowledge",
    "approve",
    "archive",
    "ask_about_ends",
    "ask_again",
    "catch_up",
    "change_policy",
    "confirm_words",
    "create_draft",
    "delete_audience",
    "discard",
    "drawn_up",
    "edit",
    "end_exercise",
    "expire",
    "expire_due",
    "extend",
    "let_lapse",
    "make_default",
    "mark_seen",
    "may_exercise",
    "publish",
    "reject",
    "remind_reviews",
    "rename_audience",
    "report_back",
    "respond",
    "restore",
    "restore_template",
    "retire_area",
    "retire_template",
    "return_to_author",
    "review",
    "save_area",
    "save_audience",
    "send_alone",
    "send_exercise",
    "start_cancel",
    "start_update",
    "submit",
    "tell_again",
    "translate",
    "unchanged_since",
    "version",
    "write_template",
]
