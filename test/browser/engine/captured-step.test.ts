/** A step of stock tf.js, recorded and replayed: the same numbers, without tf.js. */
import type { Tensor, TensorContainer, Variable } from '@tensorflow/tfjs';

import { expect, test } from '../support/engine-page.js';

for (const optimizer of ['an update of our own', 'sgd', 'momentum', 'adam'] as const)
  test(`30 replayed steps of ${optimizer} equal tf.js’s own, bit for bit`, async ({ enginePage }) => {
    const runs = await enginePage.evaluate(async (optimizer) => {
      const { tf, captureStep, smallNetwork } = window.engine;
      const steps = 30;
      const make = () => {
        const network = smallNetwork();
        const ours = optimizer === 'an update of our own';
        const rule = {
          sgd: () => tf.train.sgd(0.1),
          momentum: () => tf.train.momentum(0.1, 0.9),
          adam: () => tf.train.adam(0.01),
        };
        const theirs = ours ? undefined : rule[optimizer]();
        const step = (inputs: typeof network.inputs) =>
          theirs ? network.minimize(theirs, inputs) : network.descend(inputs);
        const end = async (losses: number[]) => {
          const weights = await network.weights();
          network.dispose();
          theirs?.dispose();
          // tf.js's momentum does not dispose of it.
          if (optimizer === 'momentum') (theirs as unknown as { c: Tensor }).c.dispose();
          return { losses, weights };
        };
        return { network, step, end };
      };
      const eager = async () => {
        const { network, step, end } = make();
        const losses: number[] = [];
        for (let index = 0; index < steps; index++) {
          const { x, y, lr } = network.feed(index);
          const inputs = {
            x: tf.tensor4d(x, network.inputs.x.shape),
            y: tf.tensor2d(y, network.inputs.y.shape),
            lr: tf.scalar(lr),
          };
          const { loss } = tf.tidy(() => step(inputs));
          losses.push((await loss.data())[0]);
          tf.dispose([loss, ...Object.values(inputs)]);
        }
        return end(losses);
      };
      const captured = async (scale = 1) => {
        const { network, step, end } = make();
        const feed = (index: number) => {
          const values = network.feed(index);
          return { ...values, lr: values.lr * scale };
        };
        const losses: number[] = [];
        const capture = await captureStep(() => step(network.inputs), {
          inputs: network.inputs,
          feed,
          onStep: async ({ loss }) => void losses.push((await loss.data())[0]),
        });
        for (let index = losses.length; index < steps; index++) {
          capture.replay(feed(index));
          losses.push((await capture.outputs.loss.data())[0]);
          // What tf.js computes in between takes its buffers from the pool, and none of the capture's.
          tf.dispose(tf.tidy(() => network.loss(network.inputs.x.add(index), network.inputs.y)));
        }
        capture.dispose();
        return end(losses);
      };
      return {
        eager: await eager(),
        captured: [await captured(), await captured()],
        // The rate is an input of our own update alone.
        other: optimizer === 'an update of our own' ? await captured(0.5) : undefined,
      };
    }, optimizer);

    expect(runs.eager.losses).toHaveLength(30);
    expect(new Set(runs.eager.losses).size).toBe(30);
    expect(runs.captured[0]).toEqual(runs.eager);
    expect(runs.captured[1]).toEqual(runs.eager);
    if (runs.other) expect(runs.other.losses).not.toEqual(runs.eager.losses);
  });

