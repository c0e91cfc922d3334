// Text that a stranger wrote: shown as text and nothing else. What would not be seen, or would turn the line around, is shown by its number.
import { found } from "./folding";

const hidden = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\ue000-\uf8ff\ud800-\udfff]|[\u{e0000}-\u{e0fff}\u{f0000}-\u{10ffff}]/u;
const pictograph = /[\p{Extended_Pictographic}\ufe0f\u{1f3fb}-\u{1f3ff}]/u;

type Part = { text: string } | { code: string };

/** The text in parts: what can be seen, and the numbers of what cannot. Tabs and line ends stay; so does what joins one picture of several. */
export function parts(text: string): Part[] {
  const made: Part[] = [];
  const letters = [...text.replace(/\r\n?/g, "\n")];
  let seen = "";
  letters.forEach((letter, n) => {
    const joins = letter === "\u200d" && pictograph.test(letters[n - 1] ?? "") && pictograph.test(letters[n + 1] ?? "");
    if (joins || !hidden.test(letter)) { seen += letter; return; }
    if (seen) made.push({ text: seen });
    seen = "";
    made.push({ code: letter.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0") });
  });
  if (seen) made.push({ text: seen });
  return made;
}

function Marked({ text, words }: { text: string; words: string[] }) {
  const hits = words.length > 0 ? found(text, words) : [];
  const shown = [];
  let at = 0;
  for (const [from, to] of hits) {
    shown.push(text.slice(at, from), <mark>{text.slice(from, to)}</mark>);
    at = to;
  }
  shown.push(text.slice(at));
  return <>{shown}</>;
}

const Shown = ({ text, words }: { text: string; words: string[] }) => <>{parts(text).map((each) =>
  "code" in each ? <span class="hidden-letter" title={`U+${each.code}`}>{each.code}</span> : <Marked text={each.text} words={words} />)}</>;

/** One run of a stranger's text, in its own direction. */
export const Untrusted = ({ text, words = [] }: { text: string; words?: string[] }) => <bdi class="untrusted" dir="auto"><Shown text={text} words={words} /></bdi>;

/** A stranger's whole text: each paragraph has its own direction. */
export function UntrustedText({ text, words = [] }: { text: string; words?: string[] }) {
  return <div class="narrative">{text.replace(/\r\n?/g, "\n").split("\n").map((line) => <p dir="auto">{line === "" ? <br /> : <Shown text={line} words={words} />}</p>)}</div>;
}
