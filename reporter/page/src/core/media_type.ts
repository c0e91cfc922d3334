// What kind of file something is, told from its first bytes: file names are dropped. As reporter/media_type.cpp.
const signatures: readonly (readonly [number, string, string])[] = [
  [0, "\xFF\xD8\xFF", "image/jpeg"],
  [0, "\x89PNG\r\n\x1A\n", "image/png"],
  [0, "GIF8", "image/gif"],
  [8, "WEBPVP", "image/webp"],
  [0, "%PDF-", "application/pdf"],
  [0, "PK\x03\x04", "application/zip"],
  [4, "ftypheic", "image/heic"],
  [4, "ftypM4A ", "audio/mp4"],
  [4, "ftypqt", "video/quicktime"],
  [4, "ftyp", "video/mp4"],
  [0, "\x1A\x45\xDF\xA3", "video/webm"],
  [0, "OggS", "audio/ogg"],
  [0, "ID3", "audio/mpeg"],
  [0, "\xFF\xFB", "audio/mpeg"],
  [0, "#!AMR", "audio/amr"],
  [8, "WAVE", "audio/wav"],
];

export function mediaTypeOf(content: Uint8Array): string {
  const head = String.fromCharCode(...content.subarray(0, 16));
  return signatures.find(([at, bytes]) => head.startsWith(bytes, at))?.[2] ?? "application/octet-stream";
}

/** The code of the vocabulary's list evidence_kind that fits a media type. */
export function evidenceKindOf(mediaType: string): string {
  const kinds: Record<string, string> = { image: "photo", video: "video", audio: "audio" };
  return kinds[mediaType.split("/")[0] ?? ""] ?? "document";
}
