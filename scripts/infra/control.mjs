import { createServer } from 'node:http';

const verbs = {
  start: async (server) => {
    await server.start();
    await server.waitReady();
  },
  stop: (server) => server.stop(),
  kill: (server, signal) => server.kill(signal),
};

function describe({ name, url, port, pid, running }) {
  return { name, url, port, pid: pid ?? null, running };
}

async function answer(servers, request) {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  if (request.method === 'GET' && url.pathname === '/servers') return servers.map(describe);
  const [, name, verb] = /^\/servers\/([a-z]+)\/(start|stop|kill)$/.exec(url.pathname) ?? [];
  const server = servers.find((one) => one.name === name);
  if (request.method !== 'POST' || server === undefined) return undefined;
  await verbs[verb](server, url.searchParams.get('signal') ?? 'SIGKILL');
  return describe(server);
}

/** Lets the specs of the faults ring stop, kill and start the servers of a test run: `{ url, close }`. */
export async function serveControl(servers) {
  const http = createServer((request, response) => {
    const reply = (status, body) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    answer(servers, request).then(
      (body) => (body === undefined ? reply(404, { error: 'unknown' }) : reply(200, body)),
      (error) => reply(500, { error: error.message }),
    );
  });
  await new Promise((resolve) => http.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${http.address().port}`,
    close: () => {
      http.closeAllConnections();
      http.close();
    },
  };
}
