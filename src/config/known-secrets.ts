import { SecretMask } from '../store/imap/secret-mask.js';

/**
 * Remembers what was read as a secret, to take it out of text that comes from a server: some repeat in an answer
 * what they were sent, plain or in base64. The second line of defence; secrets are not put into texts in the first
 * place.
 */
export class KnownSecrets extends SecretMask {}