test('several replayed steps in one submit equal the same steps one by one', async ({ enginePage }) => {
  const { single, several, submits } = await enginePage.evaluate(async () => {
    const { tf, captureStep, smallNetwork, ReadbackRing } = window.engine;
    const { queue } = (tf.backend() as unknown as { device: GPUDevice }).device;
    let submits = 0;
    const run = async (sizes: number[]) => {
      const network = smallNetwork();
      const { inputs } = network;
      const capture = await captureStep(() => network.descend(inputs), { inputs, feed: network.feed });
      const ring = new ReadbackRing({ floats: 2 });
      const rows: Promise<Float32Array>[] = [];
      const submit = queue.submit.bind(queue);
      queue.submit = (commands) => {
        if (Array.from(commands).length > 0) submits++;
        submit(commands);
      };
      submits = 0;
      let index = 2;
      for (const size of sizes) {
        const values = Array.from({ length: size }, () => network.feed(index++));
        capture.replaySteps(values, {
          afterStep: (encoder) => rows.push(ring.record(encoder, [capture.outputs.loss, inputs.lr])),
        });
        ring.flush();
      }
      queue.submit = submit;
      const reported = (await Promise.all(rows)).map((row) => Array.from(row));
      const weights = await network.weights();
      ring.dispose();
      capture.dispose();
      network.dispose();
      return { reported, weights, rates: reported.map(([, lr]) => lr), submits };
    };
    const { submits: one, ...single } = await run([1, 1, 1, 1, 1, 1, 1, 1]);
    const { submits: few, ...several } = await run([3, 5]);
    return { single, several, submits: [one, few] };
  });
  expect(several).toEqual(single);
  expect(submits).toEqual([8, 2]);
  expect(single.rates).toEqual(Array.from({ length: 8 }, (_, index) => Math.fround(0.2 / (3 + index))));
});

test('a replay runs no tf.js kernel, creates no buffer or bind group, and submits once', async ({
  enginePage,
}) => {
  const counts = await enginePage.evaluate(async () => {
    const { tf, captureStep, smallNetwork } = window.engine;
    const { device } = tf.backend() as unknown as { device: GPUDevice };
    const network = smallNetwork();
    const { inputs } = network;
    const adam = tf.train.adam(0.01);
    const capture = await captureStep(() => network.minimize(adam, inputs), { inputs, feed: network.feed });
    const steps = Array.from({ length: 12 }, (_, index) => network.feed(index));
    // Feeding several steps at once makes its buffer the first time.
    capture.replaySteps(steps.slice(0, 4));
    const calls = {
      kernels: 0,
      buffers: 0,
      bindGroups: 0,
      pipelines: 0,
      submits: 0,
      passes: 0,
      dispatches: 0,
    };
    const count = <Target extends object>(target: Target, name: keyof Target, call: keyof typeof calls) => {
      const original = target[name] as (...given: unknown[]) => unknown;
      const counting = function (this: unknown, ...given: unknown[]) {
        calls[call]++;
        return original.apply(this, given);
      };
      target[name] = counting as Target[typeof name];
      return () => {
        target[name] = original as Target[typeof name];
      };
    };
    const restore = [
      count(tf.engine(), 'runKernel', 'kernels'),
      count(device, 'createBuffer', 'buffers'),
      count(device, 'createBindGroup', 'bindGroups'),
      count(device, 'createComputePipeline', 'pipelines'),
      count(device.queue, 'submit', 'submits'),
      count(GPUCommandEncoder.prototype, 'beginComputePass', 'passes'),
      count(GPUComputePassEncoder.prototype, 'dispatchWorkgroups', 'dispatches'),
    ];
    tf.add(1, 2).dispose();
    const counted = calls.kernels;
    calls.kernels = 0;
    for (const values of steps) capture.replay(values);
    capture.replaySteps(steps.slice(4, 8));
    for (const undo of restore) undo();
    const { counts } = capture;
    capture.dispose();
    network.dispose();
    adam.dispose();
    return { calls, counted, counts };
  });
  expect(counts.counted).toBeGreaterThan(0);
  const { kernels, buffers, bindGroups, pipelines, submits, passes, dispatches } = counts.calls;
  expect({ kernels, buffers, bindGroups, pipelines, submits }).toEqual({
    kernels: 0,
    buffers: 0,
    bindGroups: 0,
    pipelines: 0,
    submits: 13,
  });
  expect(dispatches).toBe(16 * counts.counts.dispatches);
  expect(passes).toBe(16 * counts.counts.passes);
  // All dispatches share a pass; Adam's assignments are copies after it.
  expect(counts.counts.passes).toBe(1);
  expect(counts.counts.dispatches).toBeGreaterThan(50);
  expect(counts.counts.copies).toBe(4 + 8 + 2);
});

