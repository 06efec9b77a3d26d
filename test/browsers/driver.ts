/** What the tests ask of a browser, whichever protocol drives it. */

/** A browser with one page open. */
export interface Driver {
  /** The browser and its version, as it names itself. */
  readonly name: string;
  open(url: string): Promise<void>;
  /** Runs a function in the page. It is sent as text, so it uses only what it is given; values travel as JSON. */
  evaluate<Given extends readonly unknown[], Value>(
    work: (...given: Given) => Value,
    ...given: Given
  ): Promise<Awaited<Value>>;
  /** Presses the main button of the mouse at a point of the window, in CSS pixels. */
  clickAt(x: number, y: number): Promise<void>;
  /** Makes the window of the page this large, in CSS pixels. */
  resize(size: { width: number; height: number }): Promise<void>;
  /** Writes a picture of the window, a PNG, to a file. */
  screenshot(path: string): Promise<void>;
  close(): Promise<void>;
}

/** How a browser is started. */
export interface DriverOptions {
  /** The language that the page is asked for. Default the browser's. */
  language?: string;
}

/** Starts a browser. */
export type OpenDriver = (options?: DriverOptions) => Promise<Driver>;

/** The size of the window at first, in CSS pixels. */
export const windowSize = { width: 1280, height: 900 } as const;

/** What `xvfb-run` needs for a screen that nobody sees, with room for a window with its frame. */
export const screenOf = ({ width, height }: typeof windowSize): string[] => [
  '--auto-servernum',
  '--server-args',
  `-screen 0 ${width + 700}x${height + 200}x24`,
];
