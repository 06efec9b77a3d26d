/** A model as plain data. Loads no tf.js, so that a page can send its model to the worker without it. */
import type { io } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';

/** A model as plain data that can be sent to a worker: tf.js's own artifacts. */
export type ModelArtifacts = io.ModelArtifacts;

/** Reads a model into plain data. */
export async function modelArtifacts(model: Pick<LayersModel, 'save'>): Promise<ModelArtifacts> {
  return new Promise((resolve, reject) => {
    const handler = {
      save: (artifacts: ModelArtifacts) => {
        resolve(artifacts);
        return Promise.resolve({
          modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' as const },
        });
      },
    };
    model.save(handler).catch(reject);
  });
}
