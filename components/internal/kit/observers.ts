/** A browser's observers, and where nothing is displayed (on a server, in jsdom) ones that never report. */
const silent = {
  observe: () => undefined,
  unobserve: () => undefined,
  disconnect: () => undefined,
  takeRecords: () => [],
};

/** Reports the sizes of elements. */
export const resizeObserver = (handle: ResizeObserverCallback): ResizeObserver =>
  'ResizeObserver' in globalThis ? new ResizeObserver(handle) : silent;

/** Reports changes of a tree. */
export const mutationObserver = (handle: MutationCallback): MutationObserver =>
  'MutationObserver' in globalThis ? new MutationObserver(handle) : silent;

/** Reports whether elements are in sight. */
export const intersectionObserver = (
  handle: IntersectionObserverCallback,
  options?: IntersectionObserverInit,
): Pick<IntersectionObserver, 'observe' | 'disconnect'> =>
  'IntersectionObserver' in globalThis ? new IntersectionObserver(handle, options) : silent;
