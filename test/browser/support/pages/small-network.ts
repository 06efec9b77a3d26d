/** A small convolutional network of stock tf.js layers with its inputs on the device, for the tests of captured steps. */
import * as tf from '@tensorflow/tfjs';

const batchSize = 4;
const side = 12;
const classes = 3;

/** Numbers in [0, 1) that are always the same, on every machine. */
function numbers(seed: number, count: number): Float32Array<ArrayBuffer> {
  let state = seed * 2654435761 + 1;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  });
}

const isVariable = (tensor: tf.Tensor): tensor is tf.Variable => tensor instanceof tf.Variable;

/** Conv 3×3×4, max-pool, dense; always the same weights. */
export function smallNetwork() {
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({
        inputShape: [side, side, 1],
        filters: 4,
        kernelSize: 3,
        activation: 'relu',
        kernelInitializer: tf.initializers.glorotUniform({ seed: 1 }),
      }),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.flatten(),
      tf.layers.dense({ units: classes, kernelInitializer: tf.initializers.glorotUniform({ seed: 2 }) }),
    ],
  });
  const variables = model.trainableWeights.map((weight) => weight.read()).filter(isVariable);
  const inputs = {
    x: tf.zeros<tf.Rank.R4>([batchSize, side, side, 1]),
    y: tf.zeros<tf.Rank.R2>([batchSize, classes]),
    lr: tf.scalar(0),
  };
  const loss = (x: tf.Tensor, y: tf.Tensor) =>
    tf.losses.softmaxCrossEntropy(y, model.apply(x, { training: true }) as tf.Tensor).asScalar();

  return {
    model,
    variables,
    inputs,
    loss,

    /** The inputs of a step: a batch of its own, and a learning rate that differs from step to step. */
    feed: (step: number) => {
      const y = new Float32Array(batchSize * classes);
      for (let row = 0; row < batchSize; row++) y[row * classes + ((step + row * row) % classes)] = 1;
      return { x: numbers(step, batchSize * side * side), y, lr: 0.2 / (1 + step) };
    },

    /** One step of plain gradient descent with the rate that the input holds. */
    descend: ({ x, y, lr }: typeof inputs) => {
      const { value, grads } = tf.variableGrads(() => loss(x, y), variables);
      for (const variable of variables) variable.assign(variable.sub(grads[variable.name].mul(lr)));
      return { loss: value };
    },

    /** One step of a tf.js optimizer. */
    minimize: (optimizer: tf.Optimizer, { x, y }: typeof inputs) => ({
      loss: optimizer.minimize(() => loss(x, y), true, variables)!,
    }),

    weights: async () =>
      Promise.all(variables.map(async (variable) => Array.from(await variable.data<'float32'>()))),

    dispose: () => {
      model.dispose();
      tf.dispose(Object.values(inputs));
    },
  };
}
