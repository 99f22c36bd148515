"""How numbers of people and amounts of money are written on pages."""

from django import template

from cityalert.lib.money import money
from cityalert.lib.numbers import grouped

register = template.Library()
register.filter("grouped", grouped)
register.filter("money", money)
