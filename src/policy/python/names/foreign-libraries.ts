/** Libraries with schedules that are not PyTorch's. */

/** The library that is not PyTorch's and what comes nearest to its schedules. */
export function foreignLibrary(path: string): { name: string; instead: string } | undefined {
  const root = path.split('.')[0];
  const known: Readonly<Record<string, [string, string]>> = {
    timm: ['timm', 'SequentialLR with LinearLR and CosineAnnealingLR'],
    fastai: ['fastai', 'OneCycleLR, stepped once an update, for fit_one_cycle'],
    keras: ['Keras', 'ExponentialLR or CosineAnnealingLR of torch.optim.lr_scheduler'],
    tensorflow: ['Keras', 'ExponentialLR or CosineAnnealingLR of torch.optim.lr_scheduler'],
    optax: ['optax', 'LambdaLR with the same formula'],
    jax: ['JAX', 'LambdaLR with the same formula'],
    flax: ['JAX', 'LambdaLR with the same formula'],
    paddle: ['Paddle', 'the class of the same kind in torch.optim.lr_scheduler'],
    mmcv: ['MMCV', 'MultiStepLR or CosineAnnealingLR of torch.optim.lr_scheduler'],
    mmengine: ['MMEngine', 'MultiStepLR or CosineAnnealingLR of torch.optim.lr_scheduler'],
    ignite: ['Ignite', 'SequentialLR with LinearLR'],
    pytorch_warmup: ['pytorch_warmup', 'SequentialLR with LinearLR'],
    warmup_scheduler: ['warmup_scheduler', 'SequentialLR with LinearLR'],
    cosine_annealing_warmup: ['cosine_annealing_warmup', 'SequentialLR with LinearLR'],
  };
  if (!Object.hasOwn(known, root)) return undefined;
  const [name, instead] = known[root];
  return { name, instead };
}
