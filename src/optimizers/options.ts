/**
 * What an optimizer is asked for, under PyTorch's names in camelCase and with PyTorch's defaults. Free of tf.js, so
 * that a page can check its input without it.
 */

/** What every optimizer takes. */
export interface CommonOptions {
  lr?: number;
  weightDecay?: number;
  /** Whether to climb the gradient instead of descending it. */
  maximize?: boolean;
}

/** torch/optim/sgd.py, class SGD. */
export interface SgdOptions extends CommonOptions {
  momentum?: number;
  dampening?: number;
  nesterov?: boolean;
}

/** torch/optim/adam.py, class Adam. */
export interface AdamOptions extends CommonOptions {
  betas?: [number, number];
  eps?: number;
  amsgrad?: boolean;
}

/** torch/optim/adamw.py, class AdamW. */
export type AdamWOptions = AdamOptions;

/** torch/optim/rmsprop.py, class RMSprop. */
export interface RmspropOptions extends CommonOptions {
  alpha?: number;
  eps?: number;
  momentum?: number;
  centered?: boolean;
}

/** torch/optim/adagrad.py, class Adagrad. */
export interface AdagradOptions extends CommonOptions {
  lrDecay?: number;
  initialAccumulatorValue?: number;
  eps?: number;
}

/** The options of each class in torch.optim that there is here. */
export interface OptionsByType {
  SGD: SgdOptions;
  Adam: AdamOptions;
  AdamW: AdamWOptions;
  RMSprop: RmspropOptions;
  Adagrad: AdagradOptions;
}

/** The class name of an optimizer in torch.optim. */
export type OptimizerType = keyof OptionsByType;

/** Every {@link OptimizerType}. */
export const optimizerTypes: readonly OptimizerType[] = ['SGD', 'Adam', 'AdamW', 'RMSprop', 'Adagrad'];

/** The weights of a param group, and what it sets otherwise than the optimizer. */
export type LayerGroup<Options> = {
  /**
   * Each the name of a layer (`conv1`), of a weight (`conv1/kernel`), or the beginning of some (`conv`: conv1, conv2).
   */
  layers: string[];
} & Options;

/**
 * An optimizer by its class name. Weights that no group names form one more param group, the last, with the
 * optimizer's own options.
 */
export type OptimizerOptions = {
  [Type in OptimizerType]: { type: Type; lr: number; groups?: LayerGroup<OptionsByType[Type]>[] } & Omit<
    OptionsByType[Type],
    'lr'
  >;
}[OptimizerType];
