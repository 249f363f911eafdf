// A selection in the article's text fills the form: offsets in code points of the text as received.
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
