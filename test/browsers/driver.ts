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
  /** Types a text into what has the focus. */
  type(text: string): Promise<void>;
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

/** The size of the window, in CSS pixels. */
export const windowSize = { width: 1280, height: 900 } as const;
