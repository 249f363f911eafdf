"""nginx in front of the APIs, by the file that is shipped: its cache, gzip, TLS, and what it answers by itself."""

import gzip
import http.client
import json
import os
import signal
import socket
import ssl
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.stack.conftest import missing

psycopg = pytest.importorskip("psycopg", reason="requirements-production.txt is not installed")

from ops.stack import Stack, find_ports, wait_until  # noqa: E402
from tests.stack.asking import status_of  # noqa: E402

pytestmark = [pytest.mark.prove, pytest.mark.xdist_group("stack")]

HEAD = "/api/v1/head/"
FEED = "/api/v1/stories/ukraine-peace-plan/corrections.atom"


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes = field(repr=False)


def place_of(url: str) -> tuple[str, int]:
    """Host and port of `url`."""
    host, _, port = url.rpartition("//")[2].partition(":")
    return host, int(port)


def connect(url: str) -> socket.socket:
    """A connection to `url`, before a word is said."""
    return socket.create_connection(place_of(url), timeout=10)


def send(url: str, request: str, *, trust: ssl.SSLContext | None = None) -> Answer:
    """What is answered at `url` to `request`, sent as it stands; over TLS when somebody is to be trusted."""
    with connect(url) as plain, ExitStack() as closed:
        place = closed.enter_context(trust.wrap_socket(plain, server_hostname="127.0.0.1")) if trust else plain
        place.sendall(request.encode())
        answer = http.client.HTTPResponse(place, method=request.partition(" ")[0])
        answer.begin()
        return Answer(answer.status, answer.headers, answer.read())


