/**
 * Gives an object a method of its own over the one that it inherits, while a recording lasts.
 *
 * @param make receives the original method, which takes its `this` from `call` or `apply`
 * @returns restores the original
 */
export function override<Target extends object, Name extends keyof Target>(
  target: Target,
  name: Name,
  make: (original: Target[Name]) => Target[Name],
): () => void {
  const own = Object.getOwnPropertyDescriptor(target, name);
  const value = make(target[name]);
  Object.defineProperty(target, name, { value, configurable: true, writable: true });
  return () => {
    if (own) Object.defineProperty(target, name, own);
    else Reflect.deleteProperty(target, name);
  };
}
