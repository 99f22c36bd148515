"""How numbers of people and amounts of money are written on pages."""

from django import template

from cityalert.alerts.preview import grouped
from cityalert.lib.money import money

register = template.Library()
register.filter("grouped", grouped)
register.filter("money", money)
