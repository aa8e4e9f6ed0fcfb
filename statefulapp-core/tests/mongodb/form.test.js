// Runs the script that forms a replica set, as the Job has it, against a model of one: what `hello`, `replSetInitiate`,
// `replSetReconfig`, `replSetStepDown` and `replSetGetStatus` answer is from
// https://www.mongodb.com/docs/manual/reference/command/nav-replication/ and the error codes from
// https://www.mongodb.com/docs/manual/reference/error-codes/. No server takes part.
'use strict';
const assert = require('node:assert');
const fs = require('node:fs');
const vm = require('node:vm');

const script = new vm.Script(fs.readFileSync(process.argv[2], 'utf8'));
const host = (n) => `db-${n}.db.prod.svc.cluster.local:27017`;
const hosts = (count) => Array.from({ length: count }, (_, n) => host(n));

class ServerError extends Error {
  constructor(code, codeName) {
    super(codeName);
    Object.assign(this, { code, codeName });
  }
}
class Killed extends Error {}
class Quit extends Error {}

// A cluster of servers, and what may be done to it.
class Cluster {
  constructor(count, password = '') {
    this.password = password;
    this.servers = new Map(hosts(count).map((name, n) => [name, { up: true, data: n === 0, in: null, behind: 0 }]));
    this.config = null;
    this.id = 0;
    this.primary = null;
    this.done = [];
  }

  start(name) {
    this.servers.set(name, { up: true, data: false, in: null, behind: 0 });
  }

  // A set of these members, whose data all of them have.
  formed(members, set = 'rs0') {
    this.id += 1;
    this.config = {
      _id: set,
      version: 1,
      members: members.map((name, _id) => ({ _id, host: name, votes: 1, priority: 1 })),
    };
    for (const name of members) Object.assign(this.servers.get(name), { data: true, in: this.id, behind: 0 });
    this.elect();
    return this;
  }

  voters() {
    return this.config.members.filter((member) => member.votes);
  }

  alive(name) {
    const server = this.servers.get(name);
    return Boolean(server && server.up && server.in === this.id);
  }

  majority() {
    return this.voters().filter(({ host: name }) => this.servers.get(name)?.up).length * 2 > this.voters().length;
  }

  elect(except) {
    const able = (name) => this.alive(name) && this.servers.get(name).behind === 0 && name !== except;
    if (this.primary && able(this.primary) && this.majority()) return;
    const next = this.config && this.majority() && this.voters().find((member) => member.priority && able(member.host));
    this.primary = next ? next.host : null;
  }

  // Time passes: heartbeats bring the configuration to members, and new ones copy the data.
  tick() {
    for (const { host: name } of this.config?.members || []) {
      const server = this.servers.get(name);
      if (!server?.up || !this.primary) continue;
      if (server.in === null) Object.assign(server, { in: this.id, behind: 3, data: true });
      else if (server.behind > 0) server.behind -= 1;
    }
    if (this.config) this.elect();
  }

  run(name, given, authorised) {
    // As it comes over the wire.
    const command = JSON.parse(JSON.stringify(given));
    const server = this.servers.get(name);
    if (!server?.up) throw new Error('connect ECONNREFUSED');
    const [kind] = Object.keys(command);
    const own = this.config && server.in === this.id ? this.config : server.other;
    if (kind === 'hello') {
      if (!own) return { ok: 1, isWritablePrimary: false, secondary: false, isreplicaset: true };
      const isWritablePrimary = this.primary === name;
      return { ok: 1, setName: own._id, me: name, isWritablePrimary, primary: this.primary || undefined };
    }
    if (this.password && !authorised) throw new ServerError(13, 'Unauthorized');
    this.done.push(`${kind} ${name.split('.')[0]}`);
    switch (kind) {
      case 'replSetInitiate': {
        const { members, _id } = command.replSetInitiate;
        if (own) throw new ServerError(23, 'AlreadyInitialized');
        if (members.some((member) => member.host !== name && this.servers.get(member.host)?.data)) {
          throw new ServerError(110, 'CannotInitializeNodeWithData');
        }
        assert.strictEqual(this.config, null, 'a second set of one name is initiated');
        this.formed(members.map((member) => member.host), _id);
        return { ok: 1 };
      }
      case 'replSetGetConfig':
        if (!own) throw new ServerError(94, 'NotYetInitialized');
        return { ok: 1, config: JSON.parse(JSON.stringify(own)) };
      case 'replSetReconfig': {
        const config = command.replSetReconfig;
        if (this.primary !== name) throw new ServerError(10107, 'NotWritablePrimary');
        if (config.version !== this.config.version + 1) throw new ServerError(103, 'NewReplicaSetConfigurationIncompatible');
        const votes = (members) => members.filter((member) => member.votes).map((member) => member.host);
        const [before, after] = [votes(this.config.members), votes(config.members)];
        const changed = [...before.filter((one) => !after.includes(one)), ...after.filter((one) => !before.includes(one))];
        if (changed.length > 1 || after.length > 7) throw new ServerError(103, 'NewReplicaSetConfigurationIncompatible');
        assert.strictEqual(new Set(config.members.map((member) => member._id)).size, config.members.length);
        for (const gone of this.config.members.filter((one) => !config.members.some((member) => member.host === one.host))) {
          if (gone.host === name) throw new ServerError(93, 'InvalidReplicaSetConfig');
          const server = this.servers.get(gone.host);
          if (server) server.in = null;
        }
        this.config = config;
        return { ok: 1 };
      }
      case 'replSetStepDown':
        if (this.primary !== name) throw new ServerError(10107, 'NotWritablePrimary');
        this.primary = null;
        this.elect(name);
        return { ok: 1 };
      case 'replSetGetStatus':
        return {
          ok: 1,
          members: this.config.members.map((member) => {
            const server = this.servers.get(member.host);
            const state = !server?.up ? 8 : this.primary === member.host ? 1 : server.in === null ? 0 : server.behind ? 5 : 2;
            return { name: member.host, state };
          }),
        };
      default:
        throw new ServerError(59, 'CommandNotFound');
    }
  }
}

