// A list of reports that may be long: its pages come as they are looked at.
import { get, type Words } from "./api";
import type { Row } from "./types";

interface Page { total: number; rows: Row[]; next?: string }
const pageSize = 200;

export class Pages {
  rows: Row[] = [];
  total = 0;
  cursor = 0;
  scroll = 0;
  fault: unknown = null;
  isKnown = false;  // whether the first page has come
  private next: string | undefined;
  private wanted = 0;
  private turn = 0;
  private isLoading = false;

  constructor(public filter: Words, private readonly changed: () => void) {}

  /** Forgets all and asks anew. */
  restart(filter: Words = this.filter): void {
    ++this.turn;
    Object.assign(this, { filter, rows: [], total: 0, cursor: 0, scroll: 0, fault: null, isKnown: false, next: undefined, wanted: pageSize, isLoading: false });
    void this.load();
    this.changed();
  }

  /** Sees to it that the rows before `end` come. The last call counts: who scrolls past waits for nothing in between. */
  need(end: number): void {
    this.wanted = Math.min(end, this.total);
    void this.load();
  }

  replace(row: Row): void {
    this.rows = this.rows.map((each) => (each.n === row.n ? row : each));
    this.changed();
  }

  private async load(): Promise<void> {
    if (this.isLoading) return;
    this.isLoading = true;
    const turn = this.turn;
    try {
      while (turn === this.turn && (!this.isKnown || (this.rows.length < this.wanted && this.next !== undefined))) {
        const far = this.wanted - this.rows.length > 2 * pageSize;
        const page = await get<Page>("/api/reports", { ...this.filter, ...(this.isKnown ? { after: this.next } : {}), limit: far ? 1000 : pageSize });
        if (turn !== this.turn) return;
        this.rows = this.rows.concat(page.rows);
        this.total = Math.max(page.total, this.rows.length);
        this.next = page.next;
        this.isKnown = true;
        if (this.next === undefined) this.total = this.rows.length;
        this.changed();
      }
    } catch (fault) {
      if (turn === this.turn) { this.fault = fault; this.isKnown = true; this.changed(); }
    } finally {
      if (turn === this.turn) this.isLoading = false;
    }
  }
}
