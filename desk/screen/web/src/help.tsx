// Which keys there are; and a way to turn the letters off.
import { lettersOn } from "./keys";
import { useValue } from "./store";
import { t } from "./texts";
import { Dialog, Key } from "./ui";

const keys: [string, string[]][] = [
  ["next", ["j", "↓"]], ["previous", ["k", "↑"]], ["far", ["PgUp", "PgDn", "Home", "End"]], ["open", ["Enter"]], ["back", ["Esc"]],
  ["urgent", ["u"]], ["case", ["c"]], ["spam", ["s"]], ["done", ["d"]], ["new", ["n"]], ["undo", ["z"]], ["reload", ["r"]], ["search", ["/"]], ["help", ["?"]],
];

export function Help({ onClose }: { onClose: () => void }) {
  const isOn = useValue(lettersOn);
  return (
    <Dialog title={t("help.title")} onClose={onClose}>
      <dl class="keys">{keys.map(([what, names]) => <div><dt>{names.map((name) => <Key of={name} />)}</dt><dd>{t(`help.${what}`)}</dd></div>)}</dl>
      <p class="muted">{t("help.layout")}</p>
      <p class="tick"><input type="checkbox" id="letters-on" checked={isOn} onChange={(event) => lettersOn.set(event.currentTarget.checked)} /> <label for="letters-on">{t("help.letters_on")}</label></p>
    </Dialog>
  );
}
