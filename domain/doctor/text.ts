/** One sentence for people, in both languages of the operators. */
export interface Text {
  readonly ja: string;
  readonly en: string;
}
