// report.json as the page writes it (data/vocabulary.json, "report").
import { utf8, type Bytes } from "./bytes";

export const vocabularyVersion = "1.0.0";

/** Of one field: a text, a code, or codes. What was left open is not there. */
export type Answers = Readonly<Record<string, string | readonly string[]>>;

export interface AttachmentEntry {
  id: string;
  evidence_kind: string;
  size: number;
  sha256: string;
  media_type: string;
}

/** Halves of a pair that stand alone are no Unicode, and control characters say nothing. */
export const clean = (text: string): string =>
  text.replace(/\r\n?/g, "\n").replace(/\p{Surrogate}/gu, "\uFFFD").replace(/[^\P{Cc}\n\t]/gu, "").trim();

/** Bytes that a narrative takes within the document. */
export const sizeInDocument = (narrative: string): number => utf8(JSON.stringify(narrative)).length - 2;

export function writeDocument(language: string, answers: Answers, attachments: readonly AttachmentEntry[]): Bytes {
  const json: Record<string, unknown> = { v: vocabularyVersion, lang: language };
  for (const [field, value] of Object.entries(answers)) {
    const answer = typeof value === "string" ? clean(value) : value;
    if (answer.length > 0) json[field] = answer;
  }
  if (attachments.length > 0) json.attachments = attachments;
  return utf8(`${JSON.stringify(json)}\n`);
}
