/** Files as the page gets them: pasted. */

/** What a file may be large, in bytes, as the core has it: a larger one is not even read. */
export const LARGEST = 32 * 1024 * 1024;

/** The files among what is pasted. */
export function pastedFiles(data: DataTransfer | null): File[] {
  if (!data || data.files.length === 0) return [];
  // A table or a word processor gives its text, and a picture of it beside: the text is meant.
  const rich = data.types.includes('text/plain') && data.types.includes('text/html');
  return rich ? [] : [...data.files];
}

/** Whether the page is shown nothing of what is pasted. WebKitGTK keeps pictures from it; the shell can look. */
export function isBare(data: DataTransfer | null): boolean {
  return data !== null && data.types.length === 0;
}

/** A file's bytes in base64, which is how they cross to the core. */
export function base64(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => {
      const url = typeof reader.result === 'string' ? reader.result : '';
      resolve(url.slice(url.indexOf(',') + 1));
    };
    reader.onerror = () => reject(reader.error ?? new Error('not read'));
    reader.readAsDataURL(file);
  });
}
