/** An address that the test run set; only the rings with infrastructure have it. */
export function testAddress(name: 'DATABASE_URL' | 'REDIS_URL' | 'KAFKA_BROKERS' | 'TICKMARK_TEST_INFRA'): string {
  const value = process.env[name];
  if (value === undefined || value === '') {
    throw new Error(`${name} is not set: this spec needs servers, run it with \`npm test -- --ring <ring> -- <path>\``);
  }
  return value;
}

/** The whole environment, for a process that a spec starts. */
export function inheritedEnvironment(): Record<string, string> {
  return Object.fromEntries(Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}
