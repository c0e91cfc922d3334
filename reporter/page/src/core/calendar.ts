// Days as `2026-11-23` and weeks as `2026-W48` (ISO 8601, UTC). Days compare as texts do.
const oneDay = 86_400_000;

export const today = (): string => new Date().toISOString().slice(0, 10);

/** Milliseconds of that day's midnight; nothing unless it is a day, spelt like this. */
function midnight(text: string): number | null {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return null;
  const at = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(at) || dayAt(at) !== text ? null : at;
}
const dayAt = (at: number): string => new Date(at).toISOString().slice(0, 10);

export const isDay = (text: unknown): text is string => typeof text === "string" && midnight(text) !== null;

/** `day` must be one. */
export const addDays = (day: string, days: number): string => dayAt((midnight(day) ?? NaN) + days * oneDay);

/** Days since 1970-01-01. */
export const dayNumber = (day: string): number => (midnight(day) ?? NaN) / oneDay;

/** The day that is so many days after 1970-01-01. */
export const dayOf = (number: number): string => dayAt(number * oneDay);

/** The Monday of a week; nothing unless it is a week. */
export function mondayOf(week: unknown): string | null {
  const parts = typeof week === "string" ? /^(\d{4})-W(\d\d)$/.exec(week) : null;
  if (!parts) return null;
  const fourth = Date.UTC(Number(parts[1]), 0, 4); // always in week 1
  const weekday = (new Date(fourth).getUTCDay() + 6) % 7;
  const monday = fourth + (7 * (Number(parts[2]) - 1) - weekday) * oneDay;
  const thursday = new Date(monday + 3 * oneDay);
  const isOfYear = Number(parts[2]) >= 1 && thursday.getUTCFullYear() === Number(parts[1]);
  return isOfYear ? dayAt(monday) : null;
}
