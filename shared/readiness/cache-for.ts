/**
 * One answer for all who ask at the same time or soon after each other: however many ask, it is made once in a while.
 * @param keepMs how long an answer holds, from when it was made, ms; a failure holds for those alone who waited for it
 */
export function cacheFor<T>(keepMs: number, make: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  const forget = () => (answer = undefined);
  return () => {
    answer ??= make().then(
      (made) => {
        setTimeout(forget, keepMs).unref();
        return made;
      },
      (error: unknown) => {
        forget();
        throw error;
      },
    );
    return answer;
  };
}
