/**
 * The networks of the lab, as ordinary tf.js layers models that return logits. Convolutions are valid and of stride 1
 * unless noted; every hidden layer ends in a ReLU. Kernels and biases start as PyTorch's do:
 * uniform within ±1/√(fan-in) (torch/nn/modules/conv.py and linear.py, reset_parameters).
 */
import * as tfl from '@tensorflow/tfjs-layers';

import { InputError } from '../errors.js';
import type { ModelName } from './names.js';
import { SeededDropout } from './seeded-dropout.js';

/** The images and the number of classes that a network must fit. */
export interface NetworkShape {
  height: number;
  width: number;
  channels: number;
  classes: number;
}

/** The shape of a network of the zoo, and the seed of its weights. */
interface ModelShape extends NetworkShape {
  seed: number;
}

type Layer = tfl.layers.Layer;

/** Builds layers that draw their weights from one seed, in the order of the calls. */
class LayerBuilder {
  private draws: number;
  private dropouts = 0;

  constructor(seed: number) {
    // More than the draws of one network, so that neighbouring seeds share none.
    this.draws = seed * 1000;
  }

  private start(fanIn: number) {
    const bound = 1 / Math.sqrt(fanIn);
    const initializer = () =>
      tfl.initializers.randomUniform({ minval: -bound, maxval: bound, seed: ++this.draws });
    return { kernelInitializer: initializer(), biasInitializer: initializer() };
  }

  convolution(
    name: string,
    size: number,
    from: number,
    to: number,
    padding: 'valid' | 'same' = 'valid',
  ): Layer {
    const start = this.start(size * size * from);
    return tfl.layers.conv2d({ name, kernelSize: size, filters: to, padding, activation: 'relu', ...start });
  }

  dense(name: string, from: number, to: number, activation?: 'relu'): Layer {
    return tfl.layers.dense({ name, units: to, activation, ...this.start(from) });
  }

  dropout(name: string, rate: number): Layer {
    return new SeededDropout({ name, rate, layer: this.dropouts++ });
  }
}

const pool = (name: string): Layer => tfl.layers.maxPooling2d({ name, poolSize: 2, strides: 2 });
const flatten = (): Layer => tfl.layers.flatten({ name: 'flatten' });

/** The side after a 2×2 pool. */
const half = (side: number): number => Math.floor(side / 2);

const architectures: Record<ModelName, (shape: ModelShape, build: LayerBuilder) => Layer[]> = {
  tiny({ height, width, channels, classes }, build) {
    const features = (half(height - 2) - 2) * (half(width - 2) - 2) * 8;
    return [
      build.convolution('conv1', 3, channels, 4),
      pool('pool1'),
      build.convolution('conv2', 3, 4, 8),
      flatten(),
      build.dense('dense', features, classes),
    ];
  },

  lenet({ height, width, channels, classes }, build) {
    const features = half(half(height - 4) - 4) * half(half(width - 4) - 4) * 16;
    return [
      build.convolution('conv1', 5, channels, 8),
      pool('pool1'),
      build.convolution('conv2', 5, 8, 16),
      pool('pool2'),
      flatten(),
      build.dense('dense', features, classes),
    ];
  },

  // AlexNet's five convolutions, three dense layers and two dropouts (torchvision/models/alexnet.py). On small images
  // its 11×11 stride-4 and 5×5 kernels become 3×3, and each layer has a sixteenth to an eighth of its width.
  alexnet({ height, width, channels, classes }, build) {
    const features = half(half(half(height))) * half(half(half(width))) * 32;
    return [
      build.convolution('conv1', 3, channels, 8, 'same'),
      pool('pool1'),
      build.convolution('conv2', 3, 8, 24, 'same'),
      pool('pool2'),
      build.convolution('conv3', 3, 24, 32, 'same'),
      build.convolution('conv4', 3, 32, 32, 'same'),
      build.convolution('conv5', 3, 32, 32, 'same'),
      pool('pool3'),
      flatten(),
      build.dropout('dropout1', 0.5),
      build.dense('dense1', features, 128, 'relu'),
      build.dropout('dropout2', 0.5),
      build.dense('dense2', 128, 128, 'relu'),
      build.dense('dense3', 128, classes),
    ];
  },

  mlp({ height, width, channels, classes }, build) {
    return [
      flatten(),
      build.dense('dense1', height * width * channels, 64, 'relu'),
      build.dense('dense2', 64, classes),
    ];
  },
};

/** The smallest image side that the convolutions and pools accept. */
const smallestSide: Record<ModelName, number> = { tiny: 8, lenet: 16, alexnet: 8, mlp: 1 };

/**
 * Builds a network of the zoo, its weights drawn from the seed.
 *
 * @throws InputError `image-too-small` if the images are smaller than the network's convolutions need
 */
export function buildModel(name: ModelName, shape: ModelShape): tfl.Sequential {
  const side = smallestSide[name];
  if (Math.min(shape.height, shape.width) < side) {
    const received = `${shape.height}×${shape.width}`;
    throw new InputError({
      code: 'image-too-small',
      message: `model "${name}" got images of ${received}; it needs at least ${side}×${side}.`,
      received,
      accepted: `≥ ${side}×${side}`,
    });
  }
  const model = tfl.sequential();
  for (const [index, layer] of architectures[name](shape, new LayerBuilder(shape.seed)).entries()) {
    // The first layer carries the shape of the images into the model.
    if (index === 0)
      model.add(tfl.layers.inputLayer({ inputShape: [shape.height, shape.width, shape.channels] }));
    model.add(layer);
  }
  return model;
}
