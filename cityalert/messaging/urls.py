"""Addresses of conversations."""

from django.urls import path

from cityalert.messaging.views import files, reading, running, saying

app_name = "messaging"
_ONE = "conversations/<uuid:conversation_id>/"
urlpatterns = [
    path("conversations/", reading.overview, name="list"),
    path("conversations/search/", reading.search, name="search"),
    path("conversations/new/", running.open_, name="new"),
    path("conversations/files/<uuid:attachment_id>/", files.attachment, name="file"),
    path(_ONE, reading.detail, name="detail"),
    path(f"{_ONE}since/", reading.since, name="since"),
    path(f"{_ONE}say/", saying.say, name="say"),
    path(f"{_ONE}read/", saying.read, name="read"),
    path(f"{_ONE}mute/", saying.mute, name="mute"),
    path(f"{_ONE}people/", running.people, name="people"),
    path(f"{_ONE}leave/", running.leave, name="leave"),
    path(f"{_ONE}rename/", running.rename, name="rename"),
    path(f"{_ONE}close/", running.close, name="close"),
    path(f"{_ONE}reopen/", running.reopen, name="reopen"),
    path(f"{_ONE}<int:position>/", reading.post, name="post"),
    path(f"{_ONE}<int:position>/line/", reading.line, name="line"),
    path(f"{_ONE}<int:position>/edit/", saying.edit, name="edit"),
    path(f"{_ONE}<int:position>/delete/", saying.delete, name="delete"),
    path(f"{_ONE}<int:position>/copy/", saying.copy, name="copy"),
    path(f"{_ONE}<int:position>/react/", saying.react, name="react"),
    path(f"{_ONE}<int:position>/pin/", saying.pin, name="pin"),
]
