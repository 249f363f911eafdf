"""What an editor wrote down about the seed articles: read once for all the tests that hold the desk to it."""

from pathlib import Path
from typing import Any

import yaml

SEEDS = Path(__file__).resolve().parent.parent / "seeds"


def read(name: str) -> dict[str, Any]:
    """The YAML file `name` among the seeds."""
    content: dict[str, Any] = yaml.load((SEEDS / name).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return content


READING = read("reading.yaml")
STEPS = read("decisions.yaml")["steps"]
