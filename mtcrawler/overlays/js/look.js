// One look at a page: what it declares about who may read it, what can be seen of it, and what stands over it.
const statusOf = () =>
  /** @type {PerformanceNavigationTiming | undefined} */ (performance.getEntriesByType("navigation")[0])?.responseStatus || 0;

const LONG_SCRIPT = 60000;
/**
 * A script that holds a whole article is sent without the text of it: of long values only the beginning.
 * @param {string} text
 */
const shortened = (text) => {
  if (text.length <= LONG_SCRIPT) return text;
  try {
    return JSON.stringify(JSON.parse(text), (_key, value) => (typeof value === "string" ? value.slice(0, 1000) : value));
  } catch {
    return text;
  }
};

/**
 * Which scripts and meta tags declare something is for mtcrawler/access/evidence.py to say, which reads them. What is
 * longer than `longest` characters all together is counted and not sent.
 * @param {Declaring} declaring
 */
const declarations = ({ json_ld, longest }) => {
  const declares = new RegExp(json_ld);
  /** @type {string[]} */
  const found = [];
  let room = longest;
  let unread = 0;
  for (const script of doc.querySelectorAll('script[type^="application/ld+json" i]')) {
    if (!declares.test(script.textContent)) continue;
    const text = shortened(script.textContent);
    if (text.length > room) unread += 1;
    else {
      room -= text.length;
      found.push(text);
    }
  }
  return { found, unread };
};

/** @param {Declaring} declaring */
const metas = (declaring) => {
  const names = new RegExp(declaring.metas);
  const found = /** @type {Record<string, string>} */ ({});
  const all = /** @type {NodeListOf<HTMLMetaElement>} */ (doc.querySelectorAll("meta[property],meta[name],meta[itemprop]"));
  for (const meta of all) {
    const given = meta.getAttribute("name") || meta.getAttribute("property") || meta.getAttribute("itemprop") || "";
    const name = given.trim().toLowerCase();
    const content = (meta.content || "").trim().slice(0, 200);
    if (content && names.test(name)) found[name] ??= content;
  }
  return found;
};

/**
 * A publisher's selector may be no selector at all.
 * @param {string} text
 */
const isSelector = (text) => {
  try {
    doc.createDocumentFragment().querySelector(text);
    return true;
  } catch {
    return false;
  }
};

const SELECTOR = /"cssSelector"\s*:\s*(?:"((?:[^"\\]|\\.)*)"|\[([^\]]*)\])/g;
/**
 * Every selector that these scripts name, whatever for.
 * @param {string[]} scripts
 */
const selectorsIn = (scripts) => {
  const found = /** @type {Set<string>} */ (new Set());
  for (const text of scripts) {
    for (const [, one, many] of text.matchAll(SELECTOR)) {
      for (const quoted of many ? many.match(/"((?:[^"\\]|\\.)*)"/g) || [] : [`"${one}"`]) {
        try {
          found.add(JSON.parse(quoted));
        } catch {
          continue; // no JSON, and so none that Python would read
        }
      }
    }
  }
  return [...found].filter(isSelector);
};

// Everything one look needs, in one call: what the page declares and what stands over it.
mt.look = ({ rules, vendors, most, declaring }) => {
  const size = doc.getElementsByTagName("*").length;
  if (size > most) return { too_large: size };
  const { found: json_ld, unread } = declarations(declaring);
  const seen = mt.facts({ vendors, selectors: selectorsIn(json_ld) });
  const facts = { ...seen, status: statusOf(), json_ld, unread, metas: metas(declaring) };
  return { facts, scan: mt.scan({ rules, brief: true }) };
};

// The names of what is in the page but kept from the reader: passages that cannot be seen, the gates themselves, and,
// where a wall stops all scrolling, what lies below the view. What a reader sees is never among them. Nothing is marked.
mt.withheld = ({ passages, gates, fold }) => {
  const names = new Set([...passages, ...gates]);
  if (fold) {
    for (const { element } of mt.story().passages) if (element.getBoundingClientRect().top >= innerHeight) names.add(mt.name(element));
  }
  return [...names];
};

const PATIENCE = 100;
/**
 * What a page's own function says when it is called back; null where it never does.
 * @param {string} name
 * @param {unknown[]} asked
 */
const answered = (name, asked) =>
  new Promise((resolve) => {
    const api = /** @type {unknown} */ (window[name]);
    if (typeof api !== "function") return resolve(null);
    later(() => resolve(null), PATIENCE);
    const [command, ...more] = asked;
    const heard = (/** @type {unknown} */ data, /** @type {unknown} */ success) => resolve(success ? data : null);
    try {
      return name === "__tcfapi" ? api(command, 2, heard, ...more) : api(command, heard, ...more);
    } catch {
      return resolve(null); // it is the page's, and may be anything
    }
  });

/** @param {any} given */
const countOf = (given) => {
  const values = Object.values(given || {}).filter((value) => typeof value === "boolean");
  return { asked: values.length, given: values.filter(Boolean).length };
};

// What a consent tool says of the outcome, by the interfaces that the trade has agreed on: TCF for Europe, GPP for the
// states of the USA. Sections of GPP say 1 for an opt-out, 2 for none.
mt.outcome = async () => {
  const asked = [answered("__tcfapi", ["addEventListener"]), answered("__gpp", ["ping"])];
  const [tcf, gpp] = /** @type {any[]} */ (await Promise.all(asked));
  if (tcf?.listenerId !== undefined) answered("__tcfapi", ["removeEventListener", tcf.listenerId]);
  const sections = Object.values(gpp?.parsedSections || {}).flat();
  const sale = sections.map((/** @type {any} */ section) => section?.SaleOptOut ?? section?.TargetedAdvertisingOptOut);
  return {
    tcf: tcf && { status: String(tcf.eventStatus || ""), purposes: countOf(tcf.purpose?.consents), vendors: countOf(tcf.vendor?.consents) },
    gpp: gpp && { status: String(gpp.signalStatus || ""), out: sale.filter((value) => value === 1).length, in: sale.filter((value) => value === 2).length },
  };
};

// What is done at once is done with the browser's own functions, whatever the page's scripts have made of them.
const AT_ONCE = /** @type {const} */ ([
  "aim", "arm", "describe", "find", "finish", "gone", "hush", "inside", "locked", "look", "measure", "node", "nodes", "scan", "shown", "story", "undo", "unlock", "veil", "withheld",
]);
for (let index = 0; index < AT_ONCE.length; index += 1) {
  const act = /** @type {any} */ (mt[AT_ONCE[index]]);
  /** @type {any} */ (mt)[AT_ONCE[index]] = (/** @type {any} */ one, /** @type {any} */ other) => mt.purely(() => act(one, other));
}
