"""What pages of the desk share. Whatever it returns is escaped."""

from django import template
from django.conf import settings
from django.db.models import Model
from django.utils.html import format_html
from django.utils.safestring import SafeString

from stories.admin.clock import clock, sign
from stories.admin.stated import READ, state_of, write_state

register = template.Library()
register.filter(clock)
register.filter(sign)


@register.simple_tag
def desk_version() -> str:
    """The version of the desk."""
    return str(settings.VERSION)


@register.simple_tag
def stated(row: Model) -> SafeString:
    """The hidden box that states which row a form was made from: `row` as it is."""
    return format_html('<input type="hidden" name="{}" value="{}">', READ, write_state(state_of(row)))


@register.filter
def as_given(published: str) -> str:
    """A time as an article gives it, for people: no hour and no zone that it does not give."""
    return published.replace("T", " ") if published else "time not given"