test('a captured step uses no more memory with each replay, and frees it when it is disposed of', async ({
  enginePage,
}) => {
  const memory = await enginePage.evaluate(async () => {
    const { tf, captureStep, smallNetwork } = window.engine;
    const now = () => {
      const { numTensors, numDataBuffers, ...rest } = tf.memory();
      const { numBytesInGPU, numBytesAllocatedInGPU } = rest as unknown as Record<string, number>;
      return { numTensors, numDataBuffers, numBytesInGPU, numBytesAllocatedInGPU };
    };
    const network = smallNetwork();
    const { inputs } = network;
    const adam = tf.train.adam(0.01);
    const capturing = () => captureStep(() => network.minimize(adam, inputs), { inputs, feed: network.feed });
    (await capturing()).dispose();
    const before = now();
    const capture = await capturing();
    const captured = now();
    for (let index = 0; index < 50; index++) {
      capture.replay(network.feed(index));
      capture.replaySteps([network.feed(index), network.feed(index + 1)]);
    }
    await capture.outputs.loss.data();
    const replayed = now();
    const { bytes } = capture.counts;
    capture.dispose();
    const after = now();
    // Buffers that returned to the pool are reused without harm.
    const again = await capturing();
    again.dispose();
    const end = now();
    network.dispose();
    adam.dispose();
    return { before, captured, replayed, after, end, bytes };
  });
  expect(memory.captured.numBytesInGPU).toBeGreaterThan(memory.before.numBytesInGPU);
  const { numBytesAllocatedInGPU: allocated, ...replayed } = memory.replayed;
  expect(memory.captured).toMatchObject(replayed);
  // Reading the loss takes a buffer of 4 bytes that the pool keeps.
  expect(allocated - memory.captured.numBytesAllocatedInGPU).toBeLessThanOrEqual(4);
  expect(memory.after).toMatchObject({
    numTensors: memory.before.numTensors,
    numDataBuffers: memory.before.numDataBuffers,
    numBytesInGPU: memory.before.numBytesInGPU,
  });
  expect(memory.end).toEqual(memory.after);
  expect(memory.bytes).toBeLessThan(200_000);
});

test('a replay uses values assigned to a variable since the last one, and leaves clones unchanged', async ({
  enginePage,
}) => {
  const seen = await enginePage.evaluate(async () => {
    const { tf, captureStep } = window.engine;
    const variable = tf.tidy(() => tf.variable(tf.tensor1d([1, 2])));
    const step = () => {
      variable.assign(variable.mul(2));
      return { value: variable.add(0) };
    };
    const capture = await captureStep(step);
    const values = async () => [
      Array.from(await variable.data()),
      Array.from(await capture.outputs.value.data()),
    ];
    const seen = [await values()];
    capture.replay();
    seen.push(await values());
    const clone = variable.clone();
    capture.replay();
    seen.push(await values());
    const kept = [Array.from(await clone.data())];
    const hundreds = tf.tensor1d([100, 200]);
    variable.assign(hundreds);
    capture.replay();
    seen.push(await values());
    // The clone of an assigned variable keeps the home buffer: it must be left alone all the same.
    const shared = variable.clone();
    const fractions = tf.tensor1d([0.5, 0.25]);
    variable.assign(fractions);
    capture.replay();
    seen.push(await values());
    kept.push(Array.from(await clone.data()), Array.from(await shared.data()));
    // And tf.js's own steps may come between.
    tf.dispose(tf.tidy(step));
    capture.replay();
    seen.push(await values());
    capture.dispose();
    tf.dispose([variable, clone, shared, hundreds, fractions]);
    return { seen, kept };
  });
  expect(seen.seen.map(([variable]) => variable)).toEqual([
    [4, 8],
    [8, 16],
    [16, 32],
    [200, 400],
    [1, 0.5],
    [4, 2],
  ]);
  for (const [variable, output] of seen.seen) expect(output).toEqual(variable);
  expect(seen.kept).toEqual([
    [8, 16],
    [8, 16],
    [200, 400],
  ]);
});

