// Cloudflare's REST API of D1 before the real engine: miniflare's D1 on workerd.
// d1-rest.mjs FOLDER: prints its URL, and ends with its standard input. FOLDER has node_modules with miniflare.
import { createRequire } from 'node:module';
import { createServer } from 'node:http';

const { Miniflare } = createRequire(process.argv[2] + '/')('miniflare');
const DATABASES = 150; // bindings are fixed: a created database takes the next one
const names = Array.from({ length: DATABASES }, (_, i) => 'DB' + i);
const miniflare = new Miniflare({
  modules: true,
  compatibilityDate: '2026-07-30',
  d1Databases: Object.fromEntries(names.map((name) => [name, name])),
  script: `export default { async fetch(request, env) {
    const { database, statements, format } = await request.json();
    return env[database].fetcher.fetch('http://d1/query?resultsFormat=' + format,
        { method: 'POST', body: JSON.stringify(statements) });
  } }`,
});
await miniflare.ready;

class Refusal extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const databases = new Map(); // by id
let made = 0;

function create(name) {
  if ([...databases.values()].some((database) => database.name === name)) {
    throw new Refusal(400, 7502, `Database with name '${name}' already exists`);
  }
  const binding = names[made++];
  const uuid = `00000000-0000-4000-8000-${String(made).padStart(12, '0')}`;
  databases.set(uuid, { uuid, name, binding, version: 0 });
  return described(uuid);
}

function described(uuid) {
  return { uuid, name: found(uuid).name, version: 'production' };
}

function found(uuid) {
  const database = databases.get(uuid);
  if (!database) throw new Refusal(404, 7404, `The database ${uuid} could not be found`);
  return database;
}

async function run(database, body, format) {
  const statements = body.batch ?? [body];
  const answer = await miniflare.dispatchFetch('http://worker/', {
    method: 'POST',
    body: JSON.stringify({ database: database.binding, statements, format }),
  });
  const text = await answer.text();
  const result = JSON.parse(text);
  if (!Array.isArray(result)) throw new Refusal(400, 7500, result.error);
  if (statements.some((one) => !/^\s*SELECT/i.test(one.sql))) database.version++;
  return text;
}

// workerd has no Time Travel, and its own bookmarks move with each reading
function bookmark(database, query) {
  if (query.has('timestamp')) throw new Refusal(400, 7500, 'No bookmark was found for the timestamp');
  return { bookmark: database.version.toString(16).padStart(8, '0') + '-00000000-00000000-' + '0'.repeat(32) };
}

async function answer(request, body) {
  const url = new URL(request.url, 'http://localhost');
  if (!/^Bearer t-/.test(request.headers.authorization ?? '')) throw new Refusal(401, 10000, 'Authentication error');
  const path = /^\/client\/v4\/accounts\/[0-9a-f]+\/d1\/database(?:\/([0-9a-f-]+)(\/[a-z_/]+)?)?$/.exec(url.pathname);
  if (!path) throw new Refusal(404, 7003, `Could not route to ${url.pathname}`);
  const [, id, rest] = path;
  const operation = `${request.method} ${rest ?? (id ? '/' : '')}`;
  if (operation === 'POST ') return JSON.stringify(create(body.name));
  if (operation === 'GET ') {
    const name = url.searchParams.get('name') ?? '';
    return JSON.stringify([...databases.values()].filter((one) => one.name.includes(name)).map((one) => described(one.uuid)));
  }
  const database = found(id);
  switch (operation) {
    case 'GET /': return JSON.stringify(described(id));
    case 'POST /raw': return run(database, body, 'ROWS_AND_COLUMNS');
    case 'POST /query': return run(database, body, 'ARRAY_OF_OBJECTS');
    case 'GET /time_travel/bookmark': return JSON.stringify(bookmark(database, url.searchParams));
    case 'DELETE /': databases.delete(id); return 'null';
    default: throw new Refusal(405, 7001, `Method not allowed for ${url.pathname}`);
  }
}

const server = createServer(async (request, response) => {
  let status = 200;
  let text;
  try {
    const parts = [];
    for await (const part of request) parts.push(part);
    const body = parts.length ? JSON.parse(Buffer.concat(parts)) : {};
    text = `{"result":${await answer(request, body)},"success":true,"errors":[],"messages":[]}`;
  } catch (e) {
    status = e.status ?? 500;
    const errors = [{ code: e.code ?? 7500, message: e.message }];
    text = JSON.stringify({ result: [], success: false, errors, messages: [] });
  }
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(text);
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/client/v4`));

process.stdin.resume();
process.stdin.on('end', async () => {
  await miniflare.dispose();
  process.exit(0);
});
