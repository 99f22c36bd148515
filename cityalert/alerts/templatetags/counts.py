"""How numbers of people are written on pages."""

from django import template

from cityalert.alerts.preview import grouped

register = template.Library()
register.filter("grouped", grouped)
