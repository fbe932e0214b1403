"""Looks at pages of reports in a browser; see Scripts/judge-pages."""

import argparse
import json
import os
import pathlib

from browser import Browser, Tab

CONTRAST = """(() => {
  const channel = (v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const parts = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const ground = (node) => {
    for (; node && node !== document; node = node.parentElement) {
      const color = parts(getComputedStyle(node).backgroundColor);
      if (color.length === 3 || color[3] > 0) return color;
    }
    return [255, 255, 255];
  };
  const faults = new Set(), walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || node.closest("script,style,option") || node.disabled) continue;
    if (node.getClientRects().length === 0 || node.classList.contains("skip")) continue;
    const style = getComputedStyle(node), inSVG = node.namespaceURI.endsWith("svg");
    const ink = light(parts(inSVG ? style.fill : style.color));
    let paper = light(ground(node));
    if (inSVG && node.classList.contains("inside")) {
      const box = node.getBoundingClientRect(), x = box.left + 2, y = box.top + box.height / 2;
      const bar = [...node.closest("svg").querySelectorAll("rect,path")].filter((shape) => {
        const place = shape.getBoundingClientRect();
        return place.left <= x && x <= place.right && place.top <= y && y <= place.bottom;
      }).pop();
      if (bar) paper = light(parts(getComputedStyle(bar).fill));
    }
    const ratio = (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
    if (ratio < 4.5) faults.add(node.tagName + "." + node.className + " " + ratio.toFixed(2));
  }
  return [...faults];
})()"""

OUTLINE = """(() => {
  const faults = [], levels = [...document.querySelectorAll("h1,h2,h3,h4")].map((h) => Number(h.tagName[1]));
  if (levels.filter((level) => level === 1).length !== 1 || levels[0] !== 1) faults.push("not one first heading");
  levels.forEach((level, i) => { if (i > 0 && level > levels[i - 1] + 1) faults.push("a level is left out"); });
  for (const drawing of document.querySelectorAll("svg")) {
    if (drawing.getAttribute("aria-hidden") === "true") continue;
    const named = drawing.getAttribute("aria-label") || drawing.getAttribute("aria-labelledby")
      || drawing.querySelector("title");
    if (drawing.getAttribute("role") !== "img" || !named) faults.push("a drawing without a name");
  }
  for (const field of document.querySelectorAll("input,select")) {
    if (field.labels.length === 0 && !field.getAttribute("aria-label")) faults.push("a field without a label");
  }
  const ids = [...document.querySelectorAll("[id]")].map((node) => node.id);
  if (new Set(ids).size !== ids.length) faults.push("an id twice");
  for (const link of document.querySelectorAll("a[href^='#']")) {
    if (!document.getElementById(link.hash.slice(1))) faults.push("a link that leads nowhere: " + link.hash);
  }
  if (!document.documentElement.lang) faults.push("no language");
  return faults;
})()"""

LOOKS = {"light": {}, "dark": {"dark": True}, "phone": {"width": 360, "height": 740},
         "dark-phone": {"width": 320, "height": 640, "dark": True}, "plain": {"scripts": False},
         "paper": {"print_media": True}}


def keys(tab: Tab) -> list[str]:
    """What goes wrong where nothing but keys is used."""
    faults, reached = [], []
    wanted = tab.value("[...document.querySelectorAll('a[href],button:not(:disabled),input,select,[tabindex=\"0\"]')]"
                       ".filter((node) => node.getClientRects().length > 0).length")
    for _ in range(wanted + 5):
        tab.press("Tab")
        reached.append(tab.value("(() => { const node = document.activeElement; if (node === document.body) return '';"
                                 "node.dataset.reached = '1'; const style = getComputedStyle(node);"
                                 "return (style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2)"
                                 "&& !node.classList.contains('skip') ? 'no outline: ' + node.outerHTML.slice(0, 80)"
                                 ": 'ok'; })()"))
        if reached[-1] == "" and len(reached) > 1:
            break
    faults += [what for what in reached if what.startswith("no outline")]
    count = tab.value("document.querySelectorAll('[data-reached]').length")
    if count < wanted:
        faults.append(f"keys reach {count} of {wanted} controls")
    if not tab.value("!!document.getElementById('token-search')"):
        return faults
    says = "document.getElementById('token-says').textContent"
    data = json.loads(tab.value("document.getElementById('token-data').textContent"))
    texts = data["texts"].split("\n")
    word = next((text for text in texts[len(texts) // 2:] if text.isalpha() and len(text) > 3), texts[-1])
    tab.value("document.getElementById('token-search').focus()")
    tab.write(word)
    tab.value("new Promise((done) => setTimeout(done, 400))")
    found = sum(word.lower() in text.lower() for text in texts)
    if f"of {found:,}" not in tab.value(says):
        faults.append(f"a search for {word!r} says {tab.value(says)!r}, and {found} tokens have it")
    tab.value("(() => { const field = document.getElementById('token-search'); field.value = '';"
              "field.dispatchEvent(new Event('input')); document.getElementById('token-next').focus(); })()")
    tab.value("new Promise((done) => setTimeout(done, 400))")
    if len(texts) > 50:
        tab.value("document.getElementById('token-next').focus()")
        tab.press("Enter")
        if not tab.value(says).startswith("51 to "):
            faults.append(f"the next tokens are not shown: {tab.value(says)}")
    if tab.value("!!document.getElementById('map-next')"):
        tab.value("document.getElementById('map-next').focus()")
        before = tab.value("document.getElementById('map-says').textContent")
        tab.press("Enter")
        if tab.value("document.getElementById('map-says').textContent") == before:
            faults.append("the next row of the map is not named")
    return faults


def judge(browser: Browser, page: pathlib.Path, pictures: pathlib.Path | None) -> list[str]:
    """What is wrong with a page, each with the look in which it is."""
    faults = []
    for name, looks in LOOKS.items():
        tab = browser.open(page, **looks)
        found = [f"console: {line}" for line in tab.said]
        if looks.get("scripts", True):
            width = tab.value("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
            if width[0] > width[1]:
                found.append(f"{width[0]} wide in a window of {width[1]}")
            found += tab.value(OUTLINE)
            if not looks.get("print_media"):
                found += [f"contrast: {fault}" for fault in tab.value(CONTRAST)]
        if pictures:
            tab.picture(pictures / f"{page.stem}-{name}.png")
        if name == "light":
            found += keys(tab)
            found += [f"console: {line}" for line in tab.said if f"console: {line}" not in found]
        faults += [f"{name}: {fault}" for fault in found]
        tab.close()
    return faults


def main() -> None:
    arguments = argparse.ArgumentParser(prog="judge-pages", description="Looks at pages of reports in Chromium.")
    arguments.add_argument("pages", nargs="+", type=pathlib.Path)
    arguments.add_argument("--pictures", type=pathlib.Path, help="keep a picture of every look in this folder")
    chosen = arguments.parse_args()
    if chosen.pictures:
        chosen.pictures.mkdir(parents=True, exist_ok=True)
    bad = 0
    with Browser() as browser:
        for page in chosen.pages:
            faults = judge(browser, page, chosen.pictures)
            for fault in faults:
                print(f"{page}: {fault}")
            bad += bool(faults)
            print(f"{page}: {len(faults)} faults in {len(LOOKS)} looks")
    raise SystemExit(1 if bad else 0)


if __name__ == "__main__":
    os.environ.setdefault("LC_ALL", "C.UTF-8")
    main()
