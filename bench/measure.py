"""One measurement: so many requests to one server, and what they cost it."""

import json
import subprocess
import sys
from dataclasses import dataclass, field

from bench.servers import ROOT, Server

CONNECTIONS = 2
SECONDS = 0.7
"""About how long one measurement takes, as far as `MOST` allows."""
MOST = 2_000

Asks = list[tuple[str, dict[str, str]]]


@dataclass(frozen=True)
class Cost:
    """What one measurement found."""

    cpu_ms: float
    """CPU time of the server for one request."""
    per_second: float
    """Requests per second, with whatever else the machine was doing."""
    median_ms: float
    """Of the time from question to whole answer."""
    bytes: float
    """Of one answer's body."""


@dataclass
class Subject:
    """Who is measured in a row: a server, and what it is asked."""

    server: Server
    asks: Asks
    count: int = 0
    costs: list[Cost] = field(default_factory=list)

    def measure(self) -> None:
        """Take one measurement; the first time a small one before it, to warm up and to see how many fit."""
        if not self.count:
            trial = self.run(8)
            self.count = max(2, min(MOST, int(SECONDS * trial.per_second)))
        self.costs.append(self.run(self.count))

    def run(self, count: int) -> Cost:
        """Ask `count` times; RuntimeError when an answer is not the expected one."""
        job = {
            "port": self.server.port,
            "asks": self.asks,
            "count": count,
            "connections": min(CONNECTIONS, count),
            "status": 304 if "If-None-Match" in self.asks[0][1] else 200,
        }
        before = self.server.cpu_seconds()
        done = subprocess.run(
            [sys.executable, "-m", "bench.client"], input=json.dumps(job).encode(), capture_output=True, cwd=ROOT
        )
        cpu = self.server.cpu_seconds() - before
        if done.returncode:
            raise RuntimeError(f"{self.server.name}: {done.stderr.decode().strip()}")
        found = json.loads(done.stdout)
        return Cost(cpu / count * 1000, count / found["seconds"], found["median_ms"], found["bytes"] / count)
