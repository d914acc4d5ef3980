/** `namespace/Kind/name`, as much of it as there is. */
export function objectName({ namespace, kind, name }: { readonly [part in 'namespace' | 'kind' | 'name']?: string | null | undefined }): string {
  return [namespace, kind, name].filter((part) => typeof part === 'string' && part !== '').join('/');
}