def ask(url: str, path: str, *headers: str, method: str = "GET", trust: ssl.SSLContext | None = None) -> Answer:
    """The answer to a request for `path`, with `headers` beside the usual."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {url.rpartition('//')[2]}", "Connection: close", *headers]
    return send(url, "\r\n".join([*lines, "", ""]), trust=trust)


def is_listening(url: str) -> bool:
    """Whether somebody takes connections at `url`."""
    with suppress(ConnectionRefusedError), connect(url):
        return True
    return False


@pytest.fixture(scope="module")
def front() -> Iterator[Stack]:
    """nginx alone, with nobody behind it."""
    if lacking := missing():
        pytest.skip(lacking)
    with tempfile.TemporaryDirectory(prefix="desk-front-") as folder:
        made = Stack(Path(folder), port=find_ports())
        made.start_nginx()
        try:
            wait_until(lambda: is_listening(made.front_url), what="nginx")
            yield made
        finally:
            made.stop()


def line(path: str, *headers: str, method: str = "GET", version: str = "1.1") -> str:
    """A request as it goes over the wire."""
    return "\r\n".join([f"{method} {path} HTTP/{version}", "Host: facts.example", *headers, "", ""])


UNANSWERABLE = "This is no request that can be answered here."
OWN_ANSWERS = {
    "an address of nobody": (line("/admin/"), 404, "Not Found", "Nothing published has this address."),
    "a space in the address": (line("/api v1"), 400, "Bad Request", UNANSWERABLE),
    "no host": (line(HEAD).replace("Host", "Ghost"), 400, "Bad Request", UNANSWERABLE),
    "TRACE": (line(HEAD, method="TRACE"), 405, "Method Not Allowed", "This API is read-only."),
    "content": (
        line(HEAD, "Content-Length: 8193", method="POST"),
        413,
        "Content Too Large",
        "This API takes no content.",
    ),
    "a long address": (
        line(f"{HEAD}?{'a' * 8190}"),
        414,
        "URI Too Long",
        "The address is too long: its query may have 8,000 bytes.",
    ),
    "a long header": (
        line(HEAD, f"Cookie: {'a' * 8190}"),
        431,
        "Request Header Fields Too Large",
        "The headers are too long or too many.",
    ),
    "a coding that nobody knows": (
        line(HEAD, "Transfer-Encoding: odd", method="POST"),
        501,
        "Not Implemented",
        UNANSWERABLE,
    ),
    "no API": (line(HEAD), 502, "Bad Gateway", "The API does not answer."),
    "a version to come": (line(HEAD, version="9.9"), 505, "HTTP Version Not Supported", UNANSWERABLE),
}
OF_EACH_ANSWER = {"Date", "Server", "Connection", "Content-Length", "X-Request-ID"}


def told(answer: Answer) -> tuple[int, str, str]:
    """(status, title, detail) of a problem document, which says no more."""
    document = json.loads(answer.body)
    assert list(document) == ["type", "title", "status", "detail"]
    assert (document["type"], document["status"]) == ("about:blank", answer.status)
    return answer.status, document["title"], document["detail"]


@pytest.mark.parametrize("asked", OWN_ANSWERS)
def test_what_nginx_answers_is_a_problem_document_of_the_api(front: Stack, asked: str) -> None:
    """With the headers that the API gives with its own (`SHARED_HEADERS`), word for word."""
    from stories.api.http.problems import MEDIA_TYPE, SHARED_HEADERS

    request, *expected = OWN_ANSWERS[asked]
    answer = send(front.front_url, request)
    assert told(answer) == tuple(expected)
    beside = {405: {"Allow": "GET, HEAD, OPTIONS"}, 502: {"Retry-After": "5"}}.get(answer.status, {})
    headers = {name: value for name, value in answer.headers.items() if name not in OF_EACH_ANSWER}
    assert headers == {**SHARED_HEADERS, "Content-Type": MEDIA_TYPE, "Cache-Control": "no-store", **beside}


def test_plain_http_where_tls_is_spoken_is_a_problem_document(front: Stack) -> None:
    assert told(send(front.secure_url, line(HEAD))) == (400, "Bad Request", UNANSWERABLE)


def test_an_api_that_says_nothing_is_a_problem_document(front: Stack) -> None:
    """After a second here, in the place of thirty."""
    site = front.folder / "nginx" / "site.conf"
    text = site.read_text()
    assert "proxy_read_timeout 30s;" in text
    site.write_text(text.replace("proxy_read_timeout 30s;", "proxy_read_timeout 1s;"))
    os.kill(front.processes["nginx"].pid, signal.SIGHUP)
    with ExitStack() as silent:
        for name in front.apis:
            silent.enter_context(socket.create_server(place_of(front.api_url(name))))
        answers: list[Answer] = []

        def is_late() -> bool:  # not at once: for ten seconds nobody is asked who refused a connection
            answers.append(ask(front.front_url, HEAD))
            return answers[-1].status == http.client.GATEWAY_TIMEOUT

        wait_until(is_late, what="504 by the new settings")
    assert told(answers[-1]) == (504, "Gateway Timeout", "The API takes too long.")
    assert answers[-1].headers["Retry-After"] == "5"


def test_the_limits_of_a_query_hold_to_the_end(stack: Stack) -> None:
    """What nginx lets through gunicorn takes, and the API says of a longer query what is wrong."""
    cyrillic = "%D1%83" * 690
    assert ask(stack.front_url, f"/api/v1/facts/?q={cyrillic}").status == http.client.OK
    longest, long = (ask(stack.front_url, f"{HEAD}?{'a' * length}") for length in (8000, 8001))
    assert (longest.status, json.loads(longest.body)["parameter"]) == (400, "a" * 100)
    assert told(long) == (400, "Bad Request", "The query is longer than 8000 bytes.")
    around = 8190 - len(f"GET {HEAD}? HTTP/1.1")
    answers = [ask(stack.front_url, f"{HEAD}?{'a' * length}") for length in range(around - 3, around + 3)]
    assert {told(answer)[:2] for answer in answers} == {(400, "Bad Request"), (414, "URI Too Long")}
    assert told(ask(stack.front_url, HEAD, *(f"X-{number}: 1" for number in range(101)))) == (
        431,
        "Request Header Fields Too Large",
        "The headers are too long or too many.",
    )


def test_nginx_keeps_a_page_and_asks_about_it_every_time(stack: Stack) -> None:
    """The second reader gets what was kept, after the API said 304; one who has it already gets a 304, too."""
    page = "/api/v1/facts/?story=ukraine-peace-plan&page_size=7"
    first, second = (ask(stack.front_url, page) for _ in range(2))
    assert (first.body, first.headers["Cache-Control"]) == (second.body, "max-age=0, must-revalidate")
    known = ask(stack.front_url, page, f"If-None-Match: {first.headers['ETag']}")
    assert known.status == http.client.NOT_MODIFIED
    asked = [answer.headers["X-Request-ID"] for answer in (first, second, known)]
    wait_until(lambda: set(asked) <= read_log(stack).keys(), what="nginx's line for each answer")
    assert [read_log(stack)[one]["cache"] for one in asked] == ["MISS", "REVALIDATED", "REVALIDATED"]


def read_log(stack: Stack) -> dict[str, dict[str, str]]:
    """nginx's line for each request. It writes it after it has sent the answer."""
    lines = (stack.folder / "nginx.log").read_text().splitlines()
    return {line["request"]: line for line in map(json.loads, filter(is_whole, lines))}


def is_whole(line: str) -> bool:
    """Whether this is one of nginx's JSON lines, and not the beginning of one or a message of its own."""
    return line.startswith("{") and line.endswith("}")


