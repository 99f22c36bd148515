"""A file's bytes → a table. What kind of file it is, is seen from its content; its name says nothing."""

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from cityalert.lib.tables import text, workbook
from cityalert.lib.tables.table import Limits, Table, TableRefused, assemble

# How files begin that people send by mistake.
_OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0"  # Excel before 2007, and any workbook with a password
_ZIP = b"PK\x03\x04"
_NOT_TABLES = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"{\\rtf", b"\x7fELF", b"MZ")

DEFAULT = Limits()


def read_upload(upload: "UploadedFile[bytes]", limits: Limits = DEFAULT) -> Table:
    """The table in an uploaded file; one that is too large is not read at all."""
    if (upload.size or 0) > limits.max_bytes:
        raise _too_large(limits)
    return read(upload.read(), limits)


def read(content: bytes, limits: Limits = DEFAULT) -> Table:
    """The table in a file, or TableRefused."""
    if len(content) > limits.max_bytes:
        raise _too_large(limits)
    if content.startswith(_OLD_OR_LOCKED):
        raise TableRefused(
            _(
                "This is an old Excel file or one with a password. Save it as XLSX without password, or as CSV."
            )
        )
    if content.startswith(_NOT_TABLES):
        raise TableRefused(_("This is not a table. Choose a CSV or XLSX file."))
    if content.startswith(_ZIP):
        return assemble(workbook.lines(content, limits), limits)
    return assemble(text.lines(content), limits)


def _too_large(limits: Limits) -> TableRefused:
    return TableRefused(
        _("The file is larger than %(most)d MB. Split it into several files.")
        % {"most": limits.max_bytes // 1_048_576}
    )
