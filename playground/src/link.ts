// Links that hold the text: its fragment, which browsers do not send to any server, is the compressed text.

export interface Content {
  source: string;
  configuration: string;
}

export class LinkError extends Error {}

/** Limit for the length of a link, in characters: what every browser, chat and mail program passes on. */
const LONGEST_LINK = 32_000;
/** Limit for the unpacked content, in bytes: a short link may unpack to very much. */
const LARGEST_CONTENT_BYTES = 4_000_000;
const PREFIX = "#text=";

/** Returns the fragment that holds a content. Raises LinkError if it is too long. */
export async function fragmentOf(content: Content): Promise<string> {
  const json = JSON.stringify([content.source, content.configuration]);
  const packed = new Blob([json]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(packed).arrayBuffer());
  if (bytes.length * 1.34 > LONGEST_LINK)
    throw new LinkError("The text is too long for a link. Shorten it, or send it as a file.");
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return PREFIX + btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** Returns the content that a fragment holds, and null if it holds none. Raises LinkError if it cannot be read. */
export async function contentOf(fragment: string): Promise<Content | null> {
  if (!fragment.startsWith(PREFIX)) return null;
  const broken = new LinkError("The text in the link cannot be read. Is the link complete?");
  try {
    const binary = atob(fragment.slice(PREFIX.length).replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(binary, character => character.charCodeAt(0));
    const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    const content: unknown = JSON.parse(await limited(unpacked));
    const [source, configuration] = Array.isArray(content) ? (content as unknown[]) : [];
    if (typeof source !== "string" || typeof configuration !== "string") throw broken;
    return { source, configuration };
  } catch (error) {
    throw error instanceof LinkError ? error : broken;
  }
}

async function limited(stream: ReadableStream<Uint8Array>): Promise<string> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    length += value.length;
    if (length > LARGEST_CONTENT_BYTES) {
      await reader.cancel();
      throw new LinkError("The text in the link is too large for the playground.");
    }
    text += decoder.decode(value, { stream: true });
  }
}
