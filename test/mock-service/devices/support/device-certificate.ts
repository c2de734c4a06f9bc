import { join } from 'node:path';
import { runProgram } from '../../../support/real-program.js';

/** A certificate that vouches for itself, made by openssl: paths of key and certificate in `dir`. */
export async function deviceCertificate(dir: string, name: string): Promise<{ key: string; cert: string }> {
  const [key, cert] = [join(dir, `${name}-key.pem`), join(dir, `${name}.pem`)];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30'];
  const where = ['-keyout', key, '-out', cert, '-subj', `/CN=${name}`];
  const { code, stderr } = await runProgram('openssl', ['req', '-x509', ...kind, ...where]);
  if (code !== 0) throw new Error(`openssl req: ${stderr}`);
  return { key, cert };
}