def test_nginx_turns_away_a_reader_who_asks_too_often(stack: Stack) -> None:
    """And lets them in again when it says; its log says what was asked for, and no query."""
    answers = [ask(stack.front_url, f"{HEAD}?secret") for _ in range(400)]
    assert {answer.status for answer in answers} == {http.client.BAD_REQUEST, http.client.TOO_MANY_REQUESTS}
    refused = next(answer for answer in answers if answer.status == http.client.TOO_MANY_REQUESTS)
    assert told(refused) == (
        429,
        "Too Many Requests",
        "More than 50 requests a second came from this address. It answers again in a second.",
    )
    assert refused.headers["Access-Control-Allow-Origin"] == "*"
    time.sleep(int(refused.headers["Retry-After"]))
    assert ask(stack.front_url, HEAD).status == http.client.OK
    asked = refused.headers["X-Request-ID"]
    wait_until(lambda: asked in read_log(stack), what="nginx's line")
    assert {name: read_log(stack)[asked][name] for name in ("path", "status")} == {"path": HEAD, "status": "429"}
    assert "secret" not in (stack.folder / "nginx.log").read_text()
    time.sleep(3)  # whoever comes next may ask a hundred times at once again


def test_a_feed_names_the_address_that_it_was_asked_at(stack: Stack) -> None:
    """With its port, and never from what was kept for another host."""
    port = stack.front_url.rpartition(":")[2]
    for host in ("127.0.0.1", f"127.0.0.1:{port}", "127.0.0.1:8", f"127.0.0.1:{port}"):
        request = f"GET {FEED} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
        feed = ElementTree.fromstring(send(stack.front_url, request).body)
        (own,) = [link.get("href") for link in feed if link.get("rel") == "self"]
        assert own == f"http://{host}{FEED}"


def test_over_tls_the_same_is_served(stack: Stack) -> None:
    """With a certificate that was made when nginx was started; who does not trust it asks nothing."""
    trust = ssl.create_default_context(cafile=str(stack.certificate))
    assert ask(stack.secure_url, HEAD, trust=trust).body == ask(stack.front_url, HEAD).body
    assert f'href="{stack.secure_url}{FEED}"'.encode() in ask(stack.secure_url, FEED, trust=trust).body
    with pytest.raises(ssl.SSLCertVerificationError):
        ask(stack.secure_url, HEAD, trust=ssl.create_default_context())


COMPRESSED = {
    "/api/v1/facts/?page_size=100": "application/json",
    "/api/v1/facts/?language=en": "application/x-ndjson",
    "/api/v1/facts/?min_sources=1": "text/csv",
    FEED: "application/atom+xml",
    "/api/schema/": "application/json",
}


def test_what_is_long_is_compressed_and_its_tag_goes_on_to_hold(stack: Stack) -> None:
    """The tag becomes a weak one; both it and the strong one are known again, compressed or not."""
    sizes = {}
    for path, media_type in COMPRESSED.items():
        plain = ask(stack.front_url, path, f"Accept: {media_type}")
        packed = ask(stack.front_url, path, f"Accept: {media_type}", "Accept-Encoding: gzip")
        assert (plain.headers["Content-Encoding"], packed.headers["Content-Encoding"]) == (None, "gzip")
        assert gzip.decompress(packed.body) == plain.body
        assert {answer.headers["Content-Type"].partition(";")[0] for answer in (plain, packed)} == {media_type}
        for answer in (plain, packed):
            assert set(answer.headers.get_all("Vary")) == {"Accept", "Accept-Encoding"}
        assert packed.headers["ETag"] == f"W/{plain.headers['ETag']}"
        for known in (plain.headers["ETag"], packed.headers["ETag"]):
            for coding in ("gzip", "identity"):
                asked = (f"Accept: {media_type}", f"Accept-Encoding: {coding}", f"If-None-Match: {known}")
                again = ask(stack.front_url, path, *asked)
                assert (again.status, again.body, again.headers["Content-Encoding"]) == (304, b"", None)
        sizes[f"{path} {media_type}"] = (len(plain.body), len(packed.body))
    for what, (whole, less) in sizes.items():
        print(f"{what}: {whole} bytes, {less} compressed, {whole / less:.1f} times less")
    assert all(less * 3 < whole for whole, less in sizes.values())


@contextmanager
def half_sent(url: str, *, number: int) -> Iterator[None]:
    """So many connections to `url` on which half a request has come while the block lasts."""
    with ExitStack() as connections:
        for _ in range(number):
            connections.enter_context(connect(url)).sendall(f"GET {HEAD} HTTP/1.1\r\nHost: ".encode())
        yield


def test_requests_that_are_half_sent_stall_an_api_process_and_not_nginx(stack: Stack) -> None:
    """Two workers of gunicorn wait for two of them; nginx waits for fifty in their place."""
    process = stack.api_url("api1")
    with half_sent(process, number=2), connect(process) as third:
        third.sendall(line(HEAD).encode())
        third.settimeout(3)
        with pytest.raises(TimeoutError):
            third.recv(1)
    wait_until(lambda: status_of(f"{process}{HEAD}") == http.client.OK, what="api1 again")
    with half_sent(stack.front_url, number=50):
        assert [ask(stack.front_url, HEAD).status for _ in range(20)] == [http.client.OK] * 20
