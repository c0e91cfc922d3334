// What the desk's server answers with.
export type Day = string;
export type Code = string;
export type Status = "new" | "urgent" | "case" | "spam" | "done";

export interface Row {
  n: number; id: string; day: Day; week: string; kind: "report" | "followup" | "withdraw" | "cover"; status: Status;
  first: string; letters: number; files: number; families: Code[]; danger?: Code; happened?: string; lang?: string; consent: Code[];
  remarks: string; thread?: string; incidents: string[]; unread: boolean;
}

export interface Attachment { name: string; type: string; size: number; sha256: string; shown: boolean }
export interface CustodyEntry { day: Day; act: Code; detail: string; by: string }
export interface Retention { class: Code; due?: Day; overdue: boolean; held: boolean }

export interface Report extends Row {
  document: Record<string, unknown>;
  attachments: Attachment[];
  sealed: { sha256: string; size: number };
  custody: CustodyEntry[];
  retention?: Retention;
  deleted: boolean;
}

export interface When { start?: string; end?: string; precision?: Code; time_of_day?: Code }
export interface Target { entity?: string; role?: Code }
export interface Actor { entity?: string; type?: Code; basis?: Code; involvement?: Code }
export interface Trigger { type?: Code; entity?: string }
export interface Answer { date?: string; code?: Code; by?: Code }
export interface Link { to: string; type: Code }
export interface Source { report: string; relation?: Code }

export interface Incident {
  id: string; case_id?: string; title?: string; types: Code[]; when?: When;
  where?: { country?: string; region?: Code; area?: Code; place_type?: Code };
  channel?: Code[]; targets?: Target[]; actors?: Actor[]; trigger?: Trigger[]; impact?: Record<string, unknown>;
  reported_to?: Code[]; response?: Answer[]; links?: Link[]; evidence?: unknown[]; sources?: Source[];
  verification?: Code; consent?: Code[]; summary?: string; retention_class?: Code;
}

export interface Entity { id: string; kind: Code; label: string; role?: Code; date?: Day }
export interface Relation { from: string; to: string; type: Code }
export interface Action { id: string; date?: Day; type: Code; by?: string; asks?: string[]; covers: string[]; case_id?: string }
export interface Case { id: string; title: string; country?: string; opened?: Day; retention_class?: Code; review_due?: Day; state: "open" | "closed" }
export interface Suggestion { kind: Code; from: string; to: string; why: { code: Code; detail: string }[]; score: number }
export interface Note { id: number; on: string; text: string; day: Day; by: string }

export interface Counts { new: number; urgent: number; case: number; spam: number; done: number; withdrawals: number; suggestions?: number; due?: number; overdue?: number }
export interface State { today: Day; lang: string; desk: string; counts: Counts; weeks_due: number; version: string }

export interface Week { week: string; state: "here" | "to_make" | "to_destroy" | "destroyed"; reports?: number }
export interface Keys { organisations: { org: string; weeks: Week[] }[] }
