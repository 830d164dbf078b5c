// Keys, and nothing else: every page works without this file.
"use strict";

{
  /** What j and k go through: results, entries of a live blog, rows of a table. */
  const rows = [...document.querySelectorAll("[data-row]")];
  let place = -1;

  /** @param {number} step */
  function go(step) {
    if (rows.length === 0) return;
    if (place >= 0) rows[place].classList.remove("at");
    place = Math.min(Math.max(place + step, 0), rows.length - 1);
    const row = rows[place];
    row.classList.add("at");
    row.scrollIntoView({ block: "nearest" });
    const link = row.querySelector(":is(h2, h3, th) a") ?? row.querySelector("a");
    if (link instanceof HTMLElement) link.focus({ preventScroll: true });
  }

  /** @param {string} selector */
  function follow(selector) {
    const link = document.querySelector(selector);
    if (link instanceof HTMLAnchorElement) link.click();
  }

  /** @type {Record<string, () => void>} */
  const keys = {
    "/": () => document.getElementById("q")?.focus(),
    j: () => go(1),
    k: () => go(-1),
    n: () => follow('a[rel="next"]'),
    p: () => follow('a[rel="prev"]'),
    g: () => follow("a.brand"),
  };

  document.addEventListener("keydown", (event) => {
    const typing = event.target instanceof Element && event.target.closest("input, select, textarea");
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (typing) {
      if (event.key === "Escape" && event.target instanceof HTMLElement) event.target.blur();
      return;
    }
    if (Object.hasOwn(keys, event.key)) {
      event.preventDefault();
      keys[event.key]();
    }
  });
}
