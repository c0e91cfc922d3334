// The page's own elements.

/** The element with that id: page.html has it, or the page's test fails. */
export function at<Kind extends HTMLElement = HTMLElement>(id: string): Kind {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no ${id}`);
  return found as Kind;
}

export const show = (id: string, is = true): void => {
  at(id).hidden = !is;
};

const screens = ["write", "more", "sending", "receipt", "done", "thread"] as const;
export type Screen = (typeof screens)[number];

/** Shows one screen alone, from its top, and says its heading to who cannot see it. */
export function showScreen(screen: Screen): void {
  document.body.dataset.screen = screen;
  for (const each of screens) show(each, each === screen);
  show("beside", screen === "write" && !at("beside").dataset.never);
  const heading = at(screen).querySelector<HTMLElement>("h2[tabindex]:not([hidden])");
  if (heading) {
    scrollTo(0, 0);
    heading.focus();
  }
}

export function element(tag: string, text: string, kind = ""): HTMLElement {
  const made = document.createElement(tag);
  made.textContent = text;
  if (kind) made.className = kind;
  return made;
}

/** A sentence that is read out at once; none takes it away. */
export function complain(sentence: string): void {
  const place = at("fault");
  place.textContent = sentence;
  place.hidden = sentence === "";
  if (sentence) place.focus();
}

/** A link that saves bytes as a file of this device. */
export function saveLink(bytes: BlobPart, name: string, label: string): HTMLElement {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
  link.download = name;
  link.textContent = label;
  return link;
}
