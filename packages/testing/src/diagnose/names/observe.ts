/**
 * Carries a call out and tells how it ended, before its caller hears of it. What `done` and `failed` are told is the
 * call's; they do not throw.
 */
export function observe<T>(
  proceed: () => T,
  done: (answer: unknown) => void,
  failed: (error: unknown) => void,
): T {
  let answer: T;
  try {
    answer = proceed();
  } catch (error) {
    failed(error);
    throw error;
  }
  if (answer instanceof Promise) {
    void answer.then(done, failed);
  } else {
    done(answer);
  }
  return answer;
}
