"""seed text → article → evidence → claim → decision → publication (fact, story version) → API."""
