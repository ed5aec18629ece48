// PouchDB and express-pouchdb in the sync bench; run by `peers.start` with the packages under build/bench/pouch.
//
// `node pouch_peer.js RECORDS_JSON FOLDER CHANGES`. The server is a process of its own on loopback (this script with
// `serve FOLDER`); the two clients are databases (LevelDB) in this process. It prints a line of JSON when it is ready,
// then one for each line `round` read: milliseconds by step. It ends with its input.
"use strict";

const { fork } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const readline = require("node:readline");
const { createRequire } = require("node:module");

// The packages are where the bench installed them, not beside this script.
const need = createRequire(path.join(process.env.POUCH_PACKAGES, "package.json"));
const PouchDB = need("pouchdb");
const BATCH = Number(process.env.POUCH_BATCH || 1000); // quicker than its own 100

function serve(folder) {
  const app = need("express")();
  process.chdir(folder); // express-pouchdb writes its log and settings into the current folder
  const Kept = PouchDB.defaults({ prefix: folder + path.sep });
  app.use("/", need("express-pouchdb")(Kept, { mode: "minimumForPouchDB", inMemoryConfig: true }));
  const server = app.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));
  process.on("disconnect", () => process.exit(0)); // never outlives the bench
}

function startServer(folder) {
  const child = fork(__filename, ["serve", folder], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  return new Promise((resolve, reject) => {
    child.once("message", ({ port }) => resolve({ child, address: `http://127.0.0.1:${port}/` }));
    child.once("exit", () => reject(new Error("express-pouchdb did not start")));
  });
}

async function timed(action) {
  const started = process.hrtime.bigint();
  await action();
  return Number(process.hrtime.bigint() - started) / 1e6;
}

async function edit(database, ids, number, side) {
  const found = await database.allDocs({ include_docs: true, keys: ids });
  const changed = found.rows.map((row, place) => ({ ...row.doc, notes: `${side}第${number}轮回访，第${place}家，已告知年检安排` }));
  await database.bulkDocs(changed);
}

// Both hold all records and the same ones: a step that moved nothing must not count as quick.
async function check(left, right, count) {
  const [one, other] = await Promise.all([left, right].map((database) => database.allDocs()));
  const same = JSON.stringify(one.rows) === JSON.stringify(other.rows);
  if (!same || one.rows.length !== count) throw new Error("PouchDB's databases differ after the round");
}

async function round(number, created, records, folder, address, changes) {
  const options = { batch_size: BATCH };
  const remote = new PouchDB(`${address}round${number}`);
  const a = created;
  const b = new PouchDB(path.join(folder, `b${number}`));
  const ids = records.slice(0, changes).map((record) => record._id);
  const steps = {};
  steps.full_upload = await timed(() => a.replicate.to(remote, options));
  steps.full_download = await timed(() => b.replicate.from(remote, options));
  await edit(a, ids, number, "a");
  steps.push = await timed(() => a.replicate.to(remote, options));
  steps.pull = await timed(() => b.replicate.from(remote, options));
  await edit(a, ids.slice(0, 1), number, "one");
  steps.push_one = await timed(() => a.replicate.to(remote, options));
  steps.pull_one = await timed(() => b.replicate.from(remote, options));
  await edit(a, ids, number, "left");
  await edit(b, ids, number, "right");
  steps.both = await timed(async () => {
    for (const one of [a, b, a]) await one.sync(remote, options);
  });
  await a.sync(remote, options); // reads what it wrote itself
  steps.no_change = await timed(() => a.sync(remote, options));
  await check(a, b, records.length);
  await b.destroy();
  await remote.close();
  return steps;
}

async function main([source, folder, changes]) {
  const records = JSON.parse(fs.readFileSync(source, "utf-8")).map((record, place) => ({
    _id: String(place).padStart(6, "0"),
    ...record,
  }));
  const served = path.join(folder, "server");
  fs.mkdirSync(served, { recursive: true });
  const { child, address } = await startServer(served);
  let a = new PouchDB(path.join(folder, "a"));
  const create = await timed(() => a.bulkDocs(records));
  console.log(JSON.stringify({ version: PouchDB.version, create }));
  let number = 0;
  for await (const line of readline.createInterface({ input: process.stdin })) {
    if (line.trim() !== "round") continue;
    console.log(JSON.stringify(await round(number, a, records, folder, address, Number(changes))));
    await a.destroy(); // its documents have grown a history: the next round begins as the first did
    number += 1;
    a = new PouchDB(path.join(folder, `a${number}`));
    await a.bulkDocs(records);
  }
  child.disconnect();
}

if (process.argv[2] === "serve") serve(process.argv[3]);
else
  main(process.argv.slice(2)).catch((failure) => {
    console.error(failure);
    process.exit(1);
  });
