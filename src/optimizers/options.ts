/**
 * What an optimizer is asked for, under PyTorch's names in camelCase and with PyTorch's defaults. Free of tf.js, so
 * that a page can check its input without it.
 */

/** torch/optim/sgd.py, class SGD. */
export interface SgdOptions {
  lr: number;
  momentum?: number;
  dampening?: number;
  weightDecay?: number;
  nesterov?: boolean;
}

/** torch/optim/adam.py, class Adam. */
export interface AdamOptions {
  lr: number;
  betas?: [number, number];
  eps?: number;
  weightDecay?: number;
  amsgrad?: boolean;
}

/** An optimizer by its class name in torch.optim. */
export type OptimizerOptions = ({ type: 'SGD' } & SgdOptions) | ({ type: 'Adam' } & AdamOptions);
