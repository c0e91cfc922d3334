// The ladder of answers: what happened, to whom it was told, and how far the authorities went.
import { t } from "./texts";
import type { Incident } from "./types";
import { Chip } from "./ui";
import { labelOf } from "./vocabulary";

const upper = ["registered", "investigating", "suspect_charged", "convicted"];

function steps({ reported_to = [], response = [] }: Incident): { name: string; isReached: boolean }[] {
  const codes = response.map((each) => each.code ?? "");
  const highest = Math.max(-1, ...codes.map((code) => upper.indexOf(code)));
  const isReported = highest >= 0 || codes.length > 0 || reported_to.some((each) => each !== "nobody" && each !== "unknown");
  return [{ name: t("ladder.happened"), isReached: true }, { name: t("ladder.reported"), isReached: isReported },
    ...upper.map((code, n) => ({ name: labelOf("authority_response", code), isReached: n <= highest }))];
}

export function Ladder({ of, isSmall }: { of: Incident; isSmall?: boolean }) {
  const all = steps(of), reached = all.filter((each) => each.isReached).at(-1)!;
  if (isSmall) return <span class="ladder small" title={t("ladder.title")}><span class="sr">{t("ladder.title")}: </span><span class="bars" aria-hidden="true">{all.map((each) => <i class={each.isReached ? "is-reached" : ""} />)}</span><span class={reached === all[0] ? "sr" : ""}>{reached.name}</span></span>;
  return <ol class="ladder" aria-label={t("ladder.title")}>{all.map((each) => <li class={each.isReached ? "is-reached" : ""}>{each.name}<span class="sr"> {t(each.isReached ? "ladder.yes" : "ladder.no")}</span></li>)}</ol>;
}

/** Reversals and refusals stand beside the decision they concern. */
export function Reversals({ of }: { of: Incident }) {
  const told = (of.response ?? []).filter((each) => each.code === "reversed" || each.code === "refused" || each.code === "closed");
  return <>{told.map((each) => <Chip tone={each.code === "reversed" ? "good" : "warn"}>{labelOf("authority_response", each.code!)}{each.date && ` ${each.date}`}</Chip>)}</>;
}
