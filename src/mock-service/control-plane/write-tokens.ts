import type { RotatedTokens } from '../tunnels/index.js';

/**
 * The JSON of an answer with tokens in it. They are most of its length and hold nothing to escape: JSON.stringify, which
 * looks at each character, would take several times as long.
 */
export function writeWithTokens(answer: RotatedTokens & { readonly tunnelArn: string }): string {
  const { sourceAccessToken, destinationAccessToken, ...others } = answer;
  let text = JSON.stringify(others).slice(0, -1);
  if (sourceAccessToken !== undefined) text += `,"sourceAccessToken":"${sourceAccessToken}"`;
  if (destinationAccessToken !== undefined) text += `,"destinationAccessToken":"${destinationAccessToken}"`;
  return `${text}}`;
}
