"""What must be there after whatever befell eight editors."""

from ops.cluster import Cluster
from ops.stack import Stack


def assert_nothing_lost(
    stack: Stack, fault: str, tried: set[str], acknowledged: set[str], *, database: Cluster | None = None
) -> None:
    """Every acknowledged decision is there once, none is there that nobody tried, and both chains verify."""
    cluster = database or stack.primary
    rows = cluster.execute(
        f"SELECT rationale FROM stories_decision WHERE rationale LIKE 'editor-_, {fault}, %'", database="desk"
    )
    recorded = [row[0] for row in rows]
    print(f"tried {len(tried)}, acknowledged {len(acknowledged)}, recorded {len(recorded)}")
    assert len(recorded) == len(set(recorded))
    assert acknowledged - set(recorded) == set()
    assert set(recorded) - tried == set()
    stack.manage("verify_ledger", database=cluster)
    stack.manage("check_desk", database=cluster)
