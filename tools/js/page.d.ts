// What the scripts in mtcrawler/overlays/js share: they are put together into one function (script.py), in which `mt` is
// the object that Python calls.

/** The number under which Python knows an element (see `mt.name`). */
type ElementName = number;

/** Left, top, width and height in pixels. */
type Rect = number[];

/** An element that has been in the page is one of HTML, SVG or MathML; what only some of them have is optional. */
interface Element extends ElementCSSInlineStyle {
  readonly innerText?: string;
  readonly disabled?: boolean;
  readonly checked?: boolean;
  inert?: boolean;
  click?(): void;
}

interface Window {
  jQuery?: { fx?: { off: boolean } };
  autoconsentSendMessage?: (this: Autoconsent | undefined, message: AutoconsentMessage) => void;
  autoconsentReceiveMessage?: (message: object) => void;
  [name: string]: unknown;
}

interface Autoconsent {
  updateState?: unknown;
  domActions?: object;
}

interface AutoconsentMessage {
  type: string;
  id: string;
  code: string;
  cmp: string;
  result: boolean;
  state: { lifecycle: string };
}

/** Where the article is. `kept` is it and everything around it: never acted on. */
interface Story {
  body: Element | null;
  region: Element | null;
  title: Element | null;
  kept: Set<Element>;
  /** The layer that the article itself is shown in. */
  layer: Element | null;
  /** What stands in the region and is of the story, in page order. */
  passages: Passage[];
  /** All text of the page, in page order. */
  around: Passage[];
  beside(element: Element | null): Place;
}

/** An element that holds text directly, and that text: `size` in characters, `prose` what is not in links. */
interface Passage {
  element: Element;
  size: number;
  prose: number;
  texts: Text[];
  words?: number;
  seen?: boolean;
}

type State = "visible" | "awaited" | "blurred" | "clipped" | "hidden";

/** Where a box stands to the story, in words (mtcrawler/access/evidence.py: Place). */
interface Standing {
  before: number;
  after: number;
  between: number;
  inside: number;
  trails: boolean;
  beside: boolean;
}

/** Whether a text stands beside the story, as remarks on it do, and the layer it is in. */
interface Place {
  beside: boolean;
  /** One of those that are no part of an article even inside of it: a menu, comments. */
  remark: boolean;
  layer: Element | null;
}

/** The rules by which the story is found: those of mtcrawler/markup/story.py. */
interface Locating {
  phrasing: string[];
  dull: string[];
  beside: string;
  remarks: string;
  regions: string;
  gapless: string;
  headlines: number;
  prose: number;
  long: number;
  share: number;
  mass: number;
  side: number;
  other: number;
  depth: number;
  decay: number;
}

interface Effects {
  blurred: boolean;
  masked: boolean;
  /** Where boxes cut their text short: their lower edges, in pixels. */
  cuts: number[];
}

/** Something that stands over the page, and how it was found. */
interface Found {
  root: Element;
  how: string;
  /** Points of the view, and of the story, that it covers. */
  hits: number;
  story: number;
  instead?: boolean;
  dialog?: boolean;
  sign?: boolean;
  rule?: number;
}

/** What stands over the page around an element, the outermost of each sort. */
interface Around {
  over: Element | null;
  sticky: Element | null;
  floating: Element | null;
  last: Element | null;
}

/** What was set aside of a page's own, to be put back. */
interface Changed {
  owner: object;
  name: PropertyKey;
  before: PropertyDescriptor | undefined;
}

interface Vendor {
  name: string;
  globals?: string[];
  scripts?: string[];
  elements?: string[];
}

/** Patterns of what declares something about access, and how many characters of it may be sent. */
interface Declaring {
  json_ld: string;
  metas: string;
  longest: number;
}

interface Waiting {
  /** Milliseconds without any movement after which nothing more is expected, and milliseconds at most. */
  still?: number;
  most?: number;
  opens?: boolean;
  /** Milliseconds after the press, without any movement, after which nothing more is expected, where that is later. */
  by?: number;
  /** What has moved since the last wait counts as moved in this one. */
  further?: boolean;
}

/** Whether the layer has moved, and whether anything else on the page has. */
interface Moved {
  moved: boolean;
  elsewhere: boolean;
}

interface Settled extends Moved {
  gone: boolean;
  ms: number;
}

interface Ending {
  roots: ElementName[];
  unlock: boolean;
  whole: number;
}

/** A change that can be taken back: what does so, or a node, a property, its value and priority before. */
type Change = (() => void) | [Element, string, string, string];

