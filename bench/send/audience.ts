/** Shares of an audience that do not arrive: what a list that is looked after comes to. */
export const failureShares = { bounce: 0.01, complaint: 0.0005 } as const;

const names = ['山田 太郎', '佐藤 花子', '鈴木 健', '渡辺 直子', 'Alex Garcia', '中村 美咲'];

/**
 * A JSON Lines audience of so many recipients, all different; `run` makes it different from others of the same size.
 *
 * @param failures - With the shares of {@link failureShares}, as addresses of the mailbox simulator.
 */
export function audienceOf(recipients: number, run: string, failures: boolean): Buffer {
  const every = (share: number, i: number, offset: number) =>
    failures && i % Math.round(1 / share) === offset;
  const addressOf = (i: number) => {
    if (every(failureShares.complaint, i, 7)) return `complaint+${run}-${i}@simulator.amazonses.com`;
    if (every(failureShares.bounce, i, 3)) return `bounce+${run}-${i}@simulator.amazonses.com`;
    return `recipient.${run}.${String(i).padStart(7, '0')}@mail.example.com`;
  };
  const lines = Array.from({ length: recipients }, (_, i) =>
    JSON.stringify({
      address: addressOf(i),
      name: names[i % names.length],
      locale: i % 5 === 4 ? 'en' : 'ja',
      couponCode: `ASAGIRI${String(i % 100).padStart(2, '0')}`,
    }),
  );
  return Buffer.from(`${lines.join('\n')}\n`);
}