test('a replay handles variables that swap values, and results that are a variable’s old value', async ({
  ownEnginePage,
}) => {
  const rows = await ownEnginePage.evaluate(async () => {
    const { tf, captureStep } = window.engine;
    await tf.setBackend('webgpu');
    const make = () => {
      const a = tf.variable(tf.scalar(1));
      const b = tf.variable(tf.scalar(10));
      const slow = tf.variable(a);
      const step = () => {
        const old = a.clone();
        const next = b.clone();
        b.assign(a.add(b));
        a.assign(next);
        slow.assign(a);
        return { old, now: b.clone(), next };
      };
      const row = async (outputs: Record<string, Tensor>) =>
        (await Promise.all([a, b, slow, outputs.old, outputs.now, outputs.next].map((t) => t.data()))).map(
          ([value]) => value,
        );
      return { step, row };
    };
    const eager = make();
    const expected: number[][] = [];
    for (let index = 0; index < 6; index++) expected.push(await eager.row(tf.tidy(eager.step)));
    const replayed = make();
    const rows: number[][] = [];
    const capture = await captureStep(replayed.step, {
      onStep: async (outputs) => void rows.push(await replayed.row(outputs)),
    });
    while (rows.length < 6) {
      capture.replay();
      rows.push(await replayed.row(capture.outputs));
    }
    capture.dispose();
    return { expected, rows };
  });
  expect(rows.rows).toEqual(rows.expected);
});

test('two captured steps can use the same variables in turn', async ({ enginePage }) => {
  const { values, losses } = await enginePage.evaluate(async () => {
    const { tf, captureStep, smallNetwork } = window.engine;
    const network = smallNetwork();
    const { inputs, feed } = network;
    const train = await captureStep(() => network.descend(inputs), { inputs, feed });
    const score = await captureStep(() => network.loss(inputs.x, inputs.y), { inputs });
    const losses: number[][] = [];
    for (let index = 0; index < 5; index++) {
      score.replay(feed(index));
      train.replay(feed(index));
      losses.push([(await score.outputs.data())[0], (await train.outputs.loss.data())[0]]);
    }
    train.dispose();
    score.replay(feed(9));
    const eager = tf.tidy(() => network.loss(inputs.x, inputs.y));
    const values = [(await score.outputs.data())[0], (await eager.data())[0]];
    score.dispose();
    eager.dispose();
    network.dispose();
    return { values, losses };
  });
  for (const [scored, trained] of losses) expect(scored).toBe(trained);
  expect(values[0]).toBe(values[1]);
});

test('a step that a replay would get wrong is refused with its reason, and no update is lost', async ({
  enginePage,
}) => {
  const refusals = await enginePage.evaluate(async () => {
    const { tf, captureStep, CaptureError } = window.engine;
    type Step = (variable: Variable) => TensorContainer;
    const refusal = async (step: Step, warmUp = 1) => {
      const variable = tf.tidy(() => tf.variable(tf.tensor1d([0, 0])));
      let reported = 0;
      const counting = () => {
        variable.assign(variable.add(1));
        return step(variable);
      };
      const onStep = () => {
        reported++;
      };
      const reason = await captureStep(counting, { warmUp, onStep }).then(
        () => 'captured',
        (error: unknown) => (error instanceof CaptureError ? error.reason : String(error)),
      );
      const [steps] = await variable.data();
      variable.dispose();
      return { reason, reported, steps };
    };
    // The software adapter loses its device over a real synchronous read.
    const backend = tf.backend() as unknown as { readSync(): Float32Array };
    const { readSync } = backend;
    backend.readSync = () => new Float32Array(2);
    let state: Tensor = tf.tensor1d([1, 1]);
    const refusals = {
      readNow: await refusal((variable) => variable.mul(variable.dataSync()[0])),
      readLater: await refusal((variable) => {
        // tf.js rejects a read whose variable is assigned meanwhile.
        void variable.data().catch(() => undefined);
      }),
      variable: await refusal(() => tf.variable(tf.scalar(1), true, 'made'), 0),
      state: await refusal((variable) => {
        const next = tf.keep(state.add(variable));
        state.dispose();
        state = next;
      }),
      timed: { reason: '', reported: 0, steps: 0 },
    };
    const timed: Promise<typeof refusals.timed>[] = [];
    await tf.time(() => timed.push(refusal(() => undefined, 0)));
    refusals.timed = await timed[0];
    backend.readSync = readSync;
    state.dispose();
    tf.disposeVariables();
    return refusals;
  });
  const reasons = Object.fromEntries(Object.entries(refusals).map(([name, { reason }]) => [name, reason]));
  expect(reasons.readNow).toContain('reads the values of a tensor of shape [2]');
  expect(reasons.readLater).toContain('reads the values of a tensor of shape [2]');
  expect(reasons.variable).toContain('makes variables ("made")');
  expect(reasons.state).toContain('disposes of a tensor made before it');
  expect(reasons.timed).toContain('is being timed');
  for (const [name, { reported, steps }] of Object.entries(refusals)) expect(reported, name).toBe(steps);
  expect(refusals.readNow.steps).toBe(2);
  expect(refusals.variable.steps).toBe(1);
});

