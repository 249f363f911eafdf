"""Filters that pages of the desk share. Whatever they return is escaped."""

from django import template

from stories.admin.clock import clock

register = template.Library()
register.filter(clock)


@register.filter
def as_given(published: str) -> str:
    """A time as an article gives it, for people: no hour and no zone that it does not give."""
    return published.replace("T", " ") if published else "time not given"
