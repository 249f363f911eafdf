"""Whose request it is, when proxies stand in front."""

from django.conf import settings
from django.http import HttpRequest
from python_ipware import IpWare

HEADER = "HTTP_X_FORWARDED_FOR"


def address_of(request: HttpRequest) -> str:
    """The address that the outermost of our proxies (TRUSTED_PROXIES) heard `request` from; without any, the caller's.

    Each proxy adds one address at the end of X-Forwarded-For, so that what the reader wrote there stands before those
    that count. Where there are too few of them nobody's word counts but the connection's.
    """
    caller = str(request.META.get("REMOTE_ADDR", ""))
    if not settings.TRUSTED_PROXIES:
        return caller
    # The proxy that called us stands in no header: it is the connection's other end.
    chain = IpWare(precedence=(HEADER,), proxy_count=settings.TRUSTED_PROXIES - 1)
    address, _ = chain.get_client_ip(request.META, strict=False)
    return caller if address is None else str(address)
