// Which weeks' keys are on this machine, and which should be made or destroyed.
import { count, t } from "./texts";
import type { Keys, Week } from "./types";
import { Chip, Heading, Panel, useLoad, Waiting } from "./ui";

const tone = { here: "good", to_make: "warn", to_destroy: "refused", destroyed: "" };

function Weeks({ of, weeks }: { of: string; weeks: Week[] }) {
  return (
    <Panel title={of}>
      <table><thead><tr><th>{t("weeks.week")}</th><th>{t("weeks.state")}</th><th class="of-number">{t("weeks.reports")}</th></tr></thead>
        <tbody>{[...weeks].sort((a, b) => b.week.localeCompare(a.week)).map((each) =>
          <tr><td class="mono">{each.week}</td><td><Chip tone={tone[each.state]}>{t(`weeks.${each.state}`)}</Chip></td><td class="of-number">{each.reports === undefined ? "" : count(each.reports)}</td></tr>)}
        </tbody></table>
    </Panel>
  );
}

export function WeeksScreen() {
  const keys = useLoad<Keys>("/api/keys");
  const all = keys.value?.organisations ?? [];
  const has = (state: Week["state"]) => all.some(({ weeks }) => weeks.some((each) => each.state === state));
  return (
    <div class="screen">
      <Heading>{t("nav.keys")}</Heading>
      <p class="muted">{t("weeks.what")}</p>
      {has("to_make") && <p class="warning">{t("weeks.make_how")} <code>sandyk-desk keys new</code></p>}
      {has("to_destroy") && <p class="warning">{t("weeks.destroy_how")} <code>sandyk-desk keys destroy</code></p>}
      {!keys.value ? <Waiting of={keys} /> : all.length === 0 ? <p class="empty">{t("weeks.none")}</p> : <div class="cards">{all.map(({ org, weeks }) => <Weeks of={org} weeks={weeks} />)}</div>}
    </div>
  );
}
