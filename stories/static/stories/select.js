// A selection in the article's text fills the form: offsets in code points of the text as received. It is made with
// the mouse, or with the arrow keys once the text has the focus: words and sentences, and more of them with Shift.
"use strict";

const text = document.getElementById("article-text");
const form = document.getElementById("passage");

function findOffset(node, offset) {
  const element = node.nodeType === Node.TEXT_NODE ? node.parentElement : node.childNodes[offset]?.parentElement ?? node;
  const stretch = element.closest("[data-start]");
  if (!stretch || node.nodeType !== Node.TEXT_NODE) {
    return null;
  }
  // The end of a stretch is taken as written: a line break of two characters is one here.
  if (offset === node.data.length) {
    return Number(stretch.dataset.end);
  }
  return Number(stretch.dataset.start) + [...node.data.slice(0, offset)].length;
}

function takeSelection() {
  const selection = document.getSelection();
  if (!selection || selection.isCollapsed || selection.rangeCount === 0) {
    return;
  }
  const range = selection.getRangeAt(0);
  if (!text.contains(range.commonAncestorContainer)) {
    return;
  }
  const start = findOffset(range.startContainer, range.startOffset);
  const end = findOffset(range.endContainer, range.endOffset);
  if (start === null || end === null || start >= end) {
    return;
  }
  form.elements.start.value = start;
  form.elements.end.value = end;
  form.elements.quote.value = selection.toString();
}

if (text && form && form.elements.end) {
  document.addEventListener("selectionchange", takeSelection);
  // Words typed by hand are looked up: the offsets of an earlier selection no longer hold.
  form.elements.quote.addEventListener("input", () => {
    form.elements.start.value = "";
    form.elements.end.value = "";
  });
}

// ---- Choosing words by keys: `base` is what was chosen first, `head` what the choice reaches to -----------------

const chosen = document.getElementById("chosen");
const KEYS = {
  ArrowRight: ["word", true],
  ArrowLeft: ["word", false],
  ArrowDown: ["sentence", true],
  ArrowUp: ["sentence", false],
};
const units = {};
let base = null;
let head = null;

function unitsOf(granularity) {
  if (!units[granularity]) {
    const segments = [...new Intl.Segmenter(text.lang || undefined, { granularity }).segment(text.textContent)];
    units[granularity] = segments
      .filter((one) => (granularity === "word" ? one.isWordLike : one.segment.trim()))
      .map((one) => {
        const start = one.index + one.segment.length - one.segment.trimStart().length;
        return { start, end: start + one.segment.trim().length };
      });
  }
  return units[granularity];
}

// Where a place among the letters of the text is in the page; at a border, where the letter before or after it stands.
function findPlace(offset, isEnd) {
  const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
  let before = 0;
  while (walker.nextNode()) {
    const length = walker.currentNode.data.length;
    if (offset < before + length || (isEnd && offset === before + length)) {
      return [walker.currentNode, offset - before];
    }
    before += length;
  }
  return [text, text.childNodes.length];
}

// What was selected otherwise meanwhile, with the mouse say, is where the keys go on.
function readSelection() {
  const selection = document.getSelection();
  if (!selection.rangeCount || !text.contains(selection.getRangeAt(0).commonAncestorContainer)) {
    return;
  }
  const before = document.createRange();
  before.setStart(text, 0);
  before.setEnd(selection.getRangeAt(0).startContainer, selection.getRangeAt(0).startOffset);
  const start = before.toString().length;
  const end = start + selection.toString().length;
  if (!base || start !== Math.min(base.start, head.start) || end !== Math.max(base.end, head.end)) {
    base = head = { start, end };
  }
}

function choose(granularity, isForward, isMore) {
  const all = unitsOf(granularity);
  readSelection();
  const from = isMore && base ? head : base && { start: Math.min(base.start, head.start), end: Math.max(base.end, head.end) };
  const next = !from ? all[0] : isForward ? all.find((one) => one.end > from.end) : all.findLast((one) => one.start < from.start);
  if (!next) {
    return;
  }
  base = isMore && base ? base : next;
  head = next;
  const range = document.createRange();
  range.setStart(...findPlace(Math.min(base.start, head.start), false));
  range.setEnd(...findPlace(Math.max(base.end, head.end), true));
  document.getSelection().removeAllRanges();
  document.getSelection().addRange(range);
  chosen.textContent = `Chosen: ${range.toString()}`;
  const box = range.getBoundingClientRect();
  const edge = isForward ? box.bottom : box.top;
  if (edge < 0 || edge > window.innerHeight) {
    window.scrollBy(0, edge - window.innerHeight / 2);
  }
}

if (text && form && form.elements.end && chosen) {
  text.addEventListener("keydown", (event) => {
    if (event.target !== text || event.ctrlKey || event.altKey || event.metaKey) {
      return;
    }
    if (event.key in KEYS) {
      event.preventDefault();
      choose(...KEYS[event.key], event.shiftKey);
    } else if (event.key === "Enter") {
      event.preventDefault();
      form.elements.claim.focus();
      form.elements.claim.scrollIntoView({ block: "nearest" });
    }
  });
}
