"""The load client, a process of its own: reads one job as JSON from standard input, prints what came of it.

{"port", "asks": [[path, headers], …], "count", "connections", "status"} → {"seconds", "bytes", "median_ms"}
"""

import http.client
import json
import statistics
import sys
import threading
import time
from typing import Any

HOST = "127.0.0.1"
PIECE = 1 << 16


def ask_on(job: dict[str, Any], begin: int, times: list[float], sizes: list[int], faults: list[str]) -> None:
    """Ask every `connections`-th question from `begin` on, over a connection that stays open while it can."""
    connection = http.client.HTTPConnection(HOST, job["port"], timeout=120)
    asks = job["asks"]
    for number in range(begin, job["count"], job["connections"]):
        path, headers = asks[number % len(asks)]
        start = time.perf_counter()
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        size = 0
        while piece := response.read(PIECE):
            size += len(piece)
        times.append(time.perf_counter() - start)
        sizes.append(size)
        if response.status != job["status"]:
            faults.append(f"{path}: {response.status}")
            return


def main() -> int:
    """Do the job; exit 1 with a line on standard error when an answer is not the expected one."""
    job = json.load(sys.stdin)
    times: list[float] = []
    sizes: list[int] = []
    faults: list[str] = []
    threads = [
        threading.Thread(target=ask_on, args=(job, begin, times, sizes, faults)) for begin in range(job["connections"])
    ]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - start
    if faults or len(times) != job["count"]:
        print(faults[0] if faults else "A connection broke.", file=sys.stderr)
        return 1
    print(json.dumps({"seconds": seconds, "bytes": sum(sizes), "median_ms": statistics.median(times) * 1000}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
