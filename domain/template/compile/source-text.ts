/** A run of an assembled text and where it comes from. */
export interface Piece {
  readonly text: string;
  /** `template.mjml`, `_shared/footer.mjml`, `ja.yaml (greeting)`. */
  readonly file: string;
  /** The whole text of that file, for line numbers. */
  readonly fileText: string;
  /** Where the run starts in that file. */
  readonly fileOffset: number;
  /** True when the run was made up, so that every offset in it points at its start. */
  readonly fixed: boolean;
}

/** Pieces one after the other. */
export interface SourceText {
  readonly text: string;
  readonly pieces: readonly Piece[];
}

export function sourceText(pieces: readonly Piece[]): SourceText {
  return { text: pieces.map((piece) => piece.text).join(''), pieces };
}

export function pieceOfFile(file: string, fileText: string): Piece {
  return { text: fileText, file, fileText, fileOffset: 0, fixed: false };
}

/** `template.mjml:12:5`; lines and columns count from 1. */
export function placeOf(source: SourceText, offset: number): string {
  let start = 0;
  for (const piece of source.pieces) {
    if (offset < start + piece.text.length || piece === source.pieces.at(-1)) {
      const within = piece.fixed ? piece.fileOffset : piece.fileOffset + Math.max(0, offset - start);
      const before = piece.fileText.slice(0, within);
      const line = before.split('\n').length;
      return `${piece.file}:${line}:${within - before.lastIndexOf('\n')}`;
    }
    start += piece.text.length;
  }
  return '?:1:1';
}

/** The part of a piece between two offsets within it. */
export function cut(piece: Piece, from: number, to: number): Piece {
  const offset = piece.fixed ? piece.fileOffset : piece.fileOffset + from;
  return { ...piece, text: piece.text.slice(from, to), fileOffset: offset };
}