test('a capture tells invalid commands from a step that only cannot be replayed', async ({ enginePage }) => {
  const refusals = await enginePage.evaluate(async () => {
    const { tf, captureStep, CaptureError } = window.engine;
    const { device } = tf.backend() as unknown as { device: GPUDevice };
    const refusal = async (extra: () => void) => {
      const variable = tf.tidy(() => tf.variable(tf.scalar(1)));
      const step = () => {
        variable.assign(variable.add(1));
        extra();
      };
      const error = await captureStep(step, { warmUp: 0 }).catch((error: unknown) => error);
      variable.dispose();
      return error instanceof CaptureError ? { reason: error.reason, isInvalid: error.isInvalid } : error;
    };
    const refusals = {
      // No buffer can be made for no use.
      invalid: await refusal(() => device.createBuffer({ size: 4, usage: 0 })),
      unrepeatable: await refusal(() => tf.variable(tf.scalar(1), true, 'made')),
    };
    tf.disposeVariables();
    return refusals;
  });
  expect(refusals.invalid).toMatchObject({
    reason: expect.stringContaining('the device did not accept its commands'),
    isInvalid: true,
  });
  expect(refusals.unrepeatable).toMatchObject({ isInvalid: false });
});

test('refuses a step that is asynchronous, or computes nothing on the device', async ({ enginePage }) => {
  const messages = await enginePage.evaluate(async () => {
    const { tf, captureStep } = window.engine;
    const message = (error: unknown) => (error as Error).message;
    return [
      // A step that returns a promise is what is refused, even if it awaits nothing.
      // oxlint-disable-next-line typescript/require-await
      await captureStep((async () => tf.scalar(1)) as never).catch(message),
      await captureStep(() => tf.scalar(1)).catch(message),
    ];
  });
  expect(messages[0]).toBe('The step cannot be captured: it is asynchronous.');
  expect(messages[1]).toBe('The step cannot be captured: it runs nothing on the GPU.');
});

test('an error thrown in a captured step reaches the caller, and tf.js stays as it was', async ({
  enginePage,
}) => {
  const { thrown, owned, before, after } = await enginePage.evaluate(async () => {
    const { tf, captureStep } = window.engine;
    const backend = tf.backend() as unknown as { device: GPUDevice; queue: GPUQueue };
    const variable = tf.tidy(() => tf.variable(tf.tensor1d([1, 2])));
    let steps = 0;
    const step = () => {
      variable.assign(variable.add(1).mul(2));
      if (++steps === 3) throw new Error('the third step fails');
    };
    (await captureStep(step)).dispose();
    const methods = () => [backend, backend.device, backend.queue].map((target) => Object.keys(target));
    const before = { methods: methods(), memory: tf.memory() };
    const thrown = await captureStep(step, { warmUp: 0 }).catch((error: unknown) => (error as Error).message);
    const after = { methods: methods(), memory: tf.memory() };
    const owned = Array.from(await variable.data());
    variable.dispose();
    return { thrown, before, after, owned };
  });
  expect(thrown).toBe('the third step fails');
  expect(after).toEqual(before);
  // ((v + 1) · 2), three times.
  expect(owned).toEqual([22, 30]);
});

