"""How an answer becomes bytes. Which one a request gets is negotiated (`stories.api.http.negotiation`)."""

from collections.abc import Mapping
from typing import Any

from rest_framework.renderers import BaseRenderer


class FrozenText(BaseRenderer):
    """Text that is written already."""

    charset = None  # its media type says that it is UTF-8

    def render(
        self, data: str, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        """`data` as bytes."""
        return data.encode()


class FrozenJSON(FrozenText):
    """JSON as it was frozen when it was published, joined to lists."""

    media_type = "application/json"
    format = "json"
