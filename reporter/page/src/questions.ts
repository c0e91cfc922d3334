// The second screen: what was ticked, chosen and written there.
import type { Answers } from "./core/document";
import { at } from "./dom";

/** `desk_only` stands alone: it is what holds when nothing else is allowed. */
export function startQuestions(): void {
  const boxes = [...at("more").querySelectorAll<HTMLInputElement>("[name=consent]")];
  for (const box of boxes)
    box.onchange = () => {
      if (!box.checked) return;
      for (const other of boxes) if (other !== box && (box.value === "desk_only" || other.value === "desk_only")) other.checked = false;
    };
}

export function answersGiven(): Answers {
  const answers: Record<string, string | string[]> = {};
  for (const field of at<HTMLFormElement>("more").elements) {
    if (field instanceof HTMLInputElement && field.type === "checkbox") {
      if (field.checked) answers[field.name] = [...(answers[field.name] ?? []), field.value];
    } else if ((field instanceof HTMLInputElement || field instanceof HTMLSelectElement) && field.name && field.value) {
      answers[field.name] = field.value;
    }
  }
  return answers;
}
