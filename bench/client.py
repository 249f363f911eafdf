"""The load client, a process of its own: reads one job as JSON from standard input, prints what came of it.

{"port", "asks": [[path, headers], …], "count", "connections", "status"} → {"seconds", "bytes", "median_ms"}
"""

import http.client
import json
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import chain
from typing import Any

HOST = "127.0.0.1"
PIECE = 1 << 16


def ask_on(job: dict[str, Any], begin: int) -> list[tuple[float, int]]:
    """Ask every `connections`-th question from `begin` on, over a connection that stays open while it can.

    Returns the seconds and the bytes of each answer; `HTTPException` when one is not the expected one.
    """
    connection = http.client.HTTPConnection(HOST, job["port"], timeout=120)
    found = []
    for number in range(begin, job["count"], job["connections"]):
        path, headers = job["asks"][number % len(job["asks"])]
        start = time.perf_counter()
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        size = 0
        while piece := response.read(PIECE):
            size += len(piece)
        found.append((time.perf_counter() - start, size))
        if response.status != job["status"]:
            raise http.client.HTTPException(f"{path}: {response.status}")
    return found


def main() -> None:
    """Do the job; exit 1 with a line on standard error when an answer is not the expected one."""
    job = json.load(sys.stdin)
    start = time.perf_counter()
    try:
        with ThreadPoolExecutor(job["connections"]) as threads:
            answers = list(chain(*threads.map(partial(ask_on, job), range(job["connections"]))))
    except (OSError, http.client.HTTPException) as error:
        sys.exit(str(error) or "A connection broke.")
    seconds = time.perf_counter() - start
    times, sizes = zip(*answers, strict=True)
    print(json.dumps({"seconds": seconds, "bytes": sum(sizes), "median_ms": statistics.median(times) * 1000}))


if __name__ == "__main__":
    main()
