/** The one name that programs which are read and programs which are written share. */

/** What toPyTorch calls the class by which it hands a metric to ReduceLROnPlateau inside a composite. */
export const adapterName = 'WithMetric';
