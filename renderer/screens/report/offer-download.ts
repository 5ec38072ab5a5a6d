/** Gives a text to the browser as a file; where it goes is between the browser and the person. */
export function offerDownload({ name, mediaType, text }: { name: string; mediaType: string; text: string }): void {
  const address = URL.createObjectURL(new Blob([text], { type: mediaType }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser has begun to read it once the click is through.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
