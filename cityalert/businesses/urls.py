"""Addresses of the membership pages."""

from django.urls import path

from cityalert.businesses.views import (
    answering,
    arranging,
    cascading,
    confirming,
    importing,
    keeping,
    merging,
)

app_name = "businesses"
urlpatterns = [
    path("businesses/", keeping.table, name="list"),
    path("businesses/export.csv", keeping.export, {"kind": "csv"}, name="csv"),
    path("businesses/export.xlsx", keeping.export, {"kind": "xlsx"}, name="xlsx"),
    path("businesses/call-down.pdf", keeping.call_down, name="call_down"),
    path("businesses/new/", keeping.add, name="add"),
    path("businesses/board/", arranging.board, name="board"),
    path("businesses/board/<int:seat_id>/leave/", arranging.leave_seat, name="leave_seat"),
    path("businesses/fields/", arranging.fields, name="fields"),
    path("businesses/fields/<int:field_id>/remove/", arranging.remove_field, name="remove_field"),
    path("businesses/import/", importing.upload, name="import"),
    path("businesses/import/<uuid:batch_id>/columns/", importing.columns, name="columns"),
    path("businesses/import/<uuid:batch_id>/", importing.preview, name="preview"),
    path("businesses/import/<uuid:batch_id>/apply/", importing.apply, name="apply"),
    path("businesses/import/<uuid:batch_id>/undo/", importing.undo, name="undo"),
    path("businesses/import/<uuid:batch_id>/give-up/", importing.give_up, name="give_up"),
    path("businesses/passed-on/", cascading.sent, name="cascades"),
    path("businesses/passed-on/new/", cascading.say, name="say"),
    path("businesses/passed-on/<uuid:cascade_id>/", cascading.reached, name="cascade"),
    path("businesses/passed-on/<uuid:cascade_id>/end/", cascading.end, name="end"),
    path("businesses/pass-on/<uuid:received_id>/", cascading.pass_on, name="pass_on"),
    path("still-right/", answering.answered, name="answered"),
    path("still-right/<str:token>/", answering.still_right, name="still_right"),
    path("businesses/still-right/", confirming.asked, name="asked"),
    path("businesses/still-right/ask/", confirming.ask_some, name="ask_some"),
    path("businesses/still-right/yearly/", confirming.yearly, name="yearly"),
    path("businesses/still-right/<uuid:asking_id>/accept/", confirming.accept, name="accept"),
    path("businesses/still-right/<uuid:asking_id>/decline/", confirming.decline, name="decline"),
    path("businesses/twice/", merging.suggested, name="doubles"),
    path("businesses/twice/<uuid:one_id>/<uuid:other_id>/", merging.merge, name="merge"),
    path("businesses/twice/<uuid:one_id>/<uuid:other_id>/two/", merging.are_two, name="are_two"),
    path("businesses/twice/<uuid:merge_id>/undo/", merging.undo, name="undo_merge"),
    path("businesses/<uuid:business_id>/ask/", confirming.ask_one, name="ask_one"),
    path("businesses/<uuid:business_id>/", keeping.detail, name="detail"),
    path("businesses/<uuid:business_id>/edit/", keeping.edit, name="edit"),
    path("businesses/<uuid:business_id>/archive/", keeping.archive, name="archive"),
    path("businesses/<uuid:business_id>/restore/", keeping.restore, name="restore"),
    path("businesses/<uuid:business_id>/renew/", keeping.renew, name="renew"),
]