test('capturing is refused on the cpu, and a replay reports that tf.js uses another backend', async ({
  enginePage,
}) => {
  const messages = await enginePage.evaluate(async () => {
    const { tf, captureStep } = window.engine;
    const message = (run: () => unknown) => {
      try {
        run();
        return 'nothing';
      } catch (error) {
        return `${(error as Error).name}: ${(error as Error).message}`;
      }
    };
    const variable = tf.tidy(() => tf.variable(tf.scalar(3)));
    const capture = await captureStep(() => variable.assign(variable.mul(2)));
    await tf.setBackend('cpu');
    const elsewhere = message(() => capture.replay());
    const cpu = await captureStep(() => variable.mul(2)).catch((error: unknown) => String(error));
    await tf.setBackend('webgpu');
    capture.replay();
    const [value] = await variable.data();
    variable.dispose();
    const disposed = message(() => capture.replay());
    capture.dispose();
    const dropped = message(() => capture.replay());
    return { elsewhere, cpu, value, disposed, dropped };
  });
  expect(messages.elsewhere).toContain('CaptureError');
  expect(messages.elsewhere).toContain('"cpu"');
  expect(messages.cpu).toContain('only WebGPU commands can be recorded');
  expect(messages.value).toBe(24);
  expect(messages.disposed).toContain('was disposed of');
  expect(messages.dropped).toContain('it was disposed of');
});

test('a replay reports that its device is lost', async ({ ownEnginePage }) => {
  const message = await ownEnginePage.evaluate(async () => {
    const { tf, captureStep } = window.engine;
    await tf.setBackend('webgpu');
    const { device } = tf.backend() as unknown as { device: GPUDevice };
    const variable = tf.variable(tf.scalar(3));
    const capture = await captureStep(() => variable.assign(variable.mul(2)));
    device.destroy();
    await device.lost;
    try {
      capture.replay();
      return 'replayed';
    } catch (error) {
      return String(error);
    }
  });
  expect(message).toContain('CaptureError: The captured step cannot be replayed: the GPU device was lost');
});

test('a captured step lists what JavaScript uploaded, which reveals a frozen learning rate', async ({
  enginePage,
}) => {
  const constants = await enginePage.evaluate(async () => {
    const { tf, captureStep } = window.engine;
    const variable = tf.tidy(() => tf.variable(tf.tensor1d([1, 2])));
    const rate = tf.scalar(0.5);
    const frozen = await captureStep(() => variable.assign(variable.mul(tf.scalar(0.25))));
    const fed = await captureStep(() => variable.assign(variable.mul(rate)), { inputs: { rate } });
    const result = [frozen.constants, fed.constants];
    frozen.dispose();
    fed.dispose();
    tf.dispose([variable, rate]);
    return result;
  });
  expect(constants).toMatchObject([[{ kind: 'upload', shape: [], first: [0.25] }], []]);
});

test('a replay refuses values that do not fit an input, and names them', async ({ enginePage }) => {
  const messages = await enginePage.evaluate(async () => {
    const { tf, captureStep } = window.engine;
    const variable = tf.tidy(() => tf.variable(tf.tensor1d([1, 2])));
    const inputs = { step: tf.tensor1d([1, 1]) };
    const capture = await captureStep(() => variable.assign(variable.add(inputs.step)), { inputs });
    const message = (run: () => unknown) => {
      try {
        run();
        return 'nothing';
      } catch (error) {
        return (error as Error).message;
      }
    };
    const messages = [
      message(() => capture.replay({ step: [1, 2, 3] })),
      message(() => capture.replay({ stride: 1 } as never)),
      message(() => capture.replaySteps([{ step: 1 }])),
      (await captureStep(() => variable.add(1), { inputs: { variable } }).catch(String)) as string,
    ];
    capture.dispose();
    tf.dispose([variable, inputs.step]);
    return messages;
  });
  expect(messages[0]).toContain('inputs.step is 3 values; accepted: 2 values');
  expect(messages[1]).toContain('"stride"; accepted: step');
  expect(messages[2]).toContain('inputs.step is 1 values');
  expect(messages[3]).toContain('a variable');
});

test('a replay reports how long the device computed, where the device can', async ({ enginePage }) => {
  const { times, canTell } = await enginePage.evaluate(async () => {
    const { tf, captureStep } = window.engine;
    const { device } = tf.backend() as unknown as { device: GPUDevice };
    const variable = tf.tidy(() => tf.variable(tf.ones([64, 64])));
    const capture = await captureStep(() => variable.assign(variable.matMul(variable).mul(1 / 64)));
    const times = await Promise.all([capture.time(), capture.time()]);
    const several = await new Promise<number | undefined>((resolve) =>
      capture.replaySteps([{}, {}, {}], { onGpuTime: resolve }),
    );
    capture.dispose();
    variable.dispose();
    return { times: [...times, several], canTell: device.features.has('timestamp-query') };
  });
  for (const time of times)
    if (canTell) expect(time).toBeGreaterThan(0);
    else expect(time).toBeUndefined();
});

