#!/usr/bin/env python
"""Django's command line for CityAlert."""

import os
import sys


def main() -> None:
    """Do what the command line says."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cityalert.settings")
    from django.core.management import execute_from_command_line

    from cityalert.lib import tenancy

    tenancy.work_across("a command")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
