// A value that the screen follows.
import { useEffect, useState } from "preact/hooks";

export class Value<T> {
  private readonly followers = new Set<() => void>();
  constructor(private now: T) {}
  get = (): T => this.now;
  set = (value: T): void => {
    this.now = value;
    for (const follow of [...this.followers]) follow();
  };
  follow(follower: () => void): () => void {
    this.followers.add(follower);
    return () => { this.followers.delete(follower); };
  }
}

export function useValue<T>(value: Value<T>): T {
  const [, redraw] = useState({});
  useEffect(() => value.follow(() => redraw({})), [value]);
  return value.get();
}
