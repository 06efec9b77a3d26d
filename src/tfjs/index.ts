/** PyTorch's schedulers for tf.js's own optimizers and for `model.fit`. */
export { paramGroupsOf, type TfjsParamGroups } from './param-groups-of.js';
export { SchedulerCallback, type RateRow, type SchedulerCallbackOptions } from './scheduler-callback.js';
