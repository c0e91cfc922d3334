// What the screen works out by itself, in Node: text made visible, words found, consent, keys.
import assert from "node:assert/strict";
import { test } from "node:test";
import { found, wordsOf } from "../../desk/screen/web/src/folding";
import { cleaned, strictest } from "../../desk/screen/web/src/incident";
import { precisionOf } from "../../desk/screen/web/src/incident_form";
import { keyName } from "../../desk/screen/web/src/keys";
import { parts } from "../../desk/screen/web/src/untrusted";

const hits = (text: string, typed: string) => found(text, wordsOf(typed)).map(([from, to]) => text.slice(from, to));

test("words are found in every spelling, where they stand", () => {
  assert.deepEqual(hits("Ёлка во дворе, ЁЛКИ", "елк"), ["Ёлк", "ЁЛК"]);
  assert.deepEqual(hits("Үй Өзгөн Ңата", "уй озгон ната"), ["Үй", "Өзгөн", "Ңата"]);
  assert.deepEqual(hits("O\u2019Brien и об\u2019явление", "obrien объя"), ["O\u2019Brien"]);
  assert.deepEqual(hits("йод", "иод"), []);
  assert.deepEqual(hits("sub\u00adway 🚌 bus", "subway bus"), ["sub\u00adway", "bus"]);
  assert.deepEqual(hits("nothing", "  "), []);
});

test("what cannot be seen is shown by its number, and nothing of it is left", () => {
  const shown = parts("a\u202eb\u200bc\u0007d\u{e0041}e\r\nf\tg");
  assert.deepEqual(shown.map((each) => ("code" in each ? each.code : each.text)), ["a", "202E", "b", "200B", "c", "0007", "d", "E0041", "e\nf\tg"]);
  assert.deepEqual(parts("👩‍👧 ❤️ ң"), [{ text: "👩‍👧 ❤️ ң" }]);
  assert.deepEqual(parts("x\u200dy").length, 3);
  assert.deepEqual(parts("\ud800x").map((each) => ("code" in each ? each.code : each.text)), ["D800", "x"]);
});

test("consent is what all sources allow", () => {
  assert.deepEqual(strictest([["count", "publish_no_names"], ["count"]]), ["count"]);
  assert.deepEqual(strictest([["count"], ["desk_only"]]), ["desk_only"]);
  assert.deepEqual(strictest([["count"], []]), ["desk_only"]);
  assert.deepEqual(strictest([]), ["desk_only"]);
});

test("an incident is sent without what nobody filled in", () => {
  assert.deepEqual(cleaned({ types: ["a"], title: "", when: { start: "" }, targets: [{}, { role: "lawyer" }], impact: { work_stopped: false } }),
    { types: ["a"], targets: [{ role: "lawyer" }], impact: { work_stopped: false } });
});

test("a date says how exact it is", () => {
  assert.deepEqual(["2031", "2031-12", "2031-12-09", "2031-1", ""].map(precisionOf), ["year", "month", "day", undefined, undefined]);
});

test("letters are keys on a Cyrillic keyboard, too", () => {
  const name = (key: string, code: string, shiftKey = false) => keyName({ key, code, shiftKey } as KeyboardEvent);
  assert.equal(name("г", "KeyU"), "u");
  assert.equal(name("U", "KeyU"), "u");
  assert.equal(name("z", "KeyY"), "z");  // a German keyboard: the letter counts, not the place
  assert.equal(name(".", "Slash"), "/");
  assert.equal(name(",", "Slash", true), "?");
  assert.equal(name("ArrowDown", "ArrowDown"), "ArrowDown");
});
