import type { RotatedTokens } from '../tunnels/index.js';

/**
 * Writes the JSON of an answer that holds tokens. Tokens are most of its length and contain no character that JSON
 * escapes. JSON.stringify would check each character and take several times as long.
 */
export function writeWithTokens(answer: RotatedTokens & { readonly tunnelArn: string }): string {
  const { sourceAccessToken, destinationAccessToken, ...others } = answer;
  let text = JSON.stringify(others).slice(0, -1);
  if (sourceAccessToken !== undefined) text += `,"sourceAccessToken":"${sourceAccessToken}"`;
  if (destinationAccessToken !== undefined) text += `,"destinationAccessToken":"${destinationAccessToken}"`;
  return `${text}}`;
}
