const last = new Map<string, Promise<unknown>>();

/** Do one thing after the other where the key is the same; what fails holds nobody up. */
export function inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
  const turn = (last.get(key) ?? Promise.resolve()).then(work);
  last.set(
    key,
    turn.catch(() => undefined),
  );
  return turn;
}
