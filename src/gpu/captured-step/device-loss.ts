const losses = new WeakMap<GPUDevice, { reason?: string }>();

/** Watches a device: `reason` appears once it is lost. All captures of a device share one watch. */
export function deviceLoss(device: GPUDevice): { readonly reason?: string } {
  let loss = losses.get(device);
  if (!loss) {
    const watched: { reason?: string } = {};
    losses.set(device, (loss = watched));
    void device.lost.then(({ message, reason }) => (watched.reason = message || reason));
  }
  return loss;
}
