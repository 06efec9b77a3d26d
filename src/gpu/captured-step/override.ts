/**
 * Puts a method of its own before the one an object inherits, for as long as a recording lasts.
 *
 * @param make is given the method as it was, which takes its `this` from `call` or `apply`
 * @returns puts everything back as it was
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