test('the readback ring returns rows in order, keeps to its room, and reuses its few buffers', async ({
  enginePage,
}) => {
  const { rows, most, full, buffers, maps, left } = await enginePage.evaluate(async () => {
    const { tf, ReadbackRing } = window.engine;
    const { device } = tf.backend() as unknown as { device: GPUDevice };
    const ring = new ReadbackRing({ floats: 2, rows: 4, slots: 3 });
    const usage = GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    const source = device.createBuffer({ size: 8, usage });
    const other = device.createBuffer({ size: 8, usage });
    let buffers = 0;
    let maps = 0;
    const { createBuffer } = device;
    device.createBuffer = (descriptor) => (buffers++, createBuffer.call(device, descriptor));
    const { mapAsync } = GPUBuffer.prototype;
    GPUBuffer.prototype.mapAsync = function (...given) {
      maps++;
      return mapAsync.apply(this, given);
    };
    const promises: Promise<unknown>[] = [];
    const rows: number[][] = [];
    const record = (index: number) => {
      device.queue.writeBuffer(source, 4, new Float32Array([index]));
      device.queue.writeBuffer(other, 0, new Float32Array([-index]));
      const encoder = device.createCommandEncoder();
      const parts = [
        { buffer: source, offset: 4, floats: 1 },
        { buffer: other, floats: 1 },
      ];
      promises.push(ring.record(encoder, parts).then((row) => rows.push(Array.from(row))));
      device.queue.submit([encoder.finish()]);
      ring.flush();
    };
    let most = 0;
    for (let index = 0; index < 40; index++) {
      await ring.waitForSpace();
      record(index);
      most = Math.max(most, ring.inFlight);
    }
    await ring.drain();
    await Promise.all(promises);
    let full = '';
    try {
      for (let index = 0; index < 13; index++) record(index);
    } catch (error) {
      full = (error as Error).message;
    }
    await ring.drain();
    await ring.waitForSpace(12);
    const left = ring.inFlight;
    ring.dispose();
    GPUBuffer.prototype.mapAsync = mapAsync;
    device.createBuffer = createBuffer;
    return { rows: rows.slice(0, 40), most, full, buffers, maps, left };
  });
  expect(rows).toEqual(Array.from({ length: 40 }, (_, index) => [index, index === 0 ? -0 : -index]));
  expect(most).toBeGreaterThan(1);
  expect(most).toBeLessThanOrEqual(12);
  expect(full).toContain('rows are in flight');
  expect(buffers).toBe(0);
  // Fewer maps than rows: rows share them when many steps are quick.
  expect(maps).toBeLessThan(40);
  expect(left).toBe(0);
});

test('the readback ring reads a row at once when it is idle, and rejects rows that cannot come', async ({
  enginePage,
}) => {
  const { row, rejected, refused } = await enginePage.evaluate(async () => {
    const { tf, ReadbackRing } = window.engine;
    const { device } = tf.backend() as unknown as { device: GPUDevice };
    const ring = new ReadbackRing({ floats: 3, rows: 32, slots: 1 });
    const buffer = device.createBuffer({
      size: 12,
      usage: GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
    });
    device.queue.writeBuffer(buffer, 0, new Float32Array([2, 4, 6]));
    const values = [{ buffer, floats: 3 }];
    const encoder = device.createCommandEncoder();
    const promise = ring.record(encoder, values);
    device.queue.submit([encoder.finish()]);
    ring.flush();
    const row = Array.from(await promise);
    const never = ring.record(device.createCommandEncoder(), values).catch((error: unknown) => String(error));
    ring.dispose();
    const rejected = await never;
    const refused = await ring.waitForSpace().catch((error: unknown) => String(error));
    buffer.destroy();
    return { row, rejected, refused };
  });
  expect(row).toEqual([2, 4, 6]);
  expect(rejected).toContain('disposed of');
  expect(refused).toContain('disposed of');
});
