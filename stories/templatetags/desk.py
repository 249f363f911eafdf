"""What pages of the desk share. Whatever it returns is escaped."""

from django import template
from django.conf import settings

from stories.admin.clock import clock

register = template.Library()
register.filter(clock)


@register.simple_tag
def desk_version() -> str:
    """The version of the desk."""
    return str(settings.VERSION)


@register.filter
def as_given(published: str) -> str:
    """A time as an article gives it, for people: no hour and no zone that it does not give."""
    return published.replace("T", " ") if published else "time not given"