// Runs the Job once. `kill` ends it after so many commands that change something, `during` is called each time it waits.
function job(cluster, count, { kill = Infinity, during = () => {}, password = cluster.password, rounds = 60 } = {}) {
  const said = [];
  let left = kill;
  let waits = 0;
  class Mongo {
    constructor(uri) {
      [, this.name] = uri.match(/^mongodb:\/\/([^/]+)\/\?directConnection=true&/);
      if (!cluster.servers.get(this.name)?.up) throw new Error('connect ECONNREFUSED');
    }

    getDB(database) {
      assert.strictEqual(database, 'admin');
      let authorised = false;
      return {
        auth: (user, given) => {
          assert.strictEqual(user, 'root');
          // A member outside of the set has no users, but for the first one.
          const knows = cluster.servers.get(this.name).in !== null || this.name === host(0);
          if (!knows || given !== cluster.password) throw new ServerError(18, 'AuthenticationFailed');
          authorised = true;
        },
        runCommand: (command) => {
          const answer = cluster.run(this.name, command, authorised);
          if (/Initiate|Reconfig|StepDown/.test(Object.keys(command)[0]) && --left <= 0) throw new Killed();
          return answer;
        },
      };
    }
  }
  const context = {
    Mongo,
    process: { env: { MEMBERS: hosts(count).join(' '), REPLICA_SET: 'rs0', MONGO_INITDB_ROOT_PASSWORD: password } },
    print: (text) => said.push(text),
    sleep: () => {
      waits += 1;
      if (waits > rounds || left <= 0) throw new Killed();
      cluster.tick();
      during(waits, cluster);
    },
    quit: (code) => {
      throw new Quit(String(code));
    },
  };
  let end = 'formed';
  try {
    script.runInContext(vm.createContext(context));
  } catch (error) {
    if (error instanceof Quit) end = `quit ${error.message}`;
    else if (error instanceof Killed) end = 'unfinished';
    else throw error;
  }
  for (const line of said) assert.ok(!password || !line.includes(password), 'the password is told');
  return { end, said };
}

