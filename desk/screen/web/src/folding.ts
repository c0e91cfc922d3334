// Folds as the desk's search does, letter by letter, so that what was found can be shown where it stands.
const same: Record<string, string> = { "ё": "е", "ү": "у", "ө": "о", "ң": "н" };
const dropped = /[\u0300-\u036f\u00ad'`\u00b4\u2018\u2019\u201b\u2032\u02b9\u02bb\u02bc\uff07\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u;

/** Folded text, and for each of its UTF-16 units where its letter begins and ends in the text. */
export function foldedWithPlaces(text: string): { folded: string; from: number[]; to: number[] } {
  let folded = "";
  const from: number[] = [], to: number[] = [];
  let at = 0;
  for (const letter of text) {
    const lower = letter.toLowerCase();
    if (!dropped.test(letter))
      for (const one of same[lower] ?? lower) {
        for (let n = 0; n < one.length; ++n) { from.push(at); to.push(at + letter.length); }
        folded += one;
      }
    at += letter.length;
  }
  return { folded, from, to };
}

export const fold = (text: string) => foldedWithPlaces(text).folded;
export const wordsOf = (typed: string) => fold(typed).split(/[^\p{L}\p{N}]+/u).filter(Boolean);

/** Parts of the text that begin with a word that was searched for. */
export function found(text: string, words: string[]): [number, number][] {
  const { folded, from, to } = foldedWithPlaces(text);
  const parts: [number, number][] = [];
  for (const { index, 0: word } of folded.matchAll(/[\p{L}\p{N}]+/gu)) {
    const longest = Math.max(0, ...words.filter((each) => word.startsWith(each)).map((each) => each.length));
    if (longest > 0) parts.push([from[index!]!, to[index! + longest - 1]!]);
  }
  return parts;
}
