/** Narrows an answer that comes at once or later. */
export function isPromise<T>(answer: T | Promise<T>): answer is Promise<T> {
  return answer instanceof Promise;
}