const members = (cluster) => cluster.config.members.map((member) => member.host);
const changes = (cluster) => cluster.done.filter((what) => /Initiate|Reconfig|StepDown/.test(what));
const cases = {
  'no set: the first member initiates alone, the others are added one by one'() {
    const cluster = new Cluster(3, "pa'ss $(X)");
    assert.strictEqual(job(cluster, 3).end, 'formed');
    assert.deepStrictEqual(members(cluster), hosts(3));
    assert.deepStrictEqual(changes(cluster), ['replSetInitiate db-0', 'replSetReconfig db-0', 'replSetReconfig db-0']);
    assert.ok(hosts(3).every((name) => cluster.servers.get(name).behind === 0), 'it ends before all have the data');
  },
  'complete: nothing is changed'() {
    const cluster = new Cluster(3).formed(hosts(3));
    assert.strictEqual(job(cluster, 3).end, 'formed');
    assert.deepStrictEqual(changes(cluster), []);
  },
  'killed at any step: the next run ends the same'() {
    for (let first = 1; first <= 5; first += 1) {
      for (let second = 1; second <= 5; second += 1) {
        const cluster = new Cluster(5, 'secret');
        job(cluster, 5, { kill: first });
        job(cluster, 5, { kill: second });
        assert.strictEqual(job(cluster, 5).end, 'formed');
        assert.deepStrictEqual(members(cluster), hosts(5));
      }
    }
  },
  'another primary than the first member: the change is made there'() {
    const cluster = new Cluster(3).formed([host(0), host(2)]);
    cluster.primary = host(2);
    assert.strictEqual(job(cluster, 3).end, 'formed');
    assert.deepStrictEqual(changes(cluster), ['replSetReconfig db-2']);
  },
  'a member that does not answer could have the data: no set is initiated without it'() {
    for (const down of hosts(3)) {
      const cluster = new Cluster(3);
      cluster.servers.get(down).up = false;
      const { end, said } = job(cluster, 3, { rounds: 20 });
      assert.strictEqual(end, 'unfinished');
      assert.deepStrictEqual(changes(cluster), []);
      assert.ok(said.some((line) => line.includes('waiting for')), said.join('\n'));
      cluster.servers.get(down).up = true;
      assert.strictEqual(job(cluster, 3).end, 'formed');
    }
  },
  'the first member lost its volume: it joins the set that the others have'() {
    const cluster = new Cluster(3, 'secret').formed(hosts(3));
    cluster.start(host(0));
    cluster.elect();
    assert.strictEqual(job(cluster, 3).end, 'formed');
    assert.deepStrictEqual(changes(cluster), []);
  },
  'the first member is down: the set of the others grows all the same'() {
    const cluster = new Cluster(4).formed(hosts(3));
    cluster.servers.get(host(0)).up = false;
    cluster.elect();
    const { end } = job(cluster, 4, { during: (n) => n === 10 && (cluster.servers.get(host(0)).up = true) });
    assert.strictEqual(end, 'formed');
    assert.deepStrictEqual(members(cluster), hosts(4));
  },
  'no majority: it waits, and changes nothing'() {
    const cluster = new Cluster(3).formed(hosts(3));
    cluster.servers.get(host(1)).up = false;
    cluster.servers.get(host(2)).up = false;
    cluster.elect();
    const { end, said } = job(cluster, 3, { rounds: 20 });
    assert.strictEqual(end, 'unfinished');
    assert.ok(said.some((line) => line.includes('no primary')), said.join('\n'));
    assert.deepStrictEqual(changes(cluster), []);
  },
  'fewer members: those that leave are removed, a primary among them steps down first'() {
    const cluster = new Cluster(5).formed(hosts(5));
    cluster.primary = host(4);
    assert.strictEqual(job(cluster, 3).end, 'formed');
    assert.deepStrictEqual(members(cluster), hosts(3));
    assert.strictEqual(changes(cluster)[0], 'replSetStepDown db-4');
  },
  'fewer members, whose pods are gone already'() {
    const cluster = new Cluster(5).formed(hosts(5));
    for (const name of [host(3), host(4)]) cluster.servers.delete(name);
    assert.strictEqual(job(cluster, 3).end, 'formed');
    assert.deepStrictEqual(members(cluster), hosts(3));
  },
  'a member of another place stays'() {
    const cluster = new Cluster(3);
    cluster.start('arbiter.other.svc.cluster.local:27017');
    cluster.formed([...hosts(3), 'arbiter.other.svc.cluster.local:27017']);
    assert.strictEqual(job(cluster, 3).end, 'formed');
    assert.deepStrictEqual(changes(cluster), []);
  },
  'seven vote, the others hold copies'() {
    const cluster = new Cluster(9);
    assert.strictEqual(job(cluster, 9).end, 'formed');
    assert.deepStrictEqual(cluster.config.members.map((member) => member.votes), [1, 1, 1, 1, 1, 1, 1, 0, 0]);
    assert.deepStrictEqual(cluster.config.members.map((member) => member.priority), [1, 1, 1, 1, 1, 1, 1, 0, 0]);
  },
  'a wrong password ends it'() {
    const cluster = new Cluster(3, 'right').formed(hosts(3));
    const { end, said } = job(cluster, 3, { password: 'wrong' });
    assert.strictEqual(end, 'quit 1');
    assert.ok(said.some((line) => line.includes('does not take the password of root')), said.join('\n'));
    assert.deepStrictEqual(changes(cluster), []);
  },
  'a member of another set ends it'() {
    const cluster = new Cluster(3);
    cluster.servers.get(host(1)).other = { _id: 'orders', members: [] };
    assert.strictEqual(job(cluster, 3).end, 'quit 1');
    assert.deepStrictEqual(changes(cluster), []);
  },
  'the primary changes in the middle: it goes on with the new one'() {
    const cluster = new Cluster(5).formed(hosts(3));
    const during = (n) => {
      if (n === 1) {
        cluster.primary = null;
        cluster.elect(host(0));
      }
    };
    assert.strictEqual(job(cluster, 5, { during }).end, 'formed');
    assert.deepStrictEqual(members(cluster), hosts(5));
  },
};
for (const [name, run] of Object.entries(cases)) {
  try {
    run();
  } catch (error) {
    console.error(`${name}: ${error.stack}`);
    process.exitCode = 1;
  }
}
console.log(`${Object.keys(cases).length} cases`);
