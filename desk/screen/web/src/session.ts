// What all screens share: who the desk is, today, and the counts of the top line.
import { get } from "./api";
import { Value } from "./store";
import type { State } from "./types";

export const state = new Value<State | null>(null);

export async function refresh(): Promise<void> {
  state.set(await get<State>("/api/state"));
}
