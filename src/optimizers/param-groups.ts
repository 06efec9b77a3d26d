/** From the groups of a config, which name layers, to param groups, which hold weights. */
import { InputError } from '../errors.js';
import type { LayerGroup } from './options.js';
import type { Parameter, ParameterGroup } from './parameter.js';

/**
 * The param groups of a network's parameters. A name in a group's `layers` means the weight of that name
 * (`conv1/kernel`), else the layer (`conv1`), else everything whose name starts with it (`conv`). Within a group the
 * weights keep the network's order. Weights that no group names come last, as a group without options of its own, so
 * that the named groups keep their indices in the config.
 *
 * @throws InputError `unknown-layer` for a name that matches no weight, `layer-twice` for a weight in two groups
 */
export function paramGroups<Options>(
  parameters: readonly Parameter[],
  { groups = [] }: { groups?: readonly LayerGroup<Options>[] },
): (ParameterGroup<Options> | { parameters: readonly Parameter[] })[] {
  const owners = new Map<Parameter, string>();
  const named = groups.map(({ layers, ...options }, index) => {
    const path = `optimizer.groups.${index}.layers`;
    const members = new Set<Parameter>();
    for (const layer of layers) {
      for (const parameter of parametersOf(layer, parameters, path)) {
        const owner = owners.get(parameter);
        if (owner !== undefined) throw layerTwice(path, layer, parameter, owner);
        members.add(parameter);
      }
    }
    for (const parameter of members) owners.set(parameter, path);
    return { ...options, parameters: parameters.filter((parameter) => members.has(parameter)) };
  });
  const rest = parameters.filter((parameter) => !owners.has(parameter));
  return rest.length > 0 ? [...named, { parameters: rest }] : named;
}

function parametersOf(layer: string, parameters: readonly Parameter[], path: string): Parameter[] {
  for (const fits of [
    (name: string) => name === layer,
    (name: string) => layerOf(name) === layer,
    (name: string) => name.startsWith(layer),
  ]) {
    const found = parameters.filter(({ name }) => fits(name));
    if (found.length > 0) return found;
  }
  const known = [...new Set(parameters.map(({ name }) => layerOf(name)))].join(', ');
  throw new InputError({
    code: 'unknown-layer',
    message: `${path} names "${layer}"; this network has the layers ${known}.`,
    path,
    received: `"${layer}"`,
    accepted: known,
  });
}

/** The layer of a weight: its name without the last part, if it has several parts. */
const layerOf = (name: string): string => name.replace(/\/[^/]*$/, '');

function layerTwice(path: string, layer: string, { name }: Parameter, owner: string): InputError {
  return new InputError({
    code: 'layer-twice',
    message: `${path} names "${layer}", but ${owner} already has ${name}; a weight belongs to one group.`,
    path,
    received: `"${layer}" (${name} ∈ ${owner})`,
  });
}
