"""Asking axe about a page: which rules of WCAG 2.2, levels A and AA, it breaks."""

from __future__ import annotations

import os
import random
from collections import Counter
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import Page

WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
Scheme = Literal["light", "dark"]
Look = tuple[Scheme, int]

LOOKS: tuple[Look, ...] = (("light", 1280), ("light", 390), ("dark", 390), ("dark", 1280))
"""Every combination of colours and width."""

PAIRS = (LOOKS[::2], LOOKS[1::2])
"""Two looks that differ in both; where the longest proofs are sampled (conftest.py), a page is seen in one pair."""
SEED = os.environ.get("PROOF_SEED", "")

HAS_ITS_LOOK = """([scheme, width]) => document.readyState === "complete" && innerWidth === width
  && matchMedia(`(prefers-color-scheme: ${scheme})`).matches && document.fonts.status === "loaded" """
IS_STILL = """() => document.getAnimations().every(one => one.playState !== "running")"""
"""Half-way from light to dark a colour is neither."""
NEXT_FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
"""With these a page starts what a new look makes it start."""


def show(page: Page, scheme: Scheme, width: int) -> None:
    """Give the page another look, and wait until it has it: a page hears of it after the browser was told."""
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    page.wait_for_function(HAS_ITS_LOOK, arg=[scheme, width])
    page.evaluate(NEXT_FRAMES)
    page.wait_for_function(IS_STILL)


def load_axe(page: Page) -> None:
    """Bring axe into the page, past its Content-Security-Policy."""
    from axe_playwright_python.base import AXE_SCRIPT

    page.evaluate(AXE_SCRIPT)


def ask_axe(page: Page) -> list[dict[str, Any]]:
    """The violations on the page as it stands."""
    options = {"runOnly": {"type": "tag", "values": list(WCAG)}, "resultTypes": ["violations"], "preload": False}
    result: dict[str, Any] = page.evaluate("options => axe.run(options)", options)
    violations: list[dict[str, Any]] = result["violations"]
    return violations


WIDER = """() => [...document.querySelectorAll("*")].filter(one =>
  one.clientWidth && one.scrollWidth > one.clientWidth && !one.matches("input, select, textarea")
  && (one === document.documentElement || ["auto", "scroll"].includes(getComputedStyle(one).overflowX))).length > 0"""


def scrolls_sideways(page: Page) -> bool:
    """Whether the page, or a part of it, is wider than its window."""
    return bool(page.evaluate(WIDER))


def looks_of(page: Page) -> tuple[Look, ...]:
    """In which looks the page is seen."""
    return random.Random(f"{SEED} {urlsplit(page.url).path}").choice(PAIRS) if SEED else LOOKS


def faults_of(page: Page, looks: tuple[Look, ...]) -> dict[Look, list[str]]:
    """What is wrong with the page in each of `looks`: rule and element."""
    load_axe(page)
    found = {}
    for scheme, width in looks:
        show(page, scheme, width)
        found[scheme, width] = [
            f"{violation['id']}: {' '.join(map(str, node['target']))}"
            for violation in ask_axe(page)
            for node in violation["nodes"]
        ] + ["wider than the window"] * (width == 390 and scrolls_sideways(page))
    return found


def assert_breaks_no_rule(page: Page) -> None:
    """Nothing is wrong with the page, however it is looked at."""
    looks = looks_of(page)
    assert faults_of(page, looks) == {look: [] for look in looks}


def count_rules(faults: dict[Look, list[str]]) -> dict[Look, dict[str, int]]:
    """How often each rule is broken in each look."""
    return {look: dict(Counter(fault.split(":")[0] for fault in found)) for look, found in faults.items()}
