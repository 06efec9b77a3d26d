/** Loads the writer of PyTorch programs, which few readers of a page use. */
export const loadProgramWriter = async () => (await import('./pytorch-program.js')).pytorchProgram;
