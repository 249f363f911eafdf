"""Which media type a request gets. REST framework's own choice takes `q=0` for a wish; Django's does not."""

from collections.abc import Iterable
from typing import Any

from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request


class Negotiation(BaseContentNegotiation):
    """By `Accept`; the first renderer when the client does not care, 406 when none will do."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """(renderer, its media type) for `request`."""
        offered: dict[str, BaseRenderer] = {str(renderer.media_type): renderer for renderer in renderers}
        first = next(iter(offered))
        accept = request.META.get("HTTP_ACCEPT", "")
        chosen = first if accept in ("", "*/*", first) else choose_type(request, list(offered))
        return offered[chosen], chosen


class NoNegotiation(BaseContentNegotiation):
    """The only renderer, whatever the client says that it accepts."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """(renderer, its media type)."""
        (renderer,) = renderers
        return renderer, str(renderer.media_type)


def choose_type(request: Any, offered: list[str]) -> str:
    """The one of `offered` that `request` prefers."""
    for accepted in request.accepted_types:
        accepted.range_params = {}  # a charset or a profile that it asks for changes nothing in what is served
    chosen: str | None = request.get_preferred_type(offered)
    if chosen is None:
        raise NotAcceptable(f"This address serves: {', '.join(offered)}.")
    return chosen
