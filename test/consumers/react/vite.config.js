export default {
  // Up to version 7 Vite's dev server moves packages, and the worker is then not beside its module.
  optimizeDeps: { exclude: ['lr-lab'] },
};
