/** What npm's package `webgpu` exports: Dawn, Chromium's WebGPU. */
interface Dawn {
  create(options: readonly string[]): GPU;
  globals: object;
}

/** Gives this thread of Node the WebGPU of a page; without the package its adapter is refused and the reason reported. */
export async function provideWebGpu(): Promise<void> {
  const gpu = await findGpu();
  // Before Node 21 there is no navigator.
  const { navigator = {} } = globalThis as { navigator?: object };
  Object.defineProperty(navigator, 'gpu', { value: gpu, configurable: true });
  Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true });
  // tf.js recognizes by it a place that can have WebGPU.
  Object.defineProperty(globalThis, 'WorkerGlobalScope', { value: Object, configurable: true });
}

async function findGpu(): Promise<Pick<GPU, 'requestAdapter'>> {
  try {
    // A name that is not literal: neither a bundler nor TypeScript asks for an optional package.
    const name = 'webgpu';
    const { create, globals } = (await import(/* @vite-ignore */ name)) as Dawn;
    Object.assign(globalThis, globals);
    return create([]);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { requestAdapter: () => Promise.reject(new Error(`npm's package webgpu: ${reason}`)) };
  }
}
