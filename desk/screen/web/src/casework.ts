// Incidents, entities and what joins them: small sets, kept whole while the screen is open and asked for again after each change.
import { useEffect } from "preact/hooks";
import { get } from "./api";
import { useValue, Value } from "./store";
import type { Action, Case, Entity, Incident, Relation } from "./types";
import { complain } from "./ui";
import type { Choice } from "./vocabulary";

export interface Casework { cases: Case[]; incidents: Incident[]; entities: Entity[]; relations: Relation[]; actions: Action[] }
const whole = new Value<Casework | null>(null);
let isAsked = false;

export async function reloadCasework(): Promise<void> {
  const [cases, incidents, entities, relations, actions] = await Promise.all(
    [get<Case[]>("/api/cases"), get<Incident[]>("/api/incidents"), get<Entity[]>("/api/entities"), get<Relation[]>("/api/relations"), get<Action[]>("/api/actions")]);
  whole.set({ cases, incidents: incidents.sort(inTime), entities, relations, actions });
}

/** Null until it has come. */
export function useCasework(): Casework | null {
  useEffect(() => {
    if (isAsked) return;
    isAsked = true;
    reloadCasework().catch((fault: unknown) => { isAsked = false; complain(fault); });
  }, []);
  return useValue(whole);
}

const startOf = (incident: Incident) => incident.when?.start ?? "9999";
export const inTime = (a: Incident, b: Incident) => startOf(a).localeCompare(startOf(b)) || a.id.localeCompare(b.id, undefined, { numeric: true });

export const entityChoices = (work: Casework | null): Choice[] => (work?.entities ?? []).map((each) => ({ value: each.id, label: each.label, hint: each.id }));
export const incidentChoices = (work: Casework | null): Choice[] =>
  (work?.incidents ?? []).map((each) => ({ value: each.id, label: each.title ?? each.types.join(", "), hint: [each.id, each.when?.start].filter(Boolean).join(" · ") }));
export const caseChoices = (work: Casework | null): Choice[] => (work?.cases ?? []).map((each) => ({ value: each.id, label: each.title, hint: each.id }));
export const nameOf = (work: Casework | null, id: string) => work?.entities.find((each) => each.id === id)?.label ?? work?.incidents.find((each) => each.id === id)?.title ?? id;

/** All that an incident names. */
export const entitiesOf = (incident: Incident): Set<string> =>
  new Set([...(incident.targets ?? []), ...(incident.actors ?? []), ...(incident.trigger ?? [])].map((each) => each.entity ?? "").filter(Boolean));

/** An id that is free, of the kind's letter: E-3. */
export function freeId(letter: string, taken: string[]): string {
  for (let n = 1; ; ++n) if (!taken.includes(`${letter}-${n}`)) return `${letter}-${n}`;
}
