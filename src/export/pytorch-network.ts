/** The networks of the zoo (`src/models/zoo.ts`) in PyTorch: the same layers under the same names, in NCHW. */
import type { ModelName } from '../models/names.js';
import { call, render } from '../policy/pytorch/index.js';

/** The images and classes that a network is made for. */
export interface ImageShape {
  height: number;
  width: number;
  channels: number;
  classes: number;
}

/** A network as Python. */
export interface PytorchNetwork {
  /** The lines that assign it to `model`. */
  lines: string[];
  /** Its weights by lr-lab's names (`conv1/kernel`), in the network's order. */
  weights: string[];
}

/** Writes layers one after another and tracks the shape between them. */
class LayerWriter {
  readonly layers: string[] = [];
  readonly weights: string[] = [];
  private channels: number;
  private height: number;
  private width: number;
  private readonly counts = { conv: 0, pool: 0, relu: 0, dropout: 0 };

  constructor({ channels, height, width }: ImageShape) {
    this.channels = channels;
    this.height = height;
    this.width = width;
  }

  /** A convolution of stride 1 and a ReLU. */
  convolution(size: number, to: number, padding: 'valid' | 'same' = 'valid'): this {
    const name = `conv${++this.counts.conv}`;
    const lost = padding === 'valid' ? size - 1 : 0;
    const settings = padding === 'valid' ? '' : ', padding="same"';
    this.add(name, `Conv2d(${this.channels}, ${to}, kernel_size=${size}${settings})`, true);
    this.channels = to;
    this.height -= lost;
    this.width -= lost;
    return this.relu();
  }

  /** A 2×2 maximum of stride 2. */
  pool(): this {
    this.height = Math.floor(this.height / 2);
    this.width = Math.floor(this.width / 2);
    return this.add(`pool${++this.counts.pool}`, 'MaxPool2d(2)');
  }

  flatten(): this {
    this.channels *= this.height * this.width;
    this.height = this.width = 1;
    return this.add('flatten', 'Flatten()');
  }

  dropout(rate: number): this {
    return this.add(`dropout${++this.counts.dropout}`, `Dropout(${rate})`);
  }

  dense(name: string, to: number): this {
    this.add(name, `Linear(${this.channels}, ${to})`, true);
    this.channels = to;
    return this;
  }

  relu(): this {
    return this.add(`relu${++this.counts.relu}`, 'ReLU()');
  }

  private add(name: string, layer: string, hasWeights = false): this {
    this.layers.push(`${name}=nn.${layer}`);
    if (hasWeights) this.weights.push(`${name}/kernel`, `${name}/bias`);
    return this;
  }
}

const networks: Record<ModelName, (write: LayerWriter, classes: number) => LayerWriter> = {
  tiny: (write, classes) =>
    write.convolution(3, 4).pool().convolution(3, 8).flatten().dense('dense', classes),

  lenet: (write, classes) =>
    write.convolution(5, 8).pool().convolution(5, 16).pool().flatten().dense('dense', classes),

  alexnet: (write, classes) =>
    write
      .convolution(3, 8, 'same')
      .pool()
      .convolution(3, 24, 'same')
      .pool()
      .convolution(3, 32, 'same')
      .convolution(3, 32, 'same')
      .convolution(3, 32, 'same')
      .pool()
      .flatten()
      .dropout(0.5)
      .dense('dense1', 128)
      .relu()
      .dropout(0.5)
      .dense('dense2', 128)
      .relu()
      .dense('dense3', classes),

  mlp: (write, classes) => write.flatten().dense('dense1', 64).relu().dense('dense2', classes),
};

/**
 * A network of the zoo for these images. PyTorch starts its layers as the zoo does: uniform within ±1/√(fan-in)
 * (torch/nn/modules/conv.py and linear.py, reset_parameters).
 */
export function pytorchNetwork(name: ModelName, shape: ImageShape): PytorchNetwork {
  const { layers, weights } = networks[name](new LayerWriter(shape), shape.classes);
  const model = call('nn.Sequential', [call('OrderedDict', layers)]);
  return { lines: render(model, 'model = '), weights };
}
