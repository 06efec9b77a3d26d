/** Functions that are given to code elsewhere. */
import { PythonRefusal } from '../../outcome/python-refusal.js';

/** The refusal of a function that something else calls, nobody knows when. */
export function handedOver(name: string, line: number): PythonRefusal {
  return new PythonRefusal(
    'python-unsupported',
    line,
    `when ${name} calls the function that it is given is not known`,
    {
      received: name,
    },
  );
}