type Rules = (string | null)[];

interface Page {
  // native.js
  /** Do this with the browser's own functions, whatever the page's scripts have made of them. */
  purely<Answer>(act: () => Answer): Answer;
  now(): number;
  /** Whether a form is hidden behind its fields' names. */
  usurped(node: Node): boolean;
  parent(node: Node): Node | null;
  held(form: Node): HTMLCollection;
  // guard.js
  guarded: boolean;
  /** The only thing that a real mouse may press at the moment. */
  aimed: Element | null;
  hushed: Record<"wheel" | "scroll" | "jump", boolean>;
  hosts: Set<WeakRef<Element>>;
  leaves(anchor: HTMLAnchorElement | HTMLAreaElement): boolean;
  // deep.js
  up(node: Element): Element | null;
  within(node: Element, ancestor: Element | null): boolean;
  at(x: number, y: number): Element | null;
  visible(node: Element): boolean;
  shown(node: Element): boolean;
  folded(node: Element): boolean;
  boxed(node: Element): boolean;
  children(node: Element): ArrayLike<Element> & Iterable<Element>;
  walk(root: Element, visit: (node: Element) => boolean | void, limit?: number): void;
  all(selector: string): Element[];
  text(root: Element, limit?: number): string;
  name(node: Element): ElementName;
  node(name: ElementName | null): Element | null;
  /** Those of the elements that are still there. */
  nodes(some: ElementName[]): Element[];
  rect(node: Element): Rect;
  extent(root: Element): DOMRect;
  pause(ms: number): Promise<void>;
  // story.js
  words(text: string): number;
  textOf(passage: Passage): string;
  wordsOf(passage: Passage): number;
  isProse(passage: Passage): boolean;
  seen(passage: Passage): boolean;
  story(): Story;
  measure(story?: Story, without?: Element[]): number;
  // controls.js
  find(asked: { root: ElementName; selector: string }): object[];
  controls(root: Element, limit?: number): object[];
  // layers.js
  roots: Element[];
  /** In brief, boxes in the flow are only outlined. */
  scan(asked?: { rules?: Rules; brief?: boolean }): object;
  describe(asked: { ids: ElementName[] }): object[];
  inside(): object;
  // boxes.js
  boxes(story: Story, covered: (node: Element) => boolean): Element[];
  apart(one: Element, other: Element): boolean;
  place(root: Element, story: Story): Standing;
  // acts.js
  veiled: Set<Element>;
  finish(): void;
  gone(root: Element | null): boolean;
  settle(root: Element | null, waiting?: Waiting & { act?: () => void }): Promise<Settled>;
  press(asked: Waiting & { control: ElementName; root: ElementName | null }): Promise<Settled>;
  wait(asked: Waiting & { root: ElementName | null }): Promise<Settled>;
  aim(asked: { control: ElementName }): { x: number; y: number } | null;
  release(): void;
  change(node: Element, property: string, value: string): void;
  remember(undo: () => void): void;
  veil(asked: { roots: ElementName[] }): number;
  went(name: ElementName): boolean;
  undo(): void;
  acted(asked: {
    act: "press" | "wait";
    argument: Waiting & { control: ElementName; root: ElementName | null };
    rules: Rules;
    ends?: Ending | null;
  }): Promise<object>;
  // proof.js
  locked(story?: Story): boolean;
  unlock(): string[];
  arm(asked?: { unlock?: boolean }): object | null;
  turned(asked?: { most?: number }): Promise<boolean>;
  hush(asked: { what: "wheel" | "scroll" | "jump" }): void;
  standing(asked: { roots: ElementName[]; most?: number }): Promise<{ hits: number; chars: number }>;
  settled(asked: Ending & { rules: Rules }): Promise<{ opened: string[]; holds: boolean; went: ElementName[]; scan: object }>;
  // waiting.js
  awaitsScroll(node: Element): boolean;
  waiting(story: Story, shown: Element | undefined): (element: Element) => boolean;
  // facts.js
  trails(passage: Passage | null | undefined): boolean;
  facts(asked: { vendors: Vendor[]; selectors: string[] }): object;
  // look.js
  look(asked: { rules: Rules; vendors: Vendor[]; most: number; declaring: Declaring }): object;
  outcome(): Promise<object>;
  withheld(asked: { passages: ElementName[]; gates: ElementName[]; fold: boolean }): ElementName[];
}

declare const mt: Page;
declare const LOCATING: Locating;
/** Every name of a property that the scripts use. */
declare const USED: string[];
