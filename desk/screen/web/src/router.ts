// Where the screen is: behind '#', so that it never reaches the server. Numbers and ids only, never words of a report.
import { useEffect, useState } from "preact/hooks";

export interface Place { name: string; rest: string[]; words: URLSearchParams }

export function place(): Place {
  const [path = "", words = ""] = location.hash.replace(/^#\/?/, "").split("?");
  const [name = "", ...rest] = path.split("/").map((each) => { try { return decodeURIComponent(each); } catch { return each; } });
  return { name: name || "triage", rest, words: new URLSearchParams(words) };
}

export const go = (path: string) => { location.hash = path; };
export const replace = (path: string) => { history.replaceState(null, "", `#${path}`); window.dispatchEvent(new HashChangeEvent("hashchange")); };

export function usePlace(): Place {
  const [now, set] = useState(place);
  useEffect(() => {
    const moved = () => set(place());
    window.addEventListener("hashchange", moved);
    return () => window.removeEventListener("hashchange", moved);
  }, []);
  return now;
}
