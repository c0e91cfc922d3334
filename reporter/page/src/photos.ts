// Photos without what cameras write into them: drawn anew, as a picture that is nothing but its points.
import { mediaTypeOf } from "./core/media_type";
import type { Bytes } from "./core/bytes";

const quality = 0.92;

/** Whether a picture's hidden data can be taken away here; others are evidence that stays as it is. */
export const isPhoto = (content: Uint8Array): boolean => /^image\/(jpeg|png|webp|heic)$/.test(mediaTypeOf(content));

/** The photo drawn anew (JPEG, or PNG for what was one); nothing when this browser cannot read it. */
export async function cleaned(content: Bytes): Promise<Bytes | null> {
  try {
    const type = mediaTypeOf(content) === "image/png" ? "image/png" : "image/jpeg";
    const picture = await createImageBitmap(new Blob([content]));
    const canvas = document.createElement("canvas");
    canvas.width = picture.width;
    canvas.height = picture.height;
    canvas.getContext("2d")?.drawImage(picture, 0, 0);
    picture.close();
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, type, quality));
    const bytes = blob && new Uint8Array(await blob.arrayBuffer());
    return bytes && mediaTypeOf(bytes) === type ? bytes : null;
  } catch {
    return null;
  }
}
