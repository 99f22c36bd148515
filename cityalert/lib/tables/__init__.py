"""Tables that people bring and take away as files: CSV and XLSX in, CSV and XLSX out.

`read` gives a header and rows of text, or raises TableRefused with a sentence; `csv_bytes` and `xlsx_bytes` write
what a spreadsheet shows and never runs. What the columns mean is the caller's business.
"""

from cityalert.lib.tables.reading import read, read_upload
from cityalert.lib.tables.table import Limits, Row, Table, TableRefused
from cityalert.lib.tables.writing import csv_bytes, xlsx_bytes

__all__ = ["Limits", "Row", "Table", "TableRefused", "csv_bytes", "read", "read_upload", "xlsx_bytes"]
