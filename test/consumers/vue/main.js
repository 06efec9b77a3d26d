import 'lr-lab';
import { createApp, h, ref } from 'vue';

createApp({
  setup() {
    const lr = ref(0.1);
    return () => [
      h('button', { onClick: () => (lr.value = 0.05) }, 'smaller'),
      h('lr-lab', {
        dataset: 'digits',
        model: 'tiny',
        lr: lr.value,
        batchSize: 4,
        stepsPerEpoch: 30,
        epochs: 2,
        policy: { type: 'CosineAnnealingLR', tMax: 2 },
      }),
      h('lr-schedule-plot', { policy: { type: 'StepLR', stepSize: 30 }, steps: 90 }),
    ];
  },
}).mount('#app');
