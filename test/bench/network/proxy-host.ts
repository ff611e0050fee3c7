// The proxies live in a process of their own, so that nothing the benchmark does holds them up.
import { EventEmitter } from 'node:events';
import { startProxy, type TcpProxy } from '../../support/proxy/index.js';
import type { ProxyAnswer, ProxyRequest } from './proxy-messages.js';

const proxies = new Map<number, TcpProxy>();
let latencyMs = 0;

EventEmitter.defaultMaxListeners = 0;
// Whatever happened to the benchmark, nobody needs the proxies any more.
process.on('disconnect', () => process.exit());
// Ctrl-C reaches the whole group of processes; the benchmark decides when it is over.
process.on('SIGINT', () => {});
process.on('message', (request: ProxyRequest) => {
  answer(request).then(
    (value) => send({ id: request.id, value }),
    (error: unknown) => send({ id: request.id, error: String(error) }),
  );
});

function send(message: ProxyAnswer): void {
  process.send?.(message);
}

async function answer(request: ProxyRequest): Promise<number> {
  switch (request.kind) {
    case 'open': {
      const proxy = await startProxy({ targetPort: request.targetPort, latencyMs });
      proxies.set(proxy.port, proxy);
      return proxy.port;
    }
    case 'round-trips':
      return proxies.get(request.port)?.counters.roundTrips ?? 0;
    case 'latency':
      latencyMs = request.latencyMs;
      for (const proxy of proxies.values()) proxy.link.latencyMs = latencyMs;
      return 0;
    case 'close':
      await proxies.get(request.port)?.stop();
      proxies.delete(request.port);
      return 0;
  }
}
