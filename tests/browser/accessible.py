"""Asking axe about a page: which rules of WCAG 2.2, levels A and AA, it breaks."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from playwright.sync_api import Page

WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
Scheme = Literal["light", "dark"]
Look = tuple[Scheme, int]

LOOKS: tuple[Look, ...] = (("light", 1280), ("light", 390), ("dark", 390), ("dark", 1280))
"""Every combination of colours and width."""

WHEN_STILL = """async ([scheme, width]) => {
  const frame = () => new Promise(requestAnimationFrame);
  // A page hears of its look some time after the browser was told; what it then starts, it starts with the next frame.
  while (document.readyState !== "complete" || innerWidth !== width
         || !matchMedia(`(prefers-color-scheme: ${scheme})`).matches) await frame();
  await document.fonts.ready;
  await frame();
  await frame();
  // Half-way from light to dark a colour is neither.
  for (let left; (left = document.getAnimations()).length;) {
    await Promise.allSettled(left.map(one => one.finished));
    await frame();
  }
}"""


def show(page: Page, scheme: Scheme, width: int) -> None:
    """Give the page another look, and wait until it has it."""
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate(WHEN_STILL, [scheme, width])


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


def faults_of(page: Page) -> dict[Look, list[str]]:
    """What is wrong with the page in each look: rule and element."""
    load_axe(page)
    found = {}
    for scheme, width in LOOKS:
        show(page, scheme, width)
        found[scheme, width] = [
            f"{violation['id']}: {' '.join(map(str, node['target']))}"
            for violation in ask_axe(page)
            for node in violation["nodes"]
        ] + ["wider than the window"] * (width == 390 and scrolls_sideways(page))
    return found


def count_rules(faults: dict[Look, list[str]]) -> dict[Look, dict[str, int]]:
    """How often each rule is broken in each look."""
    return {look: dict(Counter(fault.split(":")[0] for fault in found)) for look, found in faults.items()}
