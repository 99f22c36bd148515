"""What the templates of incidents say about lengths of time."""

from django import template

from cityalert.incidents import spans

register = template.Library()
register.filter("span", spans.span)
