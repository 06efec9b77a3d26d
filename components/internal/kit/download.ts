/** A file to save. */
export interface Download {
  readonly name: string;
  readonly type: string;
  readonly content: string | Uint8Array<ArrayBuffer>;
}

/** Lets the browser save files, each through a temporary link. */
export function download(files: readonly Download[]): void {
  for (const { name, type, content } of files) {
    const url = URL.createObjectURL(new Blob([content], { type }));
    const link = document.createElement('a');
    link.href = url;
    link.download = name;
    link.click();
    // The browser reads the content only after this task.
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }
}
