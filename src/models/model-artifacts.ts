/** A model as plain data. Free of tf.js, so that a page can send its model to the worker without loading tf.js itself. */
import type { io, LayersModel } from '@tensorflow/tfjs';

/** A model as plain data, fit to cross a worker's boundary: tf.js's own artifacts. */
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
