// Labels of codes, as the vocabulary has them. A code it does not know is shown as it is.
import type { Code } from "./types";
import { language } from "./texts";

type Label = Record<string, string>;
export interface Entry { code: Code; label: Label; family?: Code; deprecated_by?: Code }
interface Field { code: Code; type: string; list?: string; label: Label }
interface Vocabulary { report: { fields: Field[] }; incident: { fields: Field[] }; code_lists: Record<string, Entry[]> }

let whole: Vocabulary = { report: { fields: [] }, incident: { fields: [] }, code_lists: {} };
export const setVocabulary = (given: Vocabulary) => { whole = given; };

export const codes = (list: string): Entry[] => whole.code_lists[list] ?? [];
const inOurs = (label: Label | undefined) => label?.[language.get()] ?? label?.en;
export const labelOf = (list: string, code: Code) => inOurs(codes(list).find((each) => each.code === code)?.label) ?? code;
export const reportField = (code: Code) => whole.report.fields.find((each) => each.code === code);
export const fieldLabel = (part: "report" | "incident", code: Code) => inOurs(whole[part].fields.find((each) => each.code === code)?.label) ?? code;
export const familyOf = (type: Code) => codes("incident_type").find((each) => each.code === type)?.family ?? "other";

/** A role of an entity is one of two lists. */
export function roleLabel(code: Code): string {
  const asTarget = labelOf("target_role", code);
  return asTarget === code ? labelOf("actor_type", code) : asTarget;
}

export interface Choice { value: string; label: string; hint?: string }
export const choices = (list: string): Choice[] =>
  codes(list).filter((each) => !each.deprecated_by).map((each) => ({ value: each.code, label: labelOf(list, each.code), ...(each.family ? { hint: labelOf("incident_family", each.family) } : {}) }));
export const roleChoices = (): Choice[] => {
  const seen = new Set<string>();
  return [...choices("target_role"), ...choices("actor_type")].filter(({ value }) => !seen.has(value) && seen.add(value));
};
