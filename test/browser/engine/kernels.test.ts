/**
 * Our WebGPU kernels against tf.js's cpu backend, over random shapes, strides, paddings and odd sizes. tf.js's own
 * gradients on WebGPU are partly untested upstream, so nothing is compared with them.
 */
import type { Rank, Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs';

import { expect, test } from '../support/engine-page.js';
import { isSoak, seed } from '../support/seeded-pick.js';
import { fc } from '../../property-runs.js';

const numRuns = isSoak ? 300 : 12;

/** Float32 sums in another order stay within this, relative to 1 + |value|. */
const tolerance = 2e-5;

test.beforeEach(async ({ enginePage }) => {
  // Far more than a property takes.
  if (isSoak) test.setTimeout(1_800_000);
  const backend = await enginePage.evaluate(() => window.engine.optimizers.chooseBackend('webgpu'));
  expect(backend.name, 'the backend').toBe('webgpu');
});

const side = fc.integer({ min: 1, max: 17 });
const channels = fc.constantFrom(1, 2, 3, 4, 6, 8);

const convolutions = fc
  .record({
    batch: fc.integer({ min: 1, max: 5 }),
    height: side,
    width: fc.oneof(side, fc.integer({ min: 14, max: 31 })),
    from: channels,
    to: channels,
    kernelHeight: fc.integer({ min: 1, max: 5 }),
    kernelWidth: fc.integer({ min: 1, max: 5 }),
    strides: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
    pad: fc.constantFrom('valid' as const, 'same' as const, 1, 2),
  })
  .filter(({ pad, height, width, kernelHeight, kernelWidth }) => {
    const around = typeof pad === 'number' ? 2 * pad : 0;
    return pad === 'same' || (height + around >= kernelHeight && width + around >= kernelWidth);
  })
  // tf.js refuses a numeric padding that leaves a fraction of a step.
  .filter(({ pad, height, width, kernelHeight, kernelWidth, strides }) =>
    typeof pad === 'number'
      ? (height + 2 * pad - kernelHeight) % strides[0] === 0 &&
        (width + 2 * pad - kernelWidth) % strides[1] === 0
      : true,
  );

const pools = fc
  .record({
    batch: fc.integer({ min: 1, max: 4 }),
    height: side,
    width: side,
    depth: channels,
    filterSize: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
    strides: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
    pad: fc.constantFrom('valid' as const, 'same' as const),
  })
  .filter(
    ({ pad, height, width, filterSize }) =>
      pad === 'same' || (height >= filterSize[0] && width >= filterSize[1]),
  );

test('convolution and its gradients equal those of the cpu backend', async ({ enginePage }) => {
  await fc.assert(
    fc.asyncProperty(convolutions, async (shape) => {
      const error = await enginePage.evaluate(
        ({ batch, height, width, from, to, kernelHeight, kernelWidth, strides, pad }) => {
          const { tf } = window.engine;
          const { compare } = window.engine.kernels;
          return compare((fill) => {
            const x = fill([batch, height, width, from], 1) as Tensor4D;
            const filter = fill([kernelHeight, kernelWidth, from, to], 2) as Tensor4D;
            const convolve = (image: Tensor4D, kernel: Tensor4D) => tf.conv2d(image, kernel, strides, pad);
            const y = convolve(x, filter);
            const dy = fill(y.shape, 3);
            const [dx, dFilter] = tf.grads((image, kernel) =>
              convolve(image as Tensor4D, kernel as Tensor4D),
            )([x, filter], dy);
            const bias = fill([to], 4) as Tensor1D;
            const inferred = tf.fused.conv2d({ x, filter, strides, pad, bias, activation: 'relu' });
            return { y, dx, dFilter, inferred };
          });
        },
        shape,
      );
      expect(error, JSON.stringify(shape)).toBeLessThan(tolerance);
    }),
    { numRuns, seed },
  );
});

test('max pool and its gradient equal those of the cpu backend', async ({ enginePage }) => {
  await fc.assert(
    fc.asyncProperty(pools, async (shape) => {
      const error = await enginePage.evaluate(({ batch, height, width, depth, filterSize, strides, pad }) => {
        const { tf } = window.engine;
        const { compare } = window.engine.kernels;
        return compare((fill) => {
          // Few distinct values: windows with several equal maxima are common.
          const x = fill([batch, height, width, depth], 5).mul(4).round() as Tensor4D;
          const pool = (image: Tensor4D) => tf.maxPool(image, filterSize, strides, pad);
          const y = pool(x);
          const dx = tf.grad((image) => pool(image as Tensor4D))(x, fill(y.shape, 6));
          return { y, dx };
        });
      }, shape);
      expect(error, JSON.stringify(shape)).toBeLessThan(tolerance);
    }),
    { numRuns, seed },
  );
});

test('the fused convolution with bias, ReLU and pool equals the operations one by one', async ({
  enginePage,
}) => {
  await fc.assert(
    fc.asyncProperty(convolutions, fc.boolean(), fc.boolean(), async (shape, relu, wantsPool) => {
      const error = await enginePage.evaluate(
        ({ shape, relu, wantsPool }) => {
          const { batch, height, width, from, to, kernelHeight, kernelWidth, strides, pad } = shape;
          const { tf } = window.engine;
          const { compare, fusedConvolution } = window.engine.kernels;
          return compare((fill) => {
            const inputs = [
              fill([batch, height, width, from], 1),
              fill([kernelHeight, kernelWidth, from, to], 2),
              fill([to], 4),
            ];
            const apply = (x: Tensor, filter: Tensor, bias: Tensor): Tensor4D => {
              const [, rows, columns] = tf.backend_util.computeConv2DInfo(
                [batch, height, width, from],
                [kernelHeight, kernelWidth, from, to],
                strides,
                1,
                pad,
              ).outShape;
              const pool = relu && wantsPool && Math.min(rows, columns) >= 2;
              if (tf.getBackend() === 'webgpu') {
                return fusedConvolution(
                  x as Tensor4D,
                  filter as Tensor4D,
                  bias as Tensor1D,
                  { strides, pad },
                  { relu, pool },
                );
              }
              const sum = tf.add<Tensor4D>(tf.conv2d(x as Tensor4D, filter as Tensor4D, strides, pad), bias);
              const active = relu ? tf.relu(sum) : sum;
              return pool ? tf.maxPool(active, 2, 2, 'valid') : active;
            };
            const y = apply(inputs[0], inputs[1], inputs[2]);
            const [dx, dFilter, dBias] = tf.grads((x, filter, bias) => apply(x, filter, bias))(
              inputs,
              fill(y.shape, 3),
            );
            return { y, dx, dFilter, dBias };
          });
        },
        { shape, relu, wantsPool },
      );
      expect(error, JSON.stringify({ shape, relu, wantsPool })).toBeLessThan(tolerance);
    }),
    { numRuns, seed },
  );
});

test('the fused dense layer and loss equal the operations one by one', async ({ enginePage }) => {
  const sizes = fc.record({
    batch: fc.integer({ min: 1, max: 130 }),
    inputs: fc.integer({ min: 1, max: 40 }),
    outputs: fc.integer({ min: 2, max: 12 }),
    relu: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(sizes, async (size) => {
      const error = await enginePage.evaluate(({ batch, inputs, outputs, relu }) => {
        const { tf } = window.engine;
        const { compare, fusedDense, softmaxCrossEntropy } = window.engine.kernels;
        return compare((fill) => {
          const onGpu = tf.getBackend() === 'webgpu';
          const labels = tf.range(0, batch, 1, 'int32').mod<Tensor1D>(tf.scalar(outputs, 'int32'));
          const parts = [fill([batch, inputs], 1), fill([inputs, outputs], 2), fill([outputs], 3)];
          const layer = (x: Tensor, kernel: Tensor, bias: Tensor) => {
            if (onGpu) return fusedDense(x as Tensor2D, kernel as Tensor2D, bias as Tensor1D, relu);
            const sum = tf.add<Tensor2D>(tf.matMul(x, kernel), bias);
            return relu ? tf.relu(sum) : sum;
          };
          const loss = (logits: Tensor2D) =>
            onGpu
              ? softmaxCrossEntropy(logits, labels)
              : tf.losses.softmaxCrossEntropy(tf.oneHot(labels, outputs), logits);
          const { value, grads } = tf.valueAndGrads((x, kernel, bias) =>
            tf.mul(loss(layer(x, kernel, bias)), 3),
          )(parts);
          return { value, dx: grads[0], dKernel: grads[1], dBias: grads[2] };
        });
      }, size);
      expect(error, JSON.stringify(size)).toBeLessThan(tolerance);
    }),
    { numRuns, seed },
  );
});

test('shapes that the kernels do not cover are left to tf.js', async ({ enginePage }) => {
  const errors = await enginePage.evaluate(async () => {
    const { tf } = window.engine;
    const { compare } = window.engine.kernels;
    const convolution = (from: number, to: number, side: number, dilation: number) =>
      compare((fill) => ({
        y: tf.conv2d(
          fill([2, 20, 20, from], 1) as Tensor4D,
          fill([side, side, from, to], 2) as Tensor4D,
          1,
          'valid',
          'NHWC',
          dilation,
        ),
      }));
    return {
      'empty batch': await compare((fill) => {
        const sum = fill([3], 1).add(1);
        return { y: tf.maxPool(tf.zeros<Rank.R4>([0, 4, 4, 1]), 2, 2, 'valid'), sum };
      }),
      dilated: await convolution(2, 3, 3, 2),
      'many channels': await convolution(65, 3, 3, 1),
      'long kernel': await convolution(2, 3, 9, 1),
      'large window': await compare((fill) => ({
        y: tf.maxPool(fill([2, 20, 20, 3], 1) as Tensor4D, 5, 2, 'valid'),
      })),
    };
  });
  for (const [name, error] of Object.entries(errors)) expect(error, name).toBeLessThan(tolerance);
});

test('a NaN passes through convolution, ReLU and pool, so that divergence shows', async ({ enginePage }) => {
  const results = await enginePage.evaluate(async () => {
    const { tf } = window.engine;
    const { fusedConvolution } = window.engine.kernels;
    await tf.setBackend('webgpu');
    const x: Tensor4D = tf.ones([1, 4, 4, 1]);
    const filter: Tensor4D = tf.ones([1, 1, 1, 2]);
    const bias = tf.tensor1d([NaN, 1]);
    const read = async (relu: boolean, pool: boolean) => {
      const result = tf.tidy(() =>
        fusedConvolution(x, filter, bias, { strides: 1, pad: 'valid' }, { relu, pool }),
      );
      const values = Array.from(await result.data(), String);
      result.dispose();
      return values;
    };
    const pooled = tf.tidy(() => tf.maxPool(tf.tensor4d([1, NaN, 2, 3], [1, 2, 2, 1]), 2, 2, 'valid'));
    const [maxPool] = await pooled.data();
    const values = { relu: await read(true, false), pool: await read(true, true), maxPool: String(maxPool) };
    tf.dispose([x, filter, bias, pooled]);
    return values;
  });
  expect(results.relu.slice(0, 2)).toEqual(['NaN', '2']);
  expect(results.pool.slice(0, 2)).toEqual(['NaN', '2']);
  expect(results.maxPool).toBe('NaN');
});

test('a batch is gathered exactly, for any image size', async ({ enginePage }) => {
  const batches = await enginePage.evaluate(async () => {
    const { tf } = window.engine;
    const { gatherBatch } = window.engine.kernels;
    await tf.setBackend('webgpu');
    const intensity = tf.tensor1d(Float32Array.from({ length: 256 }, (_, pixel) => pixel / 255));
    const gather = async (height: number, width: number, channels: number) => {
      const count = 7;
      const size = height * width * channels;
      const bytes = Uint8Array.from(
        { length: Math.ceil((count * size) / 4) * 4 },
        (_, index) => (index * 37) % 256,
      );
      const images = tf.tensor1d(new Int32Array(bytes.buffer), 'int32');
      const labels = tf.tensor1d([9, 8, 7, 6, 5, 4, 3], 'int32');
      const indices = [6, 0, 3];
      const batch = tf.tidy(() =>
        gatherBatch({ images, labels, intensity }, tf.tensor1d(indices, 'int32'), [height, width, channels]),
      );
      const gathered = {
        images: Array.from(await batch.images.data()),
        labels: Array.from(await batch.labels.data()),
      };
      tf.dispose([images, labels, batch.images, batch.labels]);
      return {
        ...gathered,
        expected: indices.flatMap((index) =>
          Array.from(bytes.subarray(index * size, (index + 1) * size), (byte) => Math.fround(byte / 255)),
        ),
      };
    };
    const batches = [await gather(4, 4, 1), await gather(5, 3, 1), await gather(3, 3, 3)];
    intensity.dispose();
    return batches;
  });
  for (const { images, labels, expected } of batches) {
    expect(images).toEqual(expected);
    expect(labels).toEqual([3, 9, 6]);
  }
});

test('dropout masks on the device equal those on the host, bit for bit', async ({ enginePage }) => {
  const masks = await enginePage.evaluate(async () => {
    const { tf } = window.engine;
    const { deviceDropoutMask, dropoutMask, dropoutStepKey } = window.engine.kernels;
    await tf.setBackend('webgpu');
    const pairs: { rate: number; host: number[]; device: number[] }[] = [];
    for (const [rate, layer, clock] of [
      [0.5, 0, { seed: 7, step: 3 }],
      [0.1, 1, { seed: 4294967295, step: 100000 }],
      [0.9, 2, { seed: 0, step: 0 }],
    ] as const) {
      const stepKey = tf.tensor1d([dropoutStepKey(clock) | 0], 'int32');
      const mask = deviceDropoutMask([50, 41], { layer, rate, stepKey });
      pairs.push({
        rate,
        host: Array.from(dropoutMask(clock, layer, 2050, rate)),
        device: Array.from(await mask.data()),
      });
      tf.dispose([mask, stepKey]);
    }
    return pairs;
  });
  for (const { rate, host, device } of masks) expect(device, `rate ${rate}`).toEqual(host);
});
