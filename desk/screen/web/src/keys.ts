// Keys of the screen. One letter each; they rest while a person types, and can be turned off (WCAG 2.1.4).
import { useEffect, useRef } from "preact/hooks";
import { Value } from "./store";

export const lettersOn = new Value(true);
export type Bindings = Record<string, (event: KeyboardEvent) => void>;

const named = new Set(["ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End", "Enter", "Escape", "?", "/"]);
const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** The name of a key: a Latin letter also on a Cyrillic keyboard, by where the key is. */
export function keyName(event: KeyboardEvent): string {
  if (named.has(event.key)) return event.key;
  if (/^[a-z]$/i.test(event.key)) return event.key.toLowerCase();
  if (event.code === "Slash" && /^[.,]$/.test(event.key)) return event.shiftKey ? "?" : "/";
  return /^Key[A-Z]$/.test(event.code) ? event.code[3]!.toLowerCase() : event.key;
}

export function useKeys(bindings: Bindings, isOn = true): void {
  const now = useRef(bindings);
  now.current = bindings;
  useEffect(() => {
    if (!isOn) return undefined;
    const heard = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      const name = keyName(event), inDialog = document.querySelector("dialog[open]") !== null;
      if (isTyping(event.target) && name !== "Escape") return;
      if (inDialog || (name.length === 1 && !lettersOn.get())) return;
      if (name === "Enter" && event.target instanceof Element && event.target.closest("a, button, summary")) return;
      const act = now.current[name];
      if (!act) return;
      event.preventDefault();
      act(event);
    };
    document.addEventListener("keydown", heard);
    return () => document.removeEventListener("keydown", heard);
  }, [isOn]);
}
