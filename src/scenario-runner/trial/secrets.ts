/** Takes secrets out of a text. */
export function withoutSecrets(text: string, secrets: Iterable<string>): string {
  let shown = text;
  for (const secret of secrets) {
    for (const form of new Set([secret, encodeURIComponent(secret)]))
      shown = shown.replaceAll(form, '$TOKEN');
  }
  return shown;
}
