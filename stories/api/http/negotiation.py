"""Which media type a request gets. REST framework's own choice is by precedence and takes no account of `q`.

Django's lets a range that says `q=0` be overruled by a wider one (RFC 9110, 12.5.1).
"""

from collections.abc import Iterable

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
        chosen = first if accept in ("", "*/*", first) else choose_type(accept, list(offered))
        return offered[chosen], chosen


class NoNegotiation(BaseContentNegotiation):
    """The only renderer, whatever the client says that it accepts."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """(renderer, its media type)."""
        (renderer,) = renderers
        return renderer, str(renderer.media_type)


def choose_type(accept: str, offered: list[str]) -> str:
    """The one of `offered` that the Accept header `accept` prefers, the first of equals.

    Raises `NotAcceptable` when it takes none of them.
    """
    qualities = read_qualities(accept)

    def weigh(media_type: str) -> float:
        ranges = (media_type, f"{media_type.partition('/')[0]}/*", "*/*")  # the most specific that is there decides
        return next((qualities[one] for one in ranges if one in qualities), 0.0)

    best = max(offered, key=weigh)
    if weigh(best) <= 0:
        raise NotAcceptable(f"This address serves: {', '.join(offered)}.")
    return best


def read_qualities(accept: str) -> dict[str, float]:
    """The quality of each media range in `accept`, the highest where it stands twice; 0 for one that is no number."""
    qualities: dict[str, float] = {}
    for part in accept.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        quality = 1.0
        for one in parameters:
            if one.startswith("q="):
                try:
                    quality = float(one[2:])
                except ValueError:
                    quality = 0.0
        qualities[name] = max(qualities.get(name, quality), quality)
    return qualities
