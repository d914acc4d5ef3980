/** `controls/admin-mfa.yaml` is admin-mfa. */
export const fileId = (path: string): string => (path.split(/[\\/]/).at(-1) ?? path).replace(/\.ya?ml$/, '');
